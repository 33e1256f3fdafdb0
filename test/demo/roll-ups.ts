import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoService } from './service.ts';

const WATERMARK = 'sce_marts_watermark_timestamp_seconds';
const LAST_RUN = 'sce_marts_last_run_started_timestamp_seconds';

/**
 * Waits until a roll-up that began after this call has reached `until` (epoch ms, ten minutes less will do). Returns the
 * seconds it took, or null when the service has no roll-ups. Throws after `limitSeconds`.
 */
export async function awaitRollUps(
  service: DemoService,
  until: number,
  signal: AbortSignal,
  limitSeconds = 600,
): Promise<number | null> {
  const asked = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const text = await (await fetch(`${service.url}/metrics`)).text();
    if (!text.includes(WATERMARK)) return null;
    const watermark = gauge(text, WATERMARK) * 1000;
    const seconds = (Date.now() - asked) / 1000;
    if (gauge(text, LAST_RUN) * 1000 >= asked && watermark >= until - 10 * 60_000) return seconds;
    if (seconds > limitSeconds)
      throw new Error(
        `after ${limitSeconds.toFixed(0)} s the roll-ups have reached ${new Date(watermark).toISOString()} only; see ${service.logFile}`,
      );
    await sleep(500, undefined, { signal });
  }
}

function gauge(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

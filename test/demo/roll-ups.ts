import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoService } from './service.ts';

/** Gauge of the service: up to when the marts are rolled up, seconds since 1970. */
const WATERMARK = /^sce_marts?_\w*watermark\w*(?:\{[^}]*\})? (\S+)$/gm;

/**
 * Waits until the marts have reached `until`. Returns the seconds it took, or null when the service has no marts.
 * Throws after `limitSeconds`.
 */
export async function awaitRollUps(service: DemoService, until: number, signal: AbortSignal, limitSeconds = 600): Promise<number | null> {
  const started = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const marks = [...text.matchAll(WATERMARK)].map(([, value]) => Number(value) * 1000);
    if (marks.length === 0) return null;
    const seconds = (performance.now() - started) / 1000;
    if (Math.min(...marks) >= until - 10 * 60_000) return seconds;
    if (seconds > limitSeconds) throw new Error(`the roll-ups have reached ${new Date(Math.min(...marks)).toISOString()} only after ${limitSeconds.toFixed(0)} s; see ${service.logFile}`);
    await sleep(500, undefined, { signal });
  }
}

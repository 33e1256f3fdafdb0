import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { PollStatus } from '../../ingestor/src/sources/poller.ts';
import type { DemoService } from './service.ts';

/** Waits until a source was polled successfully once. Throws what its last failure was. */
export async function pollerSettled(service: DemoService, source: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await request(`${service.url}/api/v1/poll`, {
      headers: { authorization: `Bearer ${service.token}` },
    });
    const { pollers } = (await answer.body.json()) as { pollers: readonly PollStatus[] };
    const own = pollers.filter((each) => each.source === source);
    const failed = own.find(({ lastError }) => lastError);
    if (failed) throw new Error(`${source} could not be read: ${failed.lastError ?? ''}`);
    if (own.length > 0 && own.every(({ lastSuccessAt }) => lastSuccessAt)) return;
    await sleep(500, undefined, { signal });
  }
}

/** Polls a source at once and waits for it. */
export async function pollNow(service: DemoService, source: string, signal: AbortSignal): Promise<void> {
  const answer = await request(`${service.url}/api/v1/poll/${source}`, {
    method: 'POST',
    signal,
    headers: { authorization: `Bearer ${service.token}` },
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${source} could not be polled: ${text.slice(0, 300)}`);
  await pollerSettled(service, source, signal);
}

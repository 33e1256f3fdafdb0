import { Agent, request } from 'undici';
import { headersV1, headersV2, type Protocol } from '../../support/remote-write/send.ts';

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds of every request, sorted. */
  readonly latencies: readonly number[];
}

/** Sends what was made before: one connection for each list, one request at a time on each, repeated on 503 as Prometheus does. */
export async function sendAll(
  url: string,
  protocol: Protocol,
  connections: readonly (readonly Buffer[])[],
): Promise<LoadResult> {
  const dispatcher = new Agent({ connections: connections.length, pipelining: 1 });
  const latencies: number[] = [];
  const started = performance.now();
  await Promise.all(
    connections.map(async (bodies) => {
      for (const body of bodies) {
        const from = performance.now();
        for (;;) {
          const answer = await request(url, {
            method: 'POST',
            headers: protocol === '1.0' ? headersV1 : headersV2,
            body,
            dispatcher,
          }).catch((error: unknown) => error as NodeJS.ErrnoException);
          // The server may close an idle connection just when it is used again; Prometheus repeats that, too.
          if (answer instanceof Error) {
            if (answer.code !== 'ECONNRESET' && answer.code !== 'UND_ERR_SOCKET') throw answer;
            continue;
          }
          const text = await answer.body.text();
          if (answer.statusCode < 300) break;
          if (answer.statusCode !== 503) throw new Error(`${url} answered ${answer.statusCode}: ${text.slice(0, 500)}`);
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
        latencies.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await dispatcher.close();
  return { seconds, latencies: latencies.sort((a, b) => a - b) };
}

/** The value below which a share of a sorted list lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

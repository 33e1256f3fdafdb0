import { setTimeout as sleep } from 'node:timers/promises';
import { encodeV1 } from './remote-write/encode.ts';
import { postWrite } from './remote-write/post.ts';

export interface SenderOptions {
  /** Base addresses; each shard stays with one of them. */
  readonly urls: readonly string[];
  readonly metric: string;
  readonly shards: number;
  readonly seriesPerShard: number;
  /** Samples of each series in one request. */
  readonly samplesPerSeries: number;
  /** After so long without an answer the request is sent again, as Prometheus does after its remote_timeout. */
  readonly timeoutMs: number;
}

/** What was acknowledged: of each series the timestamps, in milliseconds. Values follow from both. */
export type Ledger = ReadonlyMap<string, readonly number[]>;

/** The one value that a series has at a time: any mix-up of rows shows. */
export function valueOf(series: number, timestampMs: number): number {
  return series * 1_000 + (timestampMs % 100_000) / 7;
}

/**
 * Sends as Prometheus does: several shards with series of their own, a request at a time each; a connection error, a
 * time-out or a 5xx is tried again with back-off and the same body until it is answered, a 4xx is final.
 */
export class RetryingSender {
  readonly acknowledged = new Map<string, number[]>();
  /** Answers that end a request without storing it: none is expected. */
  readonly refusals: string[] = [];
  retries = 0;
  readonly #options: SenderOptions;
  readonly #shards: Promise<void>[];
  #stopping = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#shards = Array.from({ length: options.shards }, (_, shard) => this.#run(shard));
  }

  get samples(): number {
    let count = 0;
    for (const timestamps of this.acknowledged.values()) count += timestamps.length;
    return count;
  }

  /** No new requests; resolves when every started one is acknowledged. */
  async finish(): Promise<Ledger> {
    this.#stopping = true;
    await Promise.all(this.#shards);
    return this.acknowledged;
  }

  async #run(shard: number): Promise<void> {
    const { seriesPerShard, samplesPerSeries, metric } = this.#options;
    const numbers = Array.from({ length: seriesPerShard }, (_, index) => shard * seriesPerShard + index);
    // Time of its own: a sample every 10 ms from an hour ago, so that no two requests share one.
    let clock = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
    while (!this.#stopping) {
      const timestamps = Array.from({ length: samplesPerSeries }, (_, index) => clock + index * 10);
      clock += samplesPerSeries * 10;
      const body = encodeV1(
        numbers.map((number) => ({
          labels: { __name__: metric, instance: `shard-${shard}`, job: 'ledger', n: String(number) },
          samples: timestamps.map((timestamp) => ({ timestamp, value: valueOf(number, timestamp) })),
        })),
      );
      if (!(await this.#deliver(shard, body))) continue;
      for (const number of numbers) {
        const known = this.acknowledged.get(String(number)) ?? [];
        known.push(...timestamps);
        this.acknowledged.set(String(number), known);
      }
    }
  }

  /** True when it was acknowledged, false when it was refused for good. */
  async #deliver(shard: number, body: Buffer): Promise<boolean> {
    const url = this.#options.urls[shard % this.#options.urls.length]!;
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await postWrite(url, body, { signal: AbortSignal.timeout(this.#options.timeoutMs) });
        const text = await response.text();
        if (response.ok) return true;
        if (response.status < 500) {
          this.refusals.push(`${response.status} ${text.slice(0, 300)}`);
          return false;
        }
      } catch {
        // Connection refused, reset or no answer in time: nobody knows whether it was stored.
      }
      this.retries++;
      await sleep(Math.min(1_000, 30 * 2 ** attempt));
    }
  }
}

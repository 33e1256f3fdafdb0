import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface SenderOptions {
  /** Base address of the service. */
  readonly url: string;
  /** Bearer token of the writing account, if one is needed. */
  readonly token?: string;
  /** Requests under way at once (default 4): more wait, so that memory stays bounded. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Longest time that one request is tried again, ms (default 10 minutes). */
  readonly giveUpAfterMs?: number;
}

export interface Outgoing {
  readonly path: string;
  readonly body: Buffer | string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends as Prometheus does: several at once, again after 5xx and lost connections with back-off and `Retry-After`, never after 4xx. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #agent: Agent;
  readonly #running = new Set<Promise<void>>();
  #failure: Error | null = null;
  retries = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#agent = new Agent({ connections: options.concurrency ?? 4, headersTimeout: 120_000, bodyTimeout: 120_000 });
  }

  /** Resolves when there is room for the next one. Throws what an earlier one failed with. */
  async send(outgoing: Outgoing, done?: () => void): Promise<void> {
    while (this.#running.size >= (this.#options.concurrency ?? 4)) await Promise.race(this.#running);
    this.#throwFailure();
    const job: Promise<void> = this.#attempt(outgoing)
      .then(done)
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => this.#running.delete(job));
    this.#running.add(job);
  }

  /** Waits for everything under way. */
  async drain(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #attempt({ path, body, headers }: Outgoing): Promise<void> {
    const { url, token, signal, giveUpAfterMs = 600_000 } = this.#options;
    const deadline = performance.now() + giveUpAfterMs;
    for (let attempt = 0; ; attempt += 1) {
      let wait = Math.min(10_000, 100 * 2 ** attempt);
      let problem: string;
      try {
        const answer = await request(url + path, {
          method: 'POST',
          dispatcher: this.#agent,
          body,
          ...(signal ? { signal } : {}),
          headers: {
            ...headers,
            ...(attempt > 0 ? { 'retry-attempt': String(attempt) } : {}),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
        });
        const text = await answer.body.text();
        if (answer.statusCode < 300) return;
        problem = `${path} answered ${String(answer.statusCode)}: ${text.slice(0, 300)}`;
        if (answer.statusCode < 500 && answer.statusCode !== 429) throw new Error(problem);
        const after = Number(answer.headers['retry-after']);
        if (after > 0) wait = after * 1000;
      } catch (error) {
        if (signal?.aborted === true || !isLostConnection(error)) throw error;
        problem = `${path}: ${error instanceof Error ? error.message : String(error)}`;
      }
      if (performance.now() + wait > deadline)
        throw new Error(`given up after ${String(attempt + 1)} attempts: ${problem}`);
      this.retries += 1;
      await sleep(wait, undefined, signal ? { signal } : {});
    }
  }
}

function isLostConnection(error: unknown): boolean {
  return typeof error === 'object' && error !== null && typeof (error as { code?: unknown }).code === 'string';
}

/** A remote-write request as Prometheus puts it on the wire. */
export function remoteWrite(body: Buffer): Outgoing {
  return {
    path: '/api/v1/write',
    body,
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': 'sce-voice-organisation/1',
    },
  };
}

export function json(path: string, value: unknown): Outgoing {
  return { path, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}

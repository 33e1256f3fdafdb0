import { Agent, request } from 'undici';

export interface HealthProbeOptions {
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
}

/**
 * Asks a QuestDB's `/ping` again and again. `/ping` needs no account and writes no log line; an answer in time also
 * tells a hung or stopped process from a living one, which an open port does not.
 */
export class HealthProbe {
  readonly #url: string;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ connections: 1, pipelining: 1 });
  #timer: NodeJS.Timeout | undefined;

  constructor(httpUrl: string, options: HealthProbeOptions = {}) {
    this.#url = `${httpUrl}/ping`;
    this.#intervalMs = options.intervalMs ?? 1_000;
    this.#timeoutMs = options.timeoutMs ?? 3_000;
  }

  async ask(): Promise<boolean> {
    try {
      const response = await request(this.#url, {
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      await response.body.dump();
      return response.statusCode < 300;
    } catch {
      return false;
    }
  }

  /** Calls back with every answer until stopped. */
  watch(onAnswer: (answers: boolean) => void): void {
    const tick = async (): Promise<void> => {
      const answers = await this.ask();
      if (this.#timer === undefined) return;
      onAnswer(answers);
      this.#timer = setTimeout(() => void tick(), this.#intervalMs);
      this.#timer.unref();
    };
    this.#timer = setTimeout(() => void tick(), this.#intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#agent.destroy();
  }
}

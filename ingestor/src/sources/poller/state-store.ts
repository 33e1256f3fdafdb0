import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SceError, messageOf } from '../../errors.ts';
import { writePrivately } from '../../identity/private-file.ts';

/** What is remembered of one poll instance between runs and restarts. */
export interface PollMemory {
  /** The source's own cursor or last-good marker, from the last checkpoint or successful run. */
  readonly state: unknown;
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  /** Consecutive failures; 0 after a success. */
  readonly failures: number;
  /** No scheduled run before this time (back-off, `Retry-After`). */
  readonly notBefore: string | null;
  readonly lastError: string | null;
}

const FRESH: PollMemory = {
  state: null,
  lastAttemptAt: null,
  lastSuccessAt: null,
  failures: 0,
  notBefore: null,
  lastError: null,
};

/** One JSON file per instance under `<data dir>/state`, private (0600), replaced atomically. */
export class PollStateStore {
  readonly #directory: string;

  constructor(dataDir: string) {
    this.#directory = join(dataDir, 'state');
  }

  /** Throws `SETUP` when the file is there but unreadable: starting over silently would forget the last good feed. */
  async load(source: string, instance: string): Promise<PollMemory> {
    const file = this.#file(source, instance);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return FRESH;
      throw new SceError('SETUP', `cannot read the state of poller ${source}/${instance}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    try {
      return { ...FRESH, ...(JSON.parse(text) as Partial<PollMemory>) };
    } catch (error) {
      throw new SceError(
        'SETUP',
        `${file} is damaged (${messageOf(error)}); delete it to start poller ${source}/${instance} over`,
        { cause: error },
      );
    }
  }

  async save(source: string, instance: string, memory: PollMemory): Promise<void> {
    await writePrivately(this.#file(source, instance), JSON.stringify(memory));
  }

  #file(source: string, instance: string): string {
    return join(this.#directory, encodeURIComponent(source), `${encodeURIComponent(instance)}.json`);
  }
}

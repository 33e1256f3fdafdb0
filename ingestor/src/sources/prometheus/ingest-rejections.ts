import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Row } from '../../warehouse/warehouse.ts';
import type { RejectionReason } from './rejections.ts';

const MINUTE = 60_000;
const MAX_KEYS = 1_000;

/**
 * Counts what was received and not stored, by minute, for the table `ingest_rejections`. Rows carry the count of their
 * minute so far and replace one another, so writing twice or late counts nothing double.
 */
export class IngestRejections {
  readonly #ingestor = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  readonly #now: () => number;
  /** Minute → key → count. */
  readonly #minutes = new Map<number, Map<string, number>>();
  #dirty = false;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  add(job: string, metric: string, reason: RejectionReason): void {
    const minute = Math.floor(this.#now() / MINUTE) * MINUTE;
    let counts = this.#minutes.get(minute);
    if (counts === undefined) {
      counts = new Map();
      this.#minutes.set(minute, counts);
    }
    let key = JSON.stringify([job, metric, reason]);
    if (!counts.has(key) && counts.size >= MAX_KEYS) key = JSON.stringify(['', '(other)', reason]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    this.#dirty = true;
  }

  /** Rows of all minutes not yet confirmed; empty when nothing is new. Confirm with `written` when they are stored. */
  rows(): Row[] {
    if (!this.#dirty) return [];
    return [...this.#minutes].flatMap(([minute, counts]) =>
      [...counts].map(([key, count]) => {
        const [job, metric, reason] = JSON.parse(key) as [string, string, string];
        return { timestamp: new Date(minute), job, metric, reason, ingestor: this.#ingestor, count };
      }),
    );
  }

  /** Minutes before the present one are complete and stored: forget them. */
  written(): void {
    const present = Math.floor(this.#now() / MINUTE) * MINUTE;
    for (const minute of this.#minutes.keys()) if (minute < present) this.#minutes.delete(minute);
    this.#dirty = this.#minutes.size > 0;
  }

  /** While nothing can be written, only the latest hour is kept. */
  prune(): void {
    for (const minute of this.#minutes.keys()) if (minute < this.#now() - 60 * MINUTE) this.#minutes.delete(minute);
  }
}

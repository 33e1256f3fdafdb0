import { performance } from 'node:perf_hooks';
import { SceError, isSceError, messageOf } from '../../errors.ts';
import type { Row, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { Batch, type BatchMark } from './batch.ts';
import type { MetadataCache } from './metadata-cache.ts';
import type { RegisteredSeries } from './registered-series.ts';
import { LINE_BYTES } from './sample-lines.ts';
import type { SeriesTable } from './series-table.ts';

/** A flush of this many rows gains nothing from waiting for more: QuestDB's cost per row is flat from here on. */
const ENOUGH_ROWS = 60_000;
/** One request to QuestDB; larger flushes are cut so that neither side holds too much at once. */
const MAX_POST_BYTES = 16 * 1024 * 1024;
const MAX_POST_LINES = Math.floor(MAX_POST_BYTES / LINE_BYTES);
/** A flush waits at most this many lingers, as long as requests keep arriving. */
const MAX_LINGERS = 4;

export interface GroupCommitOptions {
  readonly writer: WarehouseWriter;
  readonly table: SeriesTable;
  readonly registered: RegisteredSeries;
  readonly metadata: MetadataCache;
  readonly lingerMs: number;
  /** Rows that belong to no request (signs of life of replicas); asked for at every flush. */
  readonly extraRows?: () => readonly { table: string; rows: readonly Row[] }[];
  readonly onFlush?: (rows: number, seconds: number, error: unknown) => void;
}

/**
 * Requests in flight share one flush: QuestDB's cost is per commit. One flush runs while the next one gathers. A flush
 * starts when as many requests have joined as lately took part in one (so a single sender never waits), at the latest
 * `lingerMs` after the first one, or a few times that while requests are still arriving.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #open = new Batch();
  #spare = new Batch();
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #arriving = 0;
  /** Requests that took part in recent flushes, falling slowly. */
  #expected = 1;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** The batch that gathers now. Do not keep it over an await. */
  get batch(): Batch {
    return this.#open;
  }

  /** Bytes of rows that wait for an acknowledgement, about. */
  get pendingBytes(): number {
    return this.#open.bytes + this.#spare.bytes;
  }

  /** A request's body is on its way: worth waiting for. Pair with `arrived`. */
  arriving(): void {
    this.#arriving++;
  }

  /** The body was decoded (and its request has joined) or refused. */
  arrived(): void {
    this.#arriving--;
    if (this.#arriving === 0) this.#consider();
  }

  /** Joins the batch that gathers, after adding to it. Rejects with a retryable error when the flush failed. */
  join(): Promise<void> {
    if (this.#open.requests === 0) this.#open.openedAt = performance.now();
    const done = this.#open.join();
    this.#consider();
    return done;
  }

  /** Writes what has been gathered; for shutting down. */
  async drain(): Promise<void> {
    while (this.#running !== null || this.#open.requests > 0) {
      if (this.#running === null) this.#start();
      await this.#running;
    }
  }

  /** Takes a request out of the batch that gathers: everything since the mark, and what was concluded from it. */
  rollback(mark: BatchMark): void {
    this.#forgetNews(this.#open, mark);
    this.#open.rollback(mark);
  }

  #forgetNews(batch: Batch, mark?: BatchMark): void {
    const { series, metrics } = batch.news(mark);
    for (const { low, high } of series) this.#options.table.forget(low, high);
    for (const metric of metrics) this.#options.metadata.forget(metric);
  }

  #consider(): void {
    if (this.#running !== null || this.#open.requests === 0) return;
    const waited = performance.now() - this.#open.openedAt;
    const { lingerMs } = this.#options;
    const complete = this.#open.requests >= this.#expected && this.#arriving === 0;
    const late = waited >= lingerMs * (this.#arriving > 0 ? MAX_LINGERS : 1);
    if (complete || late || this.#open.rowCount >= ENOUGH_ROWS) {
      this.#start();
      return;
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#consider();
      },
      Math.max(1, Math.min(lingerMs, lingerMs - waited)),
    );
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#open;
    this.#open = this.#spare;
    this.#spare = batch;
    this.#expected = Math.max(batch.requests, this.#expected - 1, 1);
    this.#running = this.#flush(batch).finally(() => {
      this.#running = null;
      this.#consider();
    });
  }

  async #flush(batch: Batch): Promise<void> {
    const { writer, registered, onFlush } = this.#options;
    const started = performance.now();
    const rows = batch.rowCount;
    let failure: unknown;
    try {
      // A sample is of no use without its series, so the series come first.
      for (const piece of batch.series.pieces(MAX_POST_BYTES)) await writer.writeLines('series', piece);
      for (const { id, month } of batch.registrations) registered.add(id, month);
      for (let first = 0; first < batch.samples.count; first += MAX_POST_LINES)
        await writer.writeLines(
          'samples',
          batch.samples.bytes(first, Math.min(MAX_POST_LINES, batch.samples.count - first)),
        );
      const side = batch.sideBatches();
      if (side.length > 0) await writer.write(side);
    } catch (error) {
      failure = toRetryable(error);
      // Requests that gather now may rely on series rows of this flush: they fail with it, and nothing half-known remains.
      this.#forgetNews(batch);
      this.#forgetNews(this.#open);
      this.#open.settle(failure);
    }
    onFlush?.(rows, (performance.now() - started) / 1000, failure);
    batch.settle(failure);
    const extra = failure === undefined ? (this.#options.extraRows?.() ?? []) : [];
    // They are repeated with later flushes, so a failure only makes them late.
    if (extra.some(({ rows: some }) => some.length > 0)) await writer.write(extra).catch(() => undefined);
  }
}

/** Everything was validated before: what QuestDB refuses now is our or its fault, and the sender should keep the data. */
function toRetryable(error: unknown): SceError {
  if (isSceError(error) && error.retryable) return error;
  return new SceError('WAREHOUSE_UNAVAILABLE', `the samples could not be stored: ${messageOf(error)}`, {
    cause: error,
    retryAfterSeconds: 10,
  });
}

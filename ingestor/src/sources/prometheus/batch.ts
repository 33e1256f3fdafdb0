import type { Row, TableRows } from '../../warehouse/warehouse.ts';
import { SampleLines } from './sample-lines.ts';
import { SeriesLines, type SeriesFacts } from './series-lines.ts';

/** Hash of a series' label bytes. */
export interface WireHash {
  readonly low: number;
  readonly high: number;
}

/** A series row that is written with a batch, to be marked as registered when it is acknowledged. */
export interface Registration extends WireHash {
  readonly id: bigint;
  readonly month: number;
}

/** Tables written after the samples; the order does not matter. */
const sideTables = [
  'series_ends',
  'series_starts',
  'histograms',
  'histogram_buckets',
  'exemplars',
  'metric_metadata',
] as const;
export type SideTable = (typeof sideTables)[number];

/** Where a batch stood: see `Batch.rollback`. */
export interface BatchMark {
  readonly samples: number;
  readonly registrations: number;
  readonly touched: number;
  readonly side: readonly number[];
}

/** Estimated bytes that one row object holds in memory. */
const ROW_BYTES = 400;
const REGISTRATION_BYTES = 100;

/** What the requests of one flush have brought. A request that turns out to be malformed is taken out again whole. */
export class Batch {
  readonly samples = new SampleLines();
  readonly registrations: Registration[] = [];
  readonly series = new SeriesLines();
  /** Known series whose record was changed on behalf of rows in here: the change is undone when these are lost. */
  readonly touched: WireHash[] = [];
  readonly #side: readonly Row[][] = sideTables.map(() => []);
  #requests: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
  /** When the first request joined, by the monotonic clock (ms). */
  openedAt = 0;

  get requests(): number {
    return this.#requests.length;
  }

  get rowCount(): number {
    return this.samples.count + this.series.count + this.#sideRows;
  }

  /** Bytes held, about. */
  get bytes(): number {
    return (
      this.samples.byteLength +
      this.series.byteLength +
      this.registrations.length * REGISTRATION_BYTES +
      this.#sideRows * ROW_BYTES
    );
  }

  get #sideRows(): number {
    return this.#side.reduce((sum, rows) => sum + rows.length, 0);
  }

  add(table: SideTable, row: Row): void {
    this.#side[sideTables.indexOf(table)]?.push(row);
  }

  /** Adds the row of a series; `timestamp` (ms) is that of the sample that needs it. */
  register(registration: Registration, series: SeriesFacts, timestamp: number): void {
    this.registrations.push(registration);
    this.series.add(series, timestamp);
  }

  mark(): BatchMark {
    return {
      samples: this.samples.count,
      registrations: this.registrations.length,
      touched: this.touched.length,
      side: this.#side.map((rows) => rows.length),
    };
  }

  touch(low: number, high: number): void {
    this.touched.push({ low, high });
  }

  /** Series and metrics of which rows in here, from the mark on, are the first news. */
  news(from?: BatchMark): { series: WireHash[]; metrics: string[] } {
    const metadata = this.#side[sideTables.indexOf('metric_metadata')] ?? [];
    return {
      series: [...this.registrations.slice(from?.registrations ?? 0), ...this.touched.slice(from?.touched ?? 0)],
      metrics: metadata
        .slice(from?.side[sideTables.indexOf('metric_metadata')] ?? 0)
        .map((row) => String(row['metric'])),
    };
  }

  /** Takes out everything since the mark. */
  rollback(mark: BatchMark): void {
    this.samples.truncate(mark.samples);
    this.series.truncate(mark.registrations);
    this.registrations.length = mark.registrations;
    this.touched.length = mark.touched;
    this.#side.forEach((rows, i) => (rows.length = mark.side[i] ?? 0));
  }

  /** True when nothing was added since the mark. */
  unchangedSince(mark: BatchMark): boolean {
    return (
      this.samples.count === mark.samples &&
      this.registrations.length === mark.registrations &&
      this.#side.every((rows, i) => rows.length === mark.side[i])
    );
  }

  sideBatches(): TableRows[] {
    return this.#side.flatMap((rows, i) => (rows.length > 0 ? [{ table: sideTables[i] as string, rows }] : []));
  }

  /** Resolves when the batch is acknowledged. */
  join(): Promise<void> {
    return new Promise((resolve, reject) => this.#requests.push({ resolve, reject }));
  }

  /** Answers all requests and empties the batch for its next use. */
  settle(error: unknown): void {
    const requests = this.#requests;
    this.#requests = [];
    this.samples.reset();
    this.registrations.length = 0;
    this.series.reset();
    this.touched.length = 0;
    for (const rows of this.#side) rows.length = 0;
    for (const { resolve, reject } of requests) {
      if (error === undefined) resolve();
      else reject(error);
    }
  }
}

import pLimit from 'p-limit';
import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';

const sql = readSql(import.meta.url, 'arrivals.sql');
const countSql = readSql(import.meta.url, 'rows-of-hour.sql');
const hourMs = 3_600_000;
/** Entries (a series in an hour) that are kept at most: 29 bytes each. */
const mostEntries = 4_000_000;
/** Hours asked for at a time: the connections are not this view's alone. */
const atATime = 2;

type SeriesId = bigint | number | string;

/** What arrived in a span. Parallel arrays; series by their number in `SeriesNumbers`. Times in ms. */
interface Slice {
  readonly series: Int32Array;
  readonly samples: Uint32Array;
  readonly oldest: Float64Array;
  readonly newest: Float64Array;
  readonly buckets: Uint8Array;
}

export interface SeriesTotal {
  readonly series: string;
  readonly samples: number;
  readonly oldest: number;
  readonly newest: number;
  /** Five-minute buckets with a sample. */
  readonly buckets: number;
}

/**
 * What arrived, by series. Hours that are over are remembered with the number of their rows, which QuestDB knows without reading
 * them: a view that looks at a day of samples reads what is new, and an hour with late data again.
 */
export class Arrivals {
  readonly #reader: WarehouseReader;
  readonly #hours = new Map<number, { readonly rows: number; readonly slice: Slice }>();
  readonly #limit = pLimit(atATime);
  #numbers = new Map<string, number>();

  private constructor(reader: WarehouseReader) {
    this.#reader = reader;
  }

  static readonly #all = new WeakMap<WarehouseReader, Arrivals>();

  /** The one of a warehouse. */
  static of(reader: WarehouseReader): Arrivals {
    const known = Arrivals.#all.get(reader) ?? new Arrivals(reader);
    Arrivals.#all.set(reader, known);
    return known;
  }

  /** Every series with a sample in a range. */
  async within({ from, to }: TimeRange): Promise<SeriesTotal[]> {
    this.#makeRoom();
    const numbers = this.#numbers;
    const [first, last] = [Math.ceil(from.getTime() / hourMs) * hourMs, Math.floor(to.getTime() / hourMs) * hourMs];
    const slices =
      first >= last
        ? [() => this.#read(from, to)]
        : [
            ...(first > from.getTime() ? [() => this.#read(from, new Date(first))] : []),
            ...Array.from({ length: (last - first) / hourMs }, (_, index) => () => this.#hour(first + index * hourMs)),
            ...(last < to.getTime() ? [() => this.#read(new Date(last), to)] : []),
          ];
    return sum(await Promise.all(slices.map((slice) => this.#limit(slice))), numbers);
  }

  async #hour(start: number): Promise<Slice> {
    const [from, to] = [new Date(start), new Date(start + hourMs)];
    const [counted] = await this.#reader.rows<{ samples: number }>(countSql, [from, to]);
    const rows = counted?.samples ?? 0;
    const known = this.#hours.get(start);
    if (known?.rows === rows) return known.slice;
    const numbers = this.#numbers;
    const slice = await this.#read(from, to);
    if (numbers === this.#numbers) this.#hours.set(start, { rows, slice });
    return slice;
  }

  async #read(from: Date, to: Date): Promise<Slice> {
    const numbers = this.#numbers;
    const rows = await this.#reader.rows<{
      series: SeriesId;
      samples: number;
      oldest: Date;
      newest: Date;
      buckets: number;
    }>(sql, [from, to]);
    return {
      series: Int32Array.from(rows, ({ series }) => numberOf(numbers, String(series))),
      samples: Uint32Array.from(rows, ({ samples }) => samples),
      oldest: Float64Array.from(rows, ({ oldest }) => oldest.getTime()),
      newest: Float64Array.from(rows, ({ newest }) => newest.getTime()),
      buckets: Uint8Array.from(rows, ({ buckets }) => buckets),
    };
  }

  /** Forgets the oldest hours, and all with their series when too many came and went. */
  #makeRoom(): void {
    if (this.#numbers.size > mostEntries) {
      this.#numbers = new Map();
      this.#hours.clear();
    }
    let entries = [...this.#hours.values()].reduce((so, { slice }) => so + slice.series.length, 0);
    for (const start of [...this.#hours.keys()].sort((a, b) => a - b)) {
      if (entries <= mostEntries) return;
      entries -= this.#hours.get(start)?.slice.series.length ?? 0;
      this.#hours.delete(start);
    }
  }
}

function numberOf(numbers: Map<string, number>, series: string): number {
  const known = numbers.get(series) ?? numbers.size;
  numbers.set(series, known);
  return known;
}

function sum(slices: readonly Slice[], numbers: ReadonlyMap<string, number>): SeriesTotal[] {
  const [samples, buckets] = [new Float64Array(numbers.size), new Uint32Array(numbers.size)];
  const [oldest, newest] = [new Float64Array(numbers.size).fill(Infinity), new Float64Array(numbers.size)];
  for (const slice of slices)
    for (let index = 0; index < slice.series.length; index += 1) {
      const series = slice.series[index] ?? 0;
      samples[series] = (samples[series] ?? 0) + (slice.samples[index] ?? 0);
      buckets[series] = (buckets[series] ?? 0) + (slice.buckets[index] ?? 0);
      oldest[series] = Math.min(oldest[series] ?? Infinity, slice.oldest[index] ?? Infinity);
      newest[series] = Math.max(newest[series] ?? 0, slice.newest[index] ?? 0);
    }
  const totals: SeriesTotal[] = [];
  for (const [series, number] of numbers)
    if ((samples[number] ?? 0) > 0)
      totals.push({
        series,
        samples: samples[number] ?? 0,
        oldest: oldest[number] ?? 0,
        newest: newest[number] ?? 0,
        buckets: buckets[number] ?? 0,
      });
  return totals;
}

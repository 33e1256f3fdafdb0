import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { loadPriceBook, type PriceBook } from '../money/price-book.ts';
import { testWindow, type TestWindow } from '../sizing/back-test.ts';
import { buildMatrix, type BucketMatrix } from '../sizing/bucket-matrix.ts';
import { cachePerReader, dataVersion } from '../sizing/data-version.ts';
import { loadUse } from '../sizing/load-use.ts';
import { loadPools, type NodePool } from '../sizing/node-pools.ts';
import { packRange, type PackedRange } from '../sizing/pack-range.ts';
import { bucketMs, loadSpans, type PersonSpan } from '../sizing/pool-spans.ts';
import { sizingRulesOf } from '../sizing/config.ts';
import { planSizes } from '../sizing/size-plan.ts';
import type { UseMatrix } from '../sizing/throttling.ts';
import type { ViewContext } from '../view.ts';
import { priceOfBuckets } from './bucket-prices.ts';

/** All that a what-if reads of one pool. */
export interface LoadedPool {
  readonly pool: NodePool;
  readonly matrix: BucketMatrix;
  readonly spans: readonly PersonSpan[];
  /** Packed with today's requests. */
  readonly today: PackedRange;
  readonly use: UseMatrix | undefined;
  /** Of one node for each bucket; NaN where there is none. */
  readonly prices: Float64Array;
  /** Role → users with an interactive container in the range. */
  readonly users: ReadonlyMap<string, ReadonlySet<string>>;
}
export interface LoadedRange {
  readonly pools: readonly LoadedPool[];
  readonly start: Date;
  readonly buckets: number;
  /** Complete days in which throttling is simulated; null: none in the range. */
  readonly window: TestWindow | null;
  readonly homeless: number;
  readonly book: PriceBook;
}

/** Few, because each may hold the containers of a year. */
const cache = cachePerReader<LoadedRange>(3);

/** Who was where in a range, once for the same data: what a slider changes is computed from it without reading again. */
export async function loadRange({ reader, range, now, config }: ViewContext): Promise<LoadedRange> {
  const end = Math.min(range.to.getTime(), now.getTime());
  const to = new Date(Math.floor(end / bucketMs) * bucketMs);
  const zone = config.organisation.time_zone;
  const { activeCores } = sizingRulesOf(config);
  const key = JSON.stringify([range.from, to, zone, activeCores, await dataVersion(reader)]);
  return cache(reader).get(key, () => load(reader, { from: range.from, to }, zone, activeCores));
}

async function load(
  reader: WarehouseReader,
  range: TestWindow,
  zone: string,
  activeCores: number,
): Promise<LoadedRange> {
  const loaded = await loadSpans(reader, range);
  const lastDays = testWindow(range.to, zone);
  const from = lastDays.from > loaded.start ? lastDays.from : loaded.start;
  const window = from < lastDays.to ? { from, to: lastDays.to } : null;
  const matrices = loaded.pools.map(({ pool, spans }) => ({ pool, matrix: buildMatrix(spans, loaded.buckets), spans }));
  const use =
    window &&
    (await loadUse(reader, matrices, await loadPools(reader, window), { start: loaded.start, ...window }, activeCores));
  const book = await loadPriceBook(reader, '');
  return {
    ...loaded,
    window,
    book,
    pools: matrices.map(({ pool, matrix, spans }, index): LoadedPool => {
      const users = new Map<string, Set<string>>();
      for (const { user, role } of spans) if (user !== null) users.set(role, (users.get(role) ?? new Set()).add(user));
      return {
        pool,
        matrix,
        spans,
        users,
        use: use?.[index],
        today: packRange(matrix, planSizes(matrix.types, pool.shape)),
        prices: priceOfBuckets(book, loaded, pool, zone),
      };
    }),
  };
}

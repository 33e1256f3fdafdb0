import { LruCache } from '../sizing/lru.ts';
import { buildMatrix, type BucketMatrix } from '../sizing/bucket-matrix.ts';
import { bucketMs, notSized } from '../sizing/pool-spans.ts';
import { priceOfBuckets } from './bucket-prices.ts';
import type { LoadedPool, LoadedRange } from './pools.ts';

/** A pool with one person's containers told apart from all others. */
export interface PersonPool {
  readonly of: LoadedPool;
  /** Items in the same order as those of the pool; own ones have the role `own`. */
  readonly matrix: BucketMatrix;
  /** Price of a core and of a GB for each bucket; NaN where there is none, 0 where the resource is not charged for. */
  readonly corePrices: Float64Array;
  readonly gbPrices: Float64Array;
}

export const own = 'own';
const caches = new WeakMap<LoadedRange, LruCache<readonly PersonPool[]>>();

/** Pools in which a person has interactive containers; made once for what was loaded. */
export function personPools(loaded: LoadedRange, person: string, zone: string): Promise<readonly PersonPool[]> {
  const cache = caches.get(loaded) ?? new LruCache<readonly PersonPool[]>(8);
  caches.set(loaded, cache);
  return cache.get(person, () => Promise.resolve(make(loaded, person, zone)));
}

function make(loaded: LoadedRange, person: string, zone: string): PersonPool[] {
  return loaded.pools
    .filter(({ spans }) => spans.some(({ user }) => user === person))
    .map((of) => {
      const { book } = loaded;
      const { pool } = of.pool;
      const spans = of.spans.map((span) => ({ ...span, role: span.user === person ? own : notSized }));
      return {
        of,
        matrix: buildMatrix(spans, loaded.buckets),
        corePrices: priceOfBuckets(book, loaded, { pool, cores: 1, memoryGb: 0 }, zone),
        gbPrices: priceOfBuckets(book, loaded, { pool, cores: 0, memoryGb: 1 }, zone),
      };
    });
}

/** What own containers reserve over the range, were each of size `sizeOf(type)`. */
export function reserved(
  { matrix, corePrices, gbPrices }: PersonPool,
  sizeOf: (type: number) => { readonly millicores: number; readonly memoryBytes: number },
): { readonly hours: number; readonly coreHours: number; readonly gbHours: number; readonly cost: number | null } {
  const bucketHours = bucketMs / 3_600_000;
  const [sums, width] = [{ hours: 0, coreHours: 0, gbHours: 0, cost: 0 }, matrix.types.length];
  for (const [type, { role }] of matrix.types.entries()) {
    if (role !== own) continue;
    const { millicores, memoryBytes } = sizeOf(type);
    const [cores, gb] = [millicores / 1000, memoryBytes / 2 ** 30];
    const hours = (matrix.bucketsOfType[type] ?? 0) * bucketHours;
    sums.hours += hours;
    sums.coreHours += hours * cores;
    sums.gbHours += hours * gb;
    for (const [bucket, group] of matrix.groupOf.entries()) {
      const count = matrix.counts[group * width + type] ?? 0;
      if (count === 0) continue;
      // Prices are of a bucket already. What is not asked for needs no price.
      if (cores > 0) sums.cost += count * cores * (corePrices[bucket] ?? Number.NaN);
      if (gb > 0) sums.cost += count * gb * (gbPrices[bucket] ?? Number.NaN);
    }
  }
  return { ...sums, cost: Number.isNaN(sums.cost) ? null : sums.cost };
}

import { dayLabel } from '../money/day.ts';
import type { PriceBook } from '../money/price-book.ts';
import type { NodePool } from '../sizing/node-pools.ts';
import { bucketMs } from '../sizing/pool-spans.ts';

type PricedNode = Pick<NodePool, 'pool' | 'cores' | 'memoryGb'>;

/** Price of one node for each bucket; NaN where there is none. */
export function priceOfBuckets(
  book: PriceBook,
  { start, buckets }: { readonly start: Date; readonly buckets: number },
  pool: PricedNode,
  zone: string,
): Float64Array {
  const prices = new Float64Array(buckets);
  const byDay = new Map<number, number>();
  for (let bucket = 0; bucket < buckets; bucket++) {
    // The label of a day changes at most once an hour.
    const hour = Math.floor((start.getTime() + bucket * bucketMs) / 3_600_000);
    let price = byDay.get(hour);
    if (price === undefined)
      byDay.set(hour, (price = nodeHour(book, pool, dayLabel(new Date(hour * 3_600_000), zone))));
    prices[bucket] = (price * bucketMs) / 3_600_000;
  }
  return prices;
}

/** Price of a node-hour: what it offers × price. Memory without any price is not charged for (and that is said). */
function nodeHour(book: PriceBook, { pool, cores, memoryGb }: PricedNode, day: Date): number {
  const part = (resource: 'cpu' | 'memory', amount: number): number =>
    amount > 0 && book.isCharged(resource) ? amount * (book.price(resource, pool, day) ?? Number.NaN) : 0;
  return book.currency === null ? Number.NaN : part('cpu', cores) + part('memory', memoryGb);
}

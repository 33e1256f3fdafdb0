import { add } from './add.ts';
import type { Size } from './size-plan.ts';

/** A time in which one container asked for one size. Buckets are numbers from the start of the range. */
export interface Span {
  /** Ties go by it. */
  readonly id: string;
  readonly role: string;
  readonly millicores: number;
  readonly memoryBytes: number;
  readonly fromBucket: number;
  /** Exclusive. */
  readonly toBucket: number;
}

/** Role and request of today. */
export interface ContainerType extends Size {
  readonly role: string;
}

/** Who was there in each bucket, as typed arrays. Items are spans in the order of their container's id. */
export interface BucketMatrix {
  readonly buckets: number;
  readonly types: readonly ContainerType[];
  readonly ids: readonly string[];
  readonly typeOf: Int32Array;
  readonly fromBucketOf: Int32Array;
  readonly toBucketOf: Int32Array;
  /** Items that begin (end) with bucket b: begins[beginsAt[b] … beginsAt[b + 1]). */
  readonly beginsAt: Int32Array;
  readonly begins: Int32Array;
  readonly endsAt: Int32Array;
  readonly ends: Int32Array;
  /** Bucket → group of buckets with the same number of containers of each type. */
  readonly groupOf: Int32Array;
  /** counts[group × types + type]. */
  readonly counts: Int32Array;
  readonly bucketsOfGroup: Int32Array;
  /** Container-buckets of each type. */
  readonly bucketsOfType: Float64Array;
}

/** Builds the matrix once for a range; answers for other sizes only read it. */
export function buildMatrix(spans: readonly Span[], buckets: number): BucketMatrix {
  const items = spans
    .filter(({ fromBucket, toBucket }) => fromBucket < toBucket && toBucket > 0 && fromBucket < buckets)
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.fromBucket - b.fromBucket));
  const types: ContainerType[] = [];
  const typeIndex = new Map<string, number>();
  const typeOf = new Int32Array(items.length);
  for (const [item, { role, millicores, memoryBytes }] of items.entries()) {
    const key = `${millicores}/${memoryBytes}/${role}`;
    let type = typeIndex.get(key);
    if (type === undefined) {
      type = types.push({ role, millicores, memoryBytes }) - 1;
      typeIndex.set(key, type);
    }
    typeOf[item] = type;
  }
  const [beginsAt, begins] = byBucket(
    items.map(({ fromBucket }) => Math.max(0, fromBucket)),
    buckets,
  );
  const [endsAt, ends] = byBucket(
    items.map(({ toBucket }) => Math.min(buckets, toBucket)),
    buckets,
  );
  const groups = new Map<string, number>();
  const groupOf = new Int32Array(buckets);
  const counts: number[] = [];
  const bucketsOfGroup: number[] = [];
  const now = new Int32Array(types.length);
  for (let bucket = 0, group = -1; bucket < buckets; bucket++) {
    const [b0, b1] = [beginsAt[bucket] ?? 0, beginsAt[bucket + 1] ?? 0];
    const [e0, e1] = [endsAt[bucket] ?? 0, endsAt[bucket + 1] ?? 0];
    for (let at = b0; at < b1; at++) add(now, typeOf[begins[at] ?? 0] ?? 0, 1);
    for (let at = e0; at < e1; at++) add(now, typeOf[ends[at] ?? 0] ?? 0, -1);
    if (group === -1 || b1 > b0 || e1 > e0) {
      const key = now.join();
      group = groups.get(key) ?? -1;
      if (group === -1) {
        group = groups.size;
        groups.set(key, group);
        for (const count of now) counts.push(count);
        bucketsOfGroup.push(0);
      }
    }
    groupOf[bucket] = group;
    bucketsOfGroup[group] = (bucketsOfGroup[group] ?? 0) + 1;
  }
  const bucketsOfType = new Float64Array(types.length);
  for (const [item, { fromBucket, toBucket }] of items.entries())
    add(bucketsOfType, typeOf[item] ?? 0, Math.min(buckets, toBucket) - Math.max(0, fromBucket));
  return {
    buckets,
    types,
    ids: items.map(({ id }) => id),
    typeOf,
    fromBucketOf: Int32Array.from(items, ({ fromBucket }) => fromBucket),
    toBucketOf: Int32Array.from(items, ({ toBucket }) => toBucket),
    beginsAt,
    begins,
    endsAt,
    ends,
    groupOf,
    counts: Int32Array.from(counts),
    bucketsOfGroup: Int32Array.from(bucketsOfGroup),
    bucketsOfType,
  };
}

/** Items by bucket: offsets (one more than buckets + 1, so that an end at the very end has its place) and items, ascending. */
function byBucket(bucketOf: readonly number[], buckets: number): [Int32Array, Int32Array] {
  const at = new Int32Array(buckets + 2);
  for (const bucket of bucketOf) add(at, bucket + 1, 1);
  for (let index = 1; index < at.length; index++) add(at, index, at[index - 1] ?? 0);
  const next = at.slice();
  const items = new Int32Array(bucketOf.length);
  for (const [item, bucket] of bucketOf.entries()) {
    const place = next[bucket] ?? 0;
    items[place] = item;
    next[bucket] = place + 1;
  }
  return [at, items];
}

/**
 * Walks the buckets with the list of items that are there, in the order of their ids. `alive` is reused; `version` is another
 * number as soon as somebody came or went.
 */
export function walkBuckets(
  matrix: BucketMatrix,
  from: number,
  to: number,
  visit: (bucket: number, alive: Int32Array, length: number, version: number) => void,
): void {
  const { beginsAt, begins, endsAt, ends, fromBucketOf, toBucketOf } = matrix;
  const alive = new Int32Array(matrix.typeOf.length + 1);
  let length = 0;
  for (let item = 0; item < matrix.typeOf.length; item++)
    if (Math.max(0, fromBucketOf[item] ?? 0) < from && from <= (toBucketOf[item] ?? 0)) alive[length++] = item;
  let version = 0;
  for (let bucket = from; bucket < Math.min(to, matrix.buckets); bucket++) {
    const [firstEnd, lastEnd] = [endsAt[bucket] ?? 0, endsAt[bucket + 1] ?? 0];
    const [firstBegin, lastBegin] = [beginsAt[bucket] ?? 0, beginsAt[bucket + 1] ?? 0];
    if (lastEnd > firstEnd || lastBegin > firstBegin) version++;
    for (let at = firstEnd; at < lastEnd; at++) {
      const place = lowerBound(alive, length, ends[at] ?? 0);
      alive.copyWithin(place, place + 1, length);
      length--;
    }
    for (let at = firstBegin; at < lastBegin; at++) {
      const item = begins[at] ?? 0;
      const place = lowerBound(alive, length, item);
      alive.copyWithin(place + 1, place, length);
      alive[place] = item;
      length++;
    }
    visit(bucket, alive, length, version);
  }
}

/** First place in the ascending `items[0 … length)` that is not below `item`. */
export function lowerBound(items: Int32Array, length: number, item: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] ?? 0) < item) low = middle + 1;
    else high = middle;
  }
  return low;
}

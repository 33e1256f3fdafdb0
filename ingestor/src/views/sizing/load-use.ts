import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { BucketMatrix } from './bucket-matrix.ts';
import type { NodePool } from './node-pools.ts';
import { nodeKey } from './node-pools.ts';
import { bucketMs } from './pool-spans.ts';
import type { UseMatrix } from './throttling.ts';

const activeSql = readSql(import.meta.url, 'active-use.sql');
const backgroundSql = readSql(import.meta.url, 'background-use.sql');
const daysPerQuery = 2;

export interface PoolMatrix {
  readonly pool: NodePool;
  readonly matrix: BucketMatrix;
}

/** CPU use of all pools in [from, to) as bucket matrices that begin at `start`. Read in pieces: no result set is held whole. */
export async function loadUse(
  reader: WarehouseReader,
  pools: readonly PoolMatrix[],
  poolOfNode: ReadonlyMap<string, NodePool>,
  span: { readonly start: Date; readonly from: Date; readonly to: Date },
  activeCores: number,
): Promise<readonly UseMatrix[]> {
  const bucketOf = (time: number): number => Math.round((time - span.start.getTime()) / bucketMs);
  const [fromBucket, toBucket] = [Math.max(0, bucketOf(span.from.getTime())), bucketOf(span.to.getTime())];
  const builders = pools.map(({ matrix }) => new UseBuilder(matrix, fromBucket, toBucket));
  const itemsOf = new Map<string, [pool: number, items: ItemsOfContainer]>();
  for (const [pool, { matrix }] of pools.entries())
    for (const [item, id] of matrix.ids.entries()) {
      const known = itemsOf.get(id);
      if (known?.[0] === pool) known[1].items.push(item);
      else if (!known) itemsOf.set(id, [pool, { items: [item], next: 0 }]);
    }
  const poolIndex = new Map(pools.map(({ pool }, index) => [pool, index]));
  for (let at = span.from.getTime(); at < span.to.getTime(); at += daysPerQuery * 86_400_000) {
    const piece = [
      new Date(at),
      new Date(Math.min(span.to.getTime(), at + daysPerQuery * 86_400_000)),
      span.start,
      activeCores,
    ];
    const [active, background] = await Promise.all([
      reader.query(activeSql, piece),
      reader.query(backgroundSql, piece),
    ]);
    for (const [bucket, id, cores] of active.rows as unknown as readonly (readonly [number, string, number])[]) {
      const [pool, items] = itemsOf.get(id) ?? [];
      if (pool !== undefined && items) builders[pool]?.active(bucket, items, cores);
    }
    for (const [bucket, cluster, node, cores] of background.rows as unknown as readonly (readonly [
      number,
      string,
      string,
      number,
    ])[]) {
      const pool = poolOfNode.get(nodeKey(cluster, node));
      const index = pool && poolIndex.get(pool);
      if (index !== undefined) builders[index]?.quiet(bucket, cores);
    }
  }
  return builders.map((builder) => builder.finish());
}

/** Spans of one container, one after the other, and the first that has not ended. */
interface ItemsOfContainer {
  readonly items: number[];
  next: number;
}

class UseBuilder {
  readonly #matrix: BucketMatrix;
  readonly #fromBucket: number;
  readonly #at: Int32Array;
  readonly #quietCores: Float64Array;
  readonly #items: number[] = [];
  readonly #cores: number[] = [];

  constructor(matrix: BucketMatrix, fromBucket: number, toBucket: number) {
    this.#matrix = matrix;
    this.#fromBucket = fromBucket;
    this.#at = new Int32Array(Math.max(0, toBucket - fromBucket) + 1);
    this.#quietCores = new Float64Array(Math.max(0, toBucket - fromBucket));
  }

  /** In the order of buckets. */
  active(bucket: number, of: ItemsOfContainer, cores: number): void {
    const { fromBucketOf, toBucketOf } = this.#matrix;
    while (of.next < of.items.length && (toBucketOf[of.items[of.next] ?? 0] ?? 0) <= bucket) of.next++;
    const item = of.items[of.next];
    const place = bucket - this.#fromBucket + 1;
    if (item === undefined || (fromBucketOf[item] ?? 0) > bucket || place < 1 || place >= this.#at.length) return;
    this.#items.push(item);
    this.#cores.push(cores);
    this.#at[place] = (this.#at[place] ?? 0) + 1;
  }

  quiet(bucket: number, cores: number): void {
    const place = bucket - this.#fromBucket;
    if (place >= 0 && place < this.#quietCores.length) this.#quietCores[place] = (this.#quietCores[place] ?? 0) + cores;
  }

  finish(): UseMatrix {
    const { groupOf, counts, types } = this.#matrix;
    for (let place = 1; place < this.#at.length; place++)
      this.#at[place] = (this.#at[place] ?? 0) + (this.#at[place - 1] ?? 0);
    const backgroundCores = Float64Array.from(this.#quietCores, (cores, place) => {
      const group = groupOf[place + this.#fromBucket] ?? 0;
      let alive = 0;
      for (let type = 0; type < types.length; type++) alive += counts[group * types.length + type] ?? 0;
      const quiet = alive - ((this.#at[place + 1] ?? 0) - (this.#at[place] ?? 0));
      return quiet > 0 ? cores / quiet : 0;
    });
    return {
      fromBucket: this.#fromBucket,
      toBucket: this.#fromBucket + this.#quietCores.length,
      at: this.#at,
      items: Int32Array.from(this.#items),
      cores: Float64Array.from(this.#cores),
      backgroundCores,
    };
  }
}

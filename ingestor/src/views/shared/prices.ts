import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';

const pricesSql = readSql(import.meta.url, 'prices.sql');
const nodeTypesSql = readSql(import.meta.url, 'node-types.sql');
const hour = 3_600_000;

export interface PriceRow {
  readonly timestamp: Date;
  readonly resource: string;
  readonly node_type: string | null;
  readonly price: number;
  readonly currency: string;
}

interface PriceLists {
  /** Of the node type. */
  readonly own: readonly PriceRow[];
  /** Of all node types. */
  readonly general: readonly PriceRow[];
  /** When one of them begins, in order; epoch milliseconds. */
  readonly changes: readonly number[];
}

/** Reservation of a container: cores and GB (2^30 bytes) over a span of time on a node. */
export interface Reservation {
  readonly node: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly cores: number;
  readonly gigabytes: number;
}

/** Dated prices: an old span keeps its price. */
export class Prices {
  readonly #rows: readonly PriceRow[];
  readonly #typeOf: ReadonlyMap<string, string>;
  /** Resource → node type → its prices and the general ones: thousands of reservations ask for few of them. */
  readonly #lists = { cpu: new Map<string, PriceLists>(), memory: new Map<string, PriceLists>() };
  /** The one currency of all prices, null without a price or with several: amounts then cannot be added. */
  readonly currency: string | null;
  readonly hasMemory: boolean;

  constructor(rows: readonly PriceRow[], typeOf: ReadonlyMap<string, string>) {
    this.#rows = rows;
    this.#typeOf = typeOf;
    const currencies = new Set(rows.map(({ currency }) => currency));
    this.currency = currencies.size === 1 ? ([...currencies][0] ?? null) : null;
    this.hasMemory = rows.some(({ resource }) => resource === 'memory');
  }

  static async load(reader: WarehouseReader): Promise<Prices> {
    const [rows, nodes] = await Promise.all([
      reader.rows<PriceRow>(pricesSql),
      reader.rows<{ node: string; node_type: string | null }>(nodeTypesSql),
    ]);
    return new Prices(rows, new Map(nodes.map(({ node, node_type: type }) => [node, type ?? ''])));
  }

  /** Cost of a reservation in `currency`; null when some of it has no price. Memory costs only where memory is priced at all. */
  costOf(reservation: Reservation): number | null {
    if (this.currency === null) return null;
    const cpu = this.#over('cpu', reservation, reservation.cores);
    if (cpu === null || !this.hasMemory) return cpu;
    const memory = this.#over('memory', reservation, reservation.gigabytes);
    return memory === null ? null : cpu + memory;
  }

  #over(resource: 'cpu' | 'memory', { node, from, to }: Reservation, amount: number): number | null {
    const { own, general, changes } = this.#listsOf(resource, this.#typeOf.get(node ?? '') ?? '');
    const until = to.getTime();
    let start = from.getTime();
    let cost = 0;
    for (let next = 0; ; next += 1) {
      while ((changes[next] ?? Infinity) <= start) next += 1;
      const end = Math.min(changes[next] ?? Infinity, until);
      const price = priceAt(own, start) ?? priceAt(general, start);
      if (price !== undefined) cost += (price * amount * (end - start)) / hour;
      else if (amount > 0 && end > start) return null;
      if (end >= until) return cost;
      start = end;
    }
  }

  #listsOf(resource: 'cpu' | 'memory', type: string): PriceLists {
    const known = this.#lists[resource];
    let lists = known.get(type);
    if (lists === undefined) {
      const own = this.#rows.filter((row) => row.resource === resource && type !== '' && row.node_type === type);
      const general = this.#rows.filter((row) => row.resource === resource && (row.node_type ?? '') === '');
      const changes = [...own, ...general].map(({ timestamp }) => timestamp.getTime()).sort((a, b) => a - b);
      known.set(type, (lists = { own, general, changes }));
    }
    return lists;
  }
}

/** Rows are in the order of time. */
function priceAt(rows: readonly PriceRow[], at: number): number | undefined {
  let price: number | undefined;
  for (const row of rows) {
    if (row.timestamp.getTime() > at) break;
    price = row.price;
  }
  return price;
}

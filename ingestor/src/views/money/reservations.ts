import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { localMidnight } from './day.ts';
import { loadPriceBook, type PriceBook, type Resource } from './price-book.ts';

const nodeTypesSql = readSql(import.meta.url, 'node-types.sql');
const hourMs = 3_600_000;
const resources = ['cpu', 'memory'] as const satisfies readonly Resource[];

/** What a container has reserved over a span of time on a node. GB = 2^30 bytes. */
export interface Reservation {
  readonly cluster: string | null;
  readonly node: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly cores: number;
  readonly gigabytes: number;
}

/** A stretch of days in which no price changes. */
interface Stretch {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Label of its first day. */
  readonly day: Date;
}

/** By stretch; null: there is none. */
type StretchPrices = Readonly<Record<(typeof resources)[number], readonly (number | null)[]>>;

/** Prices of reservations to the moment: an old span keeps its price. Thousands of them fall into few stretches. */
export class ReservationPrices {
  readonly book: PriceBook;
  readonly #typeOf: ReadonlyMap<string, string>;
  readonly #stretches: readonly Stretch[];
  /** Node type → price in each stretch, by resource. */
  readonly #prices = new Map<string, StretchPrices>();

  /** `typeOf`: node (`keyOf`) → type. */
  constructor(book: PriceBook, typeOf: ReadonlyMap<string, string>, zone: string) {
    this.book = book;
    this.#typeOf = typeOf;
    const days = [new Date(0), ...book.changeDays().sort((a, b) => a.getTime() - b.getTime())];
    const starts = days.map((day, index) => (index === 0 ? -Infinity : localMidnight(day, zone).getTime()));
    this.#stretches = days.map((day, index) => ({
      day,
      from: starts[index] ?? -Infinity,
      to: starts[index + 1] ?? Infinity,
    }));
  }

  static async load(reader: WarehouseReader, zone: string): Promise<ReservationPrices> {
    const [book, nodes] = await Promise.all([
      loadPriceBook(reader, ''),
      reader.rows<{ cluster: string | null; node: string | null; node_type: string | null }>(nodeTypesSql),
    ]);
    const typeOf = new Map(nodes.map(({ cluster, node, node_type: type }) => [keyOf(cluster, node), type ?? '']));
    return new ReservationPrices(book, typeOf, zone);
  }

  /** Cost in the currency of the book; null when some of it has no price. A resource without any price is not charged for. */
  costOf({ cluster, node, from, to, cores, gigabytes }: Reservation): number | null {
    if (this.book.currency === null) return null;
    const type = this.#typeOf.get(keyOf(cluster, node)) ?? '';
    const amounts = { cpu: cores, memory: gigabytes };
    let cost = 0;
    for (const [index, stretch] of this.#stretches.entries()) {
      const hours = (Math.min(to.getTime(), stretch.to) - Math.max(from.getTime(), stretch.from)) / hourMs;
      if (hours <= 0) continue;
      for (const resource of resources) {
        if (!this.book.isCharged(resource) || amounts[resource] === 0) continue;
        const price = this.#pricesOf(type)[resource][index] ?? null;
        if (price === null) return null;
        cost += price * amounts[resource] * hours;
      }
    }
    return cost;
  }

  #pricesOf(type: string): StretchPrices {
    const known = this.#prices.get(type);
    if (known) return known;
    const of = (resource: Resource): (number | null)[] =>
      this.#stretches.map(({ day }) => this.book.price(resource, type, day));
    const prices = { cpu: of('cpu'), memory: of('memory') };
    this.#prices.set(type, prices);
    return prices;
  }
}

function keyOf(cluster: string | null, node: string | null): string {
  return `${cluster ?? ''}/${node ?? ''}`;
}

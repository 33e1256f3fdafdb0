import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { ExchangeRates, type RateRow } from './currency.ts';
import { DatedRows } from './dated.ts';

const pricesSql = readSql(import.meta.url, 'prices.sql');
const ratesSql = readSql(import.meta.url, 'rates.sql');

export type Resource = 'cpu' | 'memory' | 'storage';

export interface PriceRow {
  readonly timestamp: Date;
  readonly resource: string;
  readonly price: number;
  readonly currency: string;
  readonly node_type: string;
}

/** Prices as of a day in one currency. A price that is not there is null, never 0. */
export class PriceBook {
  /** What every amount is in; null: there are no prices. */
  readonly currency: string | null;
  readonly rates: ExchangeRates;
  readonly #prices: DatedRows<PriceRow>;
  readonly #resources: ReadonlySet<string>;
  readonly #isConverted: boolean;

  /** `currency`: empty for that of the newest CPU price (or of the newest price). */
  constructor(rows: readonly PriceRow[], rates: readonly RateRow[], currency: string) {
    this.#prices = new DatedRows(rows, (row) => keyOf(row.resource, row.node_type));
    this.#resources = new Set(rows.map(({ resource }) => resource));
    this.rates = new ExchangeRates(rates);
    this.currency = currency || newest(rows.filter(({ resource }) => resource === 'cpu')) || newest(rows);
    this.#isConverted = rows.some((row) => row.currency !== this.currency);
  }

  /** Whether a resource has any price at any time: one that has none is not charged for, and that is said. */
  isCharged(resource: Resource): boolean {
    return this.#resources.has(resource);
  }

  /** Price of a core-hour or GB-hour on a node type on a day (label): its own, else that of every node, else null. */
  price(resource: Resource, nodeType: string, day: Date): number | null {
    const own = nodeType === '' ? null : this.#prices.asOf(keyOf(resource, nodeType), day);
    const row = own ?? this.#prices.asOf(keyOf(resource, ''), day);
    if (row === null || this.currency === null) return null;
    const rate = this.rates.rate(row.currency, this.currency, day);
    return rate === null ? null : row.price * rate;
  }

  /** Days (labels) on which a price in this currency may change. */
  changeDays(): Date[] {
    return [...this.#prices.days(), ...(this.#isConverted ? this.rates.days() : [])];
  }

  /** `cpu 0.02087 USD from 2026-01-01`: what holds on a day for every node, to be shown beside figures. */
  describe(day: Date): string {
    const parts = (['cpu', 'memory'] as const).flatMap((resource) => {
      const row = this.#prices.asOf(keyOf(resource, ''), day);
      const unit = resource === 'cpu' ? 'core-hour' : 'GB-hour';
      return row
        ? [`${row.price} ${row.currency} a ${unit} since ${row.timestamp.toISOString().slice(0, 10)}`]
        : [`no ${resource} price for every node`];
    });
    const own = this.#prices.keys().filter((key) => !key.endsWith(' ')).length;
    return `${parts.join(', ')}${own > 0 ? `; ${own} of node types` : ''}`;
  }
}

/** All prices and rates as they are now. */
export async function loadPriceBook(reader: WarehouseReader, currency: string): Promise<PriceBook> {
  const [prices, rates] = await Promise.all([reader.rows<PriceRow>(pricesSql), reader.rows<RateRow>(ratesSql)]);
  return new PriceBook(prices, rates, currency.trim().toUpperCase());
}

function newest(rows: readonly PriceRow[]): string | null {
  return rows.toSorted((a, b) => b.timestamp.getTime() - a.timestamp.getTime())[0]?.currency ?? null;
}

function keyOf(resource: string, nodeType: string): string {
  return `${resource} ${nodeType}`;
}

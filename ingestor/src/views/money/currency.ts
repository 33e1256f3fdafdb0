import { DatedRows } from './dated.ts';

/** One unit of `currency` is `rate` units of `base_currency` from `timestamp` (day label) on. */
export interface RateRow {
  readonly timestamp: Date;
  readonly currency: string;
  readonly base_currency: string;
  readonly rate: number;
}

/** Currencies add only by a dated rate: stored, turned round, or over one third currency. */
export class ExchangeRates {
  readonly #rates: DatedRows<RateRow>;
  readonly #currencies: readonly string[];

  constructor(rows: readonly RateRow[]) {
    this.#rates = new DatedRows(rows, ({ currency, base_currency: base }) => keyOf(currency, base));
    this.#currencies = [...new Set(rows.flatMap(({ currency, base_currency: base }) => [currency, base]))].sort();
  }

  /** Units of `to` for one unit of `from` on a day; null: no rate holds then. */
  rate(from: string, to: string, day: Date): number | null {
    if (from === to) return 1;
    const direct = this.#direct(from, to, day);
    if (direct !== null) return direct;
    for (const between of this.#currencies) {
      const [first, second] = [this.#direct(from, between, day), this.#direct(between, to, day)];
      if (first !== null && second !== null) return first * second;
    }
    return null;
  }

  /** Days on which a rate changes. */
  days(): Date[] {
    return this.#rates.days();
  }

  #direct(from: string, to: string, day: Date): number | null {
    const stored = this.#rates.asOf(keyOf(from, to), day);
    const inverse = this.#rates.asOf(keyOf(to, from), day);
    // Of both ways the newer one is meant.
    if (stored && (!inverse || stored.timestamp >= inverse.timestamp)) return stored.rate;
    return inverse ? 1 / inverse.rate : null;
  }
}

function keyOf(from: string, to: string): string {
  return `${from} ${to}`;
}

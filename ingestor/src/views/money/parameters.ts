import { Type } from 'typebox';
import type { ViewColumn } from '../../contract/index.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import type { PriceBook } from './price-book.ts';
import { dayLabel, dayText } from './day.ts';
import type { TimeRange } from '../view.ts';
import type { ChargeableAmounts } from './day-lines.ts';

export type Basis = 'requested' | 'used' | 'max';

export const basisParameter = Type.Union([Type.Literal('requested'), Type.Literal('used'), Type.Literal('max')], {
  default: 'requested',
  description:
    'What is charged: requested (reserved), used (really consumed), or max (the higher of both per container, resource and five minutes)',
});

export const currencyParameter = Type.String({
  default: '',
  pattern: '^([A-Za-z]{3})?$',
  description: 'ISO 4217; empty: that of the newest CPU price. Other currencies are converted by the rate of the day',
});

export const periodParameter = Type.Union([Type.Literal('none'), Type.Literal('week'), Type.Literal('month')], {
  default: 'none',
  description: 'One row for the range, or one for each week (from Monday) or month',
});
export const periodStartColumn = timeColumn(
  'period_start',
  'Period',
  'Local midnight at which the week or month starts; start of the range for period=none',
);

/** Hours that a basis charges. max(requested, used) = requested + borrowed, because maxima were taken per five minutes. */
export function charged(amounts: ChargeableAmounts, basis: Basis): number {
  if (basis === 'used') return amounts.used;
  return basis === 'requested' ? amounts.requested : amounts.requested + amounts.borrowed;
}

/** Units of money carry no currency here: it is a parameter. The column `currency` says it. */
export const moneyViewColumns: readonly ViewColumn[] = [
  numberColumn('core_hours', 'Core-hours', 'count:core·h', 'Charged core-hours'),
  numberColumn('cpu_cost', 'CPU', 'none', 'core_hours × price of a core-hour as of the day; empty without a price'),
  numberColumn('gb_hours', 'GB-hours', 'count:GB·h', 'Charged GB-hours (GB = 2³⁰ bytes)'),
  numberColumn('memory_cost', 'Memory', 'none', 'gb_hours × price of a GB-hour as of the day; empty without a price'),
  numberColumn('cost', 'Cost', 'none', 'cpu_cost + memory_cost; empty when a part of it has no price'),
  textColumn('currency', 'Currency', 'What the money is in'),
];

/** What has to be said about prices beside any money. */
export function priceNotices(book: PriceBook, isIncomplete: boolean): string[] {
  if (book.currency === null)
    return ['There are no prices: money is empty. Add them under prices: of the configuration'];
  const notices = (['cpu', 'memory'] as const)
    .filter((resource) => !book.isCharged(resource))
    .map((resource) => `There is no price of ${resource === 'cpu' ? 'CPU' : 'memory'}: cost is without it`);
  return isIncomplete
    ? [...notices, `Money is empty where a day or node type has no price, or no exchange rate to ${book.currency}`]
    : notices;
}

/** Prices at the end of a range, for `howComputed`. */
export function priceFact(book: PriceBook, range: TimeRange, zone: string): string {
  const last = dayLabel(new Date(range.to.getTime() - 1), zone);
  return `as of ${dayText(last)} ${book.describe(last)}`;
}

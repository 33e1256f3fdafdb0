import { Type } from 'typebox';
import { anomalyRules, forecastRules } from '../money/forecast.ts';
import { currencyParameter, priceFact } from '../money/parameters.ts';
import type { PriceBook } from '../money/price-book.ts';
import { numberColumn } from '../shared/columns.ts';
import type { TimeRange } from '../view.ts';

/** What the views of days that cost more than usual have in common: the platform by day, and departments on the last one. */
export const anomalyParameters = {
  currency: currencyParameter,
  least_amount: Type.Number({
    default: 50,
    minimum: 0,
    description: 'A day is no anomaly by less than this, in the currency of the answer',
  }),
};

export const expectationColumns = [
  numberColumn(
    'expected_cost',
    'Expected',
    'none',
    'Median of such weekdays before; empty with fewer than six of them',
  ),
  numberColumn('threshold', 'Threshold', 'none', 'expected_cost + max(4 · s, least_amount)'),
] as const;

export const expectationText =
  'above the median of its weekday + max({spreads} · s, {least}) with at least {fewest} such weekdays; ' +
  's = max(1.4826 · MAD of the residuals, 2 % of the median); holidays count as Sundays.';

export function anomalyFacts(
  book: PriceBook,
  range: TimeRange,
  zone: string,
  least: number,
): Record<string, string | number> {
  return {
    last_days: forecastRules.lastDays,
    spreads: anomalyRules.spreads,
    fewest: anomalyRules.fewestWeekdays,
    least: `${least} ${book.currency ?? ''}`.trim(),
    prices: priceFact(book, range, zone),
    time_zone: zone,
  };
}

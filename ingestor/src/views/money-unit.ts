import type { ViewColumn } from '../contract/index.ts';
import type { ViewRow } from './view.ts';

/** Grafana has ids for the common currencies; for any other it puts the code in front. */
const known: ReadonlySet<string> = new Set(
  'USD GBP EUR JPY RUB UAH BRL DKK ISK NOK SEK CZK CHF PLN ZAR INR KRW IDR PHP VND TRY MYR'.split(' '),
);

/**
 * Money (unit `none`, beside a column `currency`) with the unit of its currency, which only the rows know. Answers in several
 * currencies, and empty ones, stay as they are.
 */
export function withCurrencyUnit(columns: readonly ViewColumn[], rows: readonly ViewRow[]): readonly ViewColumn[] {
  if (!columns.some(({ name }) => name === 'currency')) return columns;
  const currencies = new Set(rows.map((row) => row['currency']).filter((code) => typeof code === 'string' && code));
  const [currency] = currencies;
  if (currencies.size !== 1 || typeof currency !== 'string') return columns;
  const unit = known.has(currency) ? `currency${currency}` : `currency:${currency} `;
  return columns.map((column) => (column.type === 'number' && column.unit === 'none' ? { ...column, unit } : column));
}

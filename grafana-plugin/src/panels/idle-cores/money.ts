import { formattedValueToString, getValueFormat } from '@grafana/data';
import { glance } from '../shared/words.ts';

/** Money in the unit of the view (`currencyUSD`), else with the name of its currency behind it. */
export function money(value: number, unit: string | null, currency: string | null): string {
  if (unit?.startsWith('currency') === true) return formattedValueToString(getValueFormat(unit)(value, value >= 1000 ? 1 : 2)); // prettier-ignore
  return currency === null ? glance(value) : `${glance(value)} ${currency}`;
}

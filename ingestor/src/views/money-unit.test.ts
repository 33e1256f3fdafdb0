import { describe, expect, it } from 'vitest';
import type { ViewColumn } from '../contract/index.ts';
import { withCurrencyUnit } from './money-unit.ts';

const column = (name: string, type: ViewColumn['type'], unit: string | null): ViewColumn => ({
  name,
  displayName: name,
  type,
  unit,
  description: '',
});
const columns = [
  column('department', 'string', null),
  column('cost', 'number', 'none'),
  column('people', 'number', 'short'),
  column('currency', 'string', null),
];
const unitsOf = (of: readonly ViewColumn[], ...currencies: (string | null)[]) =>
  withCurrencyUnit(
    of,
    currencies.map((currency) => ({ department: 'A', cost: 1, people: 5, currency })),
  ).map(({ unit }) => unit);

describe('withCurrencyUnit', () => {
  it.each([
    ['one currency', ['USD', 'USD'], 'currencyUSD'],
    ['merged rows, which have none', ['CHF', null], 'currencyCHF'],
    ['one that Grafana has no id for', ['SGD'], 'currency:SGD '],
    ['several', ['USD', 'EUR'], 'none'],
    ['no price', [null], 'none'],
    ['no rows', [], 'none'],
  ])('%s', (_, currencies, unit) => {
    expect(unitsOf(columns, ...currencies)).toEqual([null, unit, 'short', null]);
  });

  it('leaves views without money alone', () => {
    const others = columns.slice(0, 3);
    expect(withCurrencyUnit(others, [{ cost: 1 }])).toBe(others);
  });
});

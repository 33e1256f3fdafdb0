import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PriceBook } from '../money/price-book.ts';
import { segmentsOf } from '../money/segments.ts';
import { costRows } from './rows.ts';

const segments = segmentsOf({ from: new Date('2026-03-02'), to: new Date('2026-03-04') }, 'UTC', 'none', [
  new Date('2026-03-03'),
]);
const price = (resource: string, day: string, value: number) => ({
  timestamp: new Date(day),
  resource,
  price: value,
  currency: 'USD',
  node_type: '',
});
const book = new PriceBook(
  [price('cpu', '2026-01-01', 2), price('cpu', '2026-03-03', 3), price('memory', '2026-01-01', 1)],
  [],
  '',
);
const amounts = fc
  .record({ within: fc.nat(1000), idle: fc.nat(1000), unknown: fc.nat(1000), borrowed: fc.nat(1000) })
  .map((part) => ({ ...part, requested: part.within + part.idle + part.unknown, used: part.within + part.borrowed }));
const line = fc.record({
  segment: fc.constantFrom(...segments),
  person: fc.option(fc.constantFrom('u_a', 'u_b', 'u_c')),
  kind: fc.constantFrom('interactive', 'batch', 'service', 'other'),
  image: fc.constantFrom('a', 'b'),
  nodeType: fc.constantFrom('', 'm5', 'r5'),
  cpu: amounts,
  memory: amounts,
});

describe('costRows', () => {
  it('payers, infra idle and what is not charged sum to what is offered, in every basis and split, in any order', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 15 }),
        fc.nat(1000),
        fc.constantFrom('requested', 'used', 'max'),
        fc.constantFrom('none', 'kind', 'image', 'node_type'),
        (lines, spare, basis, splitBy) => {
          const whole = lines.map((each) => ({
            ...each,
            since: each.segment.day,
            attributes: null,
            coveredHours: 1,
            aliveHours: 1,
          }));
          const nodes = segments.map((segment) => {
            const own = lines.filter((each) => each.segment === segment);
            const offer = (name: 'cpu' | 'memory') => ({
              allocatable: own.reduce((sum, each) => sum + each[name].requested, 0) + spare,
              infraIdle: spare,
            });
            return { segment, nodeType: 'm5', cpu: offer('cpu'), memory: offer('memory') };
          });
          const offered = nodes.reduce(
            (sum, { segment, cpu, memory }) =>
              sum + cpu.allocatable * (book.price('cpu', '', segment.day) ?? NaN) + memory.allocatable,
            0,
          );
          const options = { book, basis, attributes: ['department'], splitBy } as const;
          const rows = costRows(whole, nodes, options);
          expect(rows.reduce((sum, row) => sum + Number(row['cost']), 0)).toBe(offered);
          expect(costRows(whole.toReversed(), nodes, options)).toEqual(rows);
        },
      ),
    );
  });
});

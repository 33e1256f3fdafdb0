import { expect, it } from 'vitest';
import { mergeRows } from './merge-rows.ts';
import type { GroupPrivacy } from './view.ts';

const rule: GroupPrivacy = {
  kind: 'groups',
  attributes: ['department'],
  people: 'people',
  merge: { cost: 'sum' },
};

it('keeps a text in which all rows agree, and no other', () => {
  const rows = [
    { department: 'A', cost: 1, currency: 'USD', payer: 'people', age: 3, people: 2 },
    { department: 'B', cost: 2, currency: 'USD', payer: 'platform', age: 3, people: 3 },
  ];
  expect(mergeRows(rows, rule)).toEqual({
    department: 'A',
    cost: 3,
    currency: 'USD',
    payer: null,
    // A number that nobody said how to merge is not that of the group, even where it is the same.
    age: null,
    people: 5,
  });
});

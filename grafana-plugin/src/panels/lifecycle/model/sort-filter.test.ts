import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterWorkspaces, noFilter, togglePattern } from './filter.ts';
import { itemsOf, type Item } from './items.ts';
import { sortKeys, sortValue, sortWorkspaces } from './sort.ts';
import { testWorkspace } from './test-workspace.ts';

const some = [
  testWorkspace('a', { created: 30, last: 1 }, { pattern: 'returning', cores: 1, department: 'B' }),
  testWorkspace('b', { created: 200, last: 100 }, { pattern: 'abandoned', cores: 16, endOfLife: 'R 4.0' }),
  testWorkspace('c', { created: 50, last: null }, { pattern: 'never visited', cores: 2, user: null }),
  testWorkspace('d', { created: 50, last: 49, ended: 40 }, { pattern: 'one day', endOfLife: 'R 4.0' }),
];
const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join('');

describe('sortWorkspaces', () => {
  it.each([
    ['created', true, 'acdb'],
    ['created', false, 'bcda'],
    ['age', true, 'bcad'],
    ['last-visit', true, 'adbc'],
    ['last-visit', false, 'bdac'], // never visited: last either way
    ['unvisited', true, 'bcda'],
    ['waste', true, 'bcda'],
    ['cores', false, 'acdb'],
    ['ended', true, 'dacb'],
    ['pattern', false, 'adbc'],
    ['user', false, 'abdc'],
  ] as const)('by %s, descending %s', (key, descending, order) => {
    expect(ids(sortWorkspaces(some, { key, descending }))).toBe(order);
  });

  const workspaces = fc.array(
    fc
      .record({
        id: fc.string({ minLength: 1, maxLength: 3 }),
        created: fc.integer({ min: 1, max: 5 }),
        last: fc.option(fc.integer({ min: 0, max: 5 })),
        cores: fc.option(fc.integer({ min: 0, max: 2 })),
      })
      .map(({ id, created, last, cores }) => testWorkspace(id, { created, last }, { cores })),
    { maxLength: 30 },
  );
  it('is a permutation in order, nulls last, whatever the order before', () => {
    fc.assert(
      fc.property(workspaces, fc.constantFrom(...sortKeys), fc.boolean(), (list, key, descending) => {
        const sorted = sortWorkspaces(list, { key, descending });
        expect([...sorted].sort(byId)).toEqual([...list].sort(byId));
        const values = sorted.map((workspace) => sortValue(workspace, key));
        const known = values.filter((value) => value !== null);
        expect(values.slice(0, known.length)).toEqual(known);
        for (let index = 1; index < known.length; index++) {
          const [a, b] = [known[index - 1]!, known[index]!];
          expect(descending ? a >= b : a <= b).toBe(true);
        }
      }),
    );
  });
  const byId = (a: { id: string }, b: { id: string }): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
});

describe('filterWorkspaces', () => {
  it('counts by pattern what switching it on would show', () => {
    const { workspaces, byPattern, alive, aliveCores, endOfLife } = filterWorkspaces(some, {
      ...noFilter,
      hiddenPatterns: new Set(['abandoned']),
    });
    expect(ids(workspaces)).toBe('acd');
    expect(Object.fromEntries(byPattern)).toEqual({ returning: 1, abandoned: 1, 'never visited': 1, 'one day': 1 });
    expect([alive, aliveCores, endOfLife]).toEqual([2, 3, 0]);
  });
  it.each([
    [{ state: 'ended' }, 'd'],
    [{ state: 'alive' }, 'abc'],
    [{ endOfLifeOnly: true }, 'b'], // d has ended: it runs on nothing
    [{ text: 'U_A  analyst' }, 'a'],
    [{ text: 'nobody of that name' }, ''],
  ] as const)('%o', (change, expected) => {
    expect(ids(filterWorkspaces(some, { ...noFilter, ...change }).workspaces)).toBe(expected);
  });
  it('a click hides or shows; alone, and all again', () => {
    const known = ['x', 'y', 'z'];
    const hidden = (list: readonly string[]) => ({ ...noFilter, hiddenPatterns: new Set(list) });
    expect(togglePattern(noFilter, 'x', known, false)).toEqual(hidden(['x']));
    expect(togglePattern(hidden(['x']), 'x', known, false)).toEqual(noFilter);
    expect(togglePattern(hidden(['x']), 'x', known, true)).toEqual(hidden(['y', 'z']));
    expect(togglePattern(hidden(['y', 'z']), 'x', known, true)).toEqual(noFilter);
  });
});

describe('itemsOf', () => {
  const text = (items: readonly Item[]): string =>
    items
      .map((item) => (item.type === 'group' ? `[${item.label} ${String(item.count)}]` : item.workspace.id))
      .join(' ');
  it.each([
    ['none', [], 'a b c d'],
    ['department', [], '[Biometrics 3] b c d [B 1] a'],
    ['department', ['Biometrics'], '[Biometrics 3] [B 1] a'],
    ['user', [], '[u_b 1] b [u_d 1] d [u_a 1] a [unattributed 1] c'],
  ] as const)('by %s, closed %o', (grouping, collapsed, expected) => {
    expect(text(itemsOf(some, grouping, new Set(collapsed)))).toBe(expected);
  });

  it('a group has a cost when all that was reserved in it has', () => {
    const group = (costs: readonly (number | null)[]) =>
      itemsOf(costs.map((unvisitedCost, index) => testWorkspace(String(index), {}, { unvisitedCost, currency: 'USD' })), 'role', new Set())[0]; // prettier-ignore
    expect(group([2, 3])).toMatchObject({ unvisitedCost: 5, currency: 'USD' });
    expect(group([2, null, 3])).toMatchObject({ unvisitedCost: null });
  });
});

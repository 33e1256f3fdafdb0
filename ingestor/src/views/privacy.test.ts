import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellValue } from '../warehouse/warehouse.ts';
import { mergeSmallValues, protectGroups } from './privacy.ts';
import type { GroupPrivacy, ViewRow } from './view.ts';

const limits = { minPeople: 5, maxShare: 0.8 };

const oneWay: GroupPrivacy = {
  kind: 'groups',
  attributes: ['department'],
  people: 'people',
  dominance: [{ sum: 'hours', largest: 'largest' }],
  merge: { hours: 'sum', largest: 'max', idle: 'sum', idle_share: { ratio: ['idle', 'hours'] } },
};
const twoWay: GroupPrivacy = { ...oneWay, attributes: ['department', 'role'] };

function cell(
  department: string,
  people: number,
  hours = people,
  largest = people > 0 ? hours / people : 0,
): Record<string, CellValue> {
  return { department, people, hours, largest, idle: hours / 2, idle_share: 0.5 };
}

describe('one attribute', () => {
  it.each([
    ['nothing to do', [cell('A', 5), cell('B', 9)], ['A', 'B']],
    ['a small one joins the smallest', [cell('A', 4), cell('B', 9), cell('C', 6)], ['A + C', 'B']],
    ['ties go by name', [cell('X', 4), cell('C', 9), cell('B', 9)], ['B + X', 'C']],
    ['two small ones that are enough together', [cell('A', 3), cell('B', 2), cell('C', 20)], ['A + B', 'C']],
    ['three small ones', [cell('A', 1), cell('B', 1), cell('C', 1), cell('D', 20)], ['A + B + C + D']],
    ['nobody contributes: not about people', [cell('A', 0), cell('B', 9)], ['A', 'B']],
    ['too few altogether', [cell('A', 2), cell('B', 2)], []],
  ])('%s', (_, rows, shown) => {
    expect(protectGroups(rows, oneWay, limits).rows.map((row) => row['department'])).toEqual(shown);
  });

  it('adds what can be added, divides afterwards, empties the rest', () => {
    const rows = [
      { ...cell('A', 4, 10, 4), idle: 9, median: 3 },
      { ...cell('B', 6, 30, 9), idle: 3, median: 4 },
    ];
    expect(protectGroups(rows, oneWay, limits).rows).toEqual([
      { department: 'A + B', people: 10, hours: 40, largest: 9, idle: 12, idle_share: 0.3, median: null },
    ]);
  });

  it('a sum of which one person holds over 80 % is not shown on its own', () => {
    const rows = [cell('A', 10, 100, 81), cell('B', 10, 100, 10), cell('C', 20, 100, 10)];
    expect(protectGroups(rows, oneWay, limits).rows.map((row) => row['department'])).toEqual(['A + B', 'C']);
    expect(protectGroups([cell('A', 10, 100, 80)], oneWay, limits).rows).toHaveLength(1);
    expect(protectGroups([cell('A', 10, 100, 81)], oneWay, limits)).toMatchObject({ rows: [], hidden: 1 });
  });

  it('says what was merged', () => {
    const { merged } = protectGroups([cell('A', 4), cell('B', 9)], oneWay, limits);
    expect(merged.get('department')).toEqual(
      new Map([
        ['A', 'A + B'],
        ['B', 'A + B'],
      ]),
    );
  });
});

describe('splits and slices', () => {
  const histogram: GroupPrivacy = {
    kind: 'groups',
    attributes: ['role'],
    splits: [{ column: 'bin', order: 'lower' }],
    people: 'people',
    overlapping: true,
    merge: { hours: 'sum' },
  };
  it('a bin joins its smaller neighbour, never one further away', () => {
    const bins = [
      [0, 40],
      [1, 20],
      [2, 3],
      [3, 12],
      [4, 50],
    ] as const;
    const rows = bins.map(([lower, people]) => ({ role: 'all', bin: String(lower), lower, people, hours: people }));
    expect(protectGroups(rows, histogram, limits).rows.map((row) => [row['bin'], row['people'], row['hours']])).toEqual(
      [
        ['0', 40, 40],
        ['1', 20, 20],
        ['2 + 3', 12, 15],
        ['4', 50, 50],
      ],
    );
  });

  it('one thin week is merged further, and does not merge the others', () => {
    const weekly: GroupPrivacy = { ...oneWay, dominance: [], slices: ['week'] };
    const rows = [
      ...['A', 'B', 'C'].map((department) => ({ ...cell(department, 20), week: '1' })),
      { ...cell('A', 2), week: '2' },
      { ...cell('B', 9), week: '2' },
      { ...cell('C', 20), week: '2' },
    ];
    const { rows: shown, hidden, labelIn } = protectGroups(rows, weekly, limits);
    const names = shown.map((row) => `${String(row['week'])} ${String(row['department'])} ${String(row['people'])}`);
    expect(names).toEqual(['1 A 20', '1 B 20', '1 C 20', '2 A + B 11', '2 C 20']);
    expect(shown.map((row) => labelIn(row, 'department', 'A'))).toEqual(['A', 'A', 'A', 'A + B', 'A + B']);
    expect(hidden).toBe(0);
    const thinner = rows.slice(0, 4);
    expect(protectGroups(thinner, weekly, limits)).toMatchObject({ rows: thinner.slice(0, 3), hidden: 1 });
  });
});

describe('departments fixed per month', () => {
  it('small ones join their smallest sibling', () => {
    expect(
      mergeSmallValues(
        new Map([
          ['A', 4],
          ['B', 30],
          ['C', 7],
        ]),
        5,
      ),
    ).toEqual(
      new Map([
        ['A', 'A + C'],
        ['B', 'B'],
        ['C', 'A + C'],
      ]),
    );
  });
});

// ---- Trying to work hidden cells out -------------------------------------------------------------------------------

const departments = ['A', 'B', 'C', 'D', 'E'];
const roles = ['x', 'y', 'z'];
const tables = fc.array(
  fc.array(fc.integer({ min: 0, max: 12 }), { minLength: roles.length, maxLength: roles.length }),
  {
    minLength: departments.length,
    maxLength: departments.length,
  },
);

function twoWayRows(table: number[][]): ViewRow[] {
  return table
    .flatMap((counts, d) => counts.map((people, r): ViewRow => ({ ...cell(departments[d]!, people), role: roles[r]! })))
    .filter((row) => Number(row['people']) > 0);
}
function oneWayRows(table: number[][], by: 'department' | 'role'): ViewRow[] {
  const sums = new Map<string, number>();
  table.forEach((counts, d) =>
    counts.forEach((people, r) =>
      sums.set(
        by === 'department' ? departments[d]! : roles[r]!,
        (sums.get(by === 'department' ? departments[d]! : roles[r]!) ?? 0) + people,
      ),
    ),
  );
  return [...sums]
    .map(([value, people]) => ({ ...cell('', people), [by]: value }))
    .filter((row) => Number(row['people']) > 0);
}

describe('attacks', () => {
  it('no cell and no difference to a total is about one to four people', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const rows = twoWayRows(table);
        const { rows: shown, hidden } = protectGroups(rows, twoWay, limits);
        const total = rows.reduce((sum, row) => sum + Number(row['people']), 0);
        const people = shown.map((row) => Number(row['people']));
        for (const count of people) expect(count).toBeGreaterThanOrEqual(5);
        const seen = people.reduce((sum, count) => sum + count, 0);
        if (hidden === 0) expect(seen).toBe(total);
        else expect(shown).toHaveLength(0);
      }),
      { numRuns: 300 },
    );
  });

  it('the two-way table, both one-way tables and the total together determine no cell of one to four people', () => {
    fc.assert(
      fc.property(tables, (table) => {
        // Every cell is unknown, empty ones too; a block that is missing from a complete table is known to be empty.
        const cells = table.flatMap((counts, d) =>
          counts.map((people, r) => ({ department: departments[d]!, role: roles[r]!, people })),
        );
        const equations: number[][] = [];
        const publish = (rows: readonly ViewRow[], rule: GroupPrivacy): void => {
          const { rows: shown, merged, hidden } = protectGroups(rows, rule, limits);
          const blockOf = (row: ViewRow): string =>
            rule.attributes
              .map((attribute) => merged.get(attribute)?.get(String(row[attribute])) ?? String(row[attribute]))
              .join('/');
          const blocks = new Set(
            shown.map((row) => rule.attributes.map((attribute) => String(row[attribute])).join('/')),
          );
          for (const block of blocks) equations.push(cells.map((fine) => (blockOf(fine) === block ? 1 : 0)));
          if (hidden === 0)
            cells.forEach(
              (fine, at) =>
                !blocks.has(blockOf(fine)) && equations.push(cells.map((_, other) => (other === at ? 1 : 0))),
            );
        };
        publish(twoWayRows(table), twoWay);
        publish(oneWayRows(table, 'department'), oneWay);
        publish(oneWayRows(table, 'role'), { ...oneWay, attributes: ['role'] });
        if (cells.reduce((sum, row) => sum + row.people, 0) >= 5) equations.push(cells.map(() => 1));
        const determined = determinedUnknowns(equations, cells.length);
        for (const at of determined) {
          const { department, role, people } = cells[at]!;
          expect(people === 0 || people >= 5, `${department}/${role} of ${JSON.stringify(table)}`).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(tables, fc.nat(), (table, seed) => {
        const rows = twoWayRows(table);
        const other = rows
          .map((row, at) => ({ row, at: (at * 7919 + seed) % 104_729 }))
          .sort((a, b) => a.at - b.at)
          .map(({ row }) => row);
        const names = (shown: readonly ViewRow[]): string[] =>
          shown.map((row) => `${String(row['department'])}|${String(row['role'])}|${String(row['people'])}`).sort();
        expect(names(protectGroups(other, twoWay, limits).rows)).toEqual(
          names(protectGroups(rows, twoWay, limits).rows),
        );
      }),
    );
  });
});

/** Unknowns that a system of 0/1 equations fixes: those whose unit vector lies in its row space. */
function determinedUnknowns(equations: number[][], size: number): Set<number> {
  const rows = equations.map((row) => [...row]);
  const pivots: number[] = [];
  let rank = 0;
  for (let column = 0; column < size && rank < rows.length; column++) {
    const pivot = rows.findIndex((row, at) => at >= rank && Math.abs(row[column]!) > 1e-9);
    if (pivot < 0) continue;
    [rows[rank], rows[pivot]] = [rows[pivot]!, rows[rank]!];
    const scale = rows[rank]![column]!;
    rows[rank] = rows[rank]!.map((value) => value / scale);
    rows.forEach((row, at) => {
      const factor = row[column]!;
      if (at !== rank && Math.abs(factor) > 1e-9) rows[at] = row.map((value, c) => value - factor * rows[rank]![c]!);
    });
    pivots.push(column);
    rank++;
  }
  return new Set(pivots.filter((column, at) => rows[at]!.every((value, c) => c === column || Math.abs(value) < 1e-9)));
}

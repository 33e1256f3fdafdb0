import { beforeAll, describe, expect, it } from 'vitest';
import { idleCoresSummary } from '../../ingestor/src/views/idle-cores/summary.ts';
import { askView, container, store, usageDay } from '../../ingestor/src/views/shared/test-rows.ts';
import type { CellValue, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { Attack } from '../support/attack.ts';
import { labels, peopleRows } from '../support/people-rows.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';

/** Attacks on sums that are differences of others: borrowed = used − within, unknown = requested − within − idle. */
const departments = ['A', 'B', 'C'];
const roles = ['x', 'y'];
const weeks = ['2026-03-02', '2026-03-09'];
const days = labels('2026-03-02', '2026-03-15');
const range = { from: '2026-03-02', to: '2026-03-16' };
const maxShare = 0.8;
/** What requested and used are made of. */
const parts = ['within', 'idle', 'unknown', 'borrowed'] as const;
type Part = (typeof parts)[number];
const shownSums: Readonly<Record<string, readonly Part[]>> = {
  requested_core_hours: ['within', 'idle', 'unknown'],
  used_core_hours: ['within', 'borrowed'],
  within_core_hours: ['within'],
  idle_core_hours: ['idle'],
  unknown_core_hours: ['unknown'],
  borrowed_core_hours: ['borrowed'],
};

interface Use {
  readonly key: string;
  readonly department: string;
  readonly role: string;
  readonly day: string;
  readonly used: number;
  readonly alive: number;
}

/** Six people of each role in each department, who request four cores for ten hours a day. */
const people = departments.flatMap((department) =>
  roles.flatMap((role) =>
    Array.from({ length: 6 }, (_, index) => ({
      key: `u_${department}${role}${index}`,
      department,
      role,
      access: true,
      index,
    })),
  ),
);

/**
 * In A one person borrows nearly all, in B nobody, in C all alike. Of one person of B nothing is known on a day of the second week,
 * of the others of B on one of the first; of everybody in C now and then.
 */
const uses: Use[] = people.flatMap(({ key, department, role, index }) =>
  days.map((day, at) => {
    const isHog = department === 'A' && role === 'x' && index === 0;
    const borrows = isHog ? 6 : department === 'C' ? 1.5 : department === 'A' && index === 1 ? 0.2 : 0;
    const isAlone = department === 'B' && role === 'x' && index === 0;
    const isSilent = department === 'B' ? at === (isAlone ? 8 : 2) : department === 'C' && at % 6 === index;
    return {
      key,
      department,
      role,
      day,
      used: borrows > 0 ? 4 + borrows : 1 + index / 4,
      alive: isSilent ? (isAlone ? 24 : 14) : 10,
    };
  }),
);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await useWarehouse();
  await warehouse.writer.write(peopleRows(people, '2025-12-01'));
  await store(warehouse, {
    containers: people.map(({ key }) => container(key, { user_key: key })),
    container_usage_1d: uses.map(
      ({ key, day, used, alive }) => usageDay(key, `${day}T00:00:00Z`, { used, requested: 4, hours: 10, alive }).day,
    ),
  });
  await warehouse.settle(['people', 'access']);
});

/** Atoms: department, role, week and part. */
function atomsOf(
  in_: readonly string[],
  as: readonly string[],
  when: readonly string[],
  of: readonly Part[],
): number[] {
  return in_.flatMap((department) =>
    as.flatMap((role) =>
      when.flatMap((week) =>
        of.map(
          (part) =>
            ((departments.indexOf(department) * roles.length + roles.indexOf(role)) * weeks.length +
              weeks.indexOf(week)) *
              parts.length +
            parts.indexOf(part),
        ),
      ),
    ),
  );
}
const atoms = departments.length * roles.length * weeks.length * parts.length;

/** Whether one person holds more than may be shown of a part of some cells; null: there is nothing of it. */
function isHeld(in_: readonly string[], as: readonly string[], when: readonly string[], part: Part): boolean | null {
  const held = new Map<string, number>();
  for (const { key, department, role, day, used, alive } of uses) {
    if (!in_.includes(department) || !as.includes(role) || !when.includes(weekOf(day))) continue;
    const amount = part === 'borrowed' ? Math.max(0, used - 4) * 10 : part === 'unknown' ? 4 * (alive - 10) : NaN;
    held.set(key, (held.get(key) ?? 0) + amount);
  }
  const total = [...held.values()].reduce((sum, each) => sum + each, 0);
  return total === 0 ? null : Math.max(...held.values()) > maxShare * total;
}
const weekOf = (day: string): string => (day < (weeks[1] ?? '') ? weeks[0] : weeks[1]) ?? '';

const groupings = [[], ['department'], ['role'], ['department', 'role']];
const questions: Record<string, unknown>[] = groupings.flatMap((group_by) =>
  ['none', 'week'].flatMap((period) => [
    { group_by, period },
    ...departments.map((department) => ({ group_by, period, department })),
    ...roles.map((role) => ({ group_by, period, role })),
  ]),
);

type Shown = Readonly<Record<string, CellValue>>;
const behind = (label: CellValue | undefined, all: readonly string[]): string[] =>
  label === 'all' ? [...all] : String(label).split(' + ');

/** What a row tells: its sums, and what follows from its share of idle. */
function learnRow(attack: Attack, row: Shown, when: readonly string[], what: string): void {
  const cell = [behind(row['department'], departments), behind(row['role'], roles), when] as const;
  for (const [column, of] of Object.entries(shownSums))
    if (row[column] !== null) attack.learn(atomsOf(...cell, of), `${column} of ${what}`);
  if (row['idle_core_hours'] !== null && row['idle_share'] !== null)
    attack.learn(atomsOf(...cell, ['within', 'idle']), `idle_share of ${what}`);
}

const subsets = (all: readonly string[]): string[][] =>
  all.reduce<string[][]>((some, value) => [...some, ...some.map((each) => [...each, value])], [[]]).slice(1);

describe('sums that are differences of others', () => {
  it('cannot be worked out where one person holds most: not from terms, shares, totals, filters, weeks or two-way tables', async () => {
    const attack = new Attack(atoms);
    for (const params of questions) {
      const { objects } = await askView(warehouse, testConfig(), { view: idleCoresSummary, params, ...range });
      expect(objects.length).toBeGreaterThan(0);
      for (const row of objects) {
        const start = (row['period_start'] as Date).toISOString().slice(0, 10);
        learnRow(attack, row, params['period'] === 'week' ? [start] : weeks, JSON.stringify({ ...params, start }));
      }
    }
    const cells = subsets(departments).flatMap((in_) =>
      subsets(roles).flatMap((as) => subsets(weeks).map((when) => [in_, as, when] as const)),
    );
    const targets = (['borrowed', 'unknown'] as const).flatMap((part) =>
      cells.map((cell) => ({
        what: `${part} of ${JSON.stringify(cell)}`,
        held: isHeld(...cell, part),
        set: atomsOf(...cell, [part]),
      })),
    );
    // There is something to find, and something is shown.
    expect(targets.filter(({ held }) => held).length).toBeGreaterThan(10);
    expect(targets.filter(({ held, set }) => held && attack.knows(set)).map(({ what }) => what)).toEqual([]);
    expect(targets.some(({ held, set }) => held === false && attack.knows(set))).toBe(true);
    // The terms that do not give them away are shown for every group.
    for (const department of departments)
      expect(attack.knows(atomsOf([department], roles, weeks, ['idle']))).toBe(true);
  });

  it('are hidden in the whole table with one term each, and the answer says so', async () => {
    const { objects, meta } = await askView(warehouse, testConfig(), {
      view: idleCoresSummary,
      params: { group_by: 'department', period: 'week' },
      ...range,
    });
    for (const column of ['unknown_core_hours', 'requested_core_hours', 'borrowed_core_hours', 'used_core_hours'])
      expect(new Set(objects.map((row) => row[column])), column).toEqual(new Set([null]));
    for (const column of ['idle_core_hours', 'within_core_hours', 'idle_share'])
      expect(
        objects.every((row) => row[column] !== null),
        column,
      ).toBe(true);
    expect(meta.notices.join('\n')).toMatch(/more than 80 % of the first.*: unknown_core_hours, requested_core_hours/);
    expect(meta.notices.join('\n')).toMatch(/more than 80 % of the first.*: borrowed_core_hours, used_core_hours/);
  });

  it('are hidden in the period before and in the change, too', async () => {
    const { objects } = await askView(warehouse, testConfig(), {
      view: idleCoresSummary,
      params: { group_by: 'department', compare: 'previous' },
      from: '2026-03-09',
      to: '2026-03-16',
    });
    for (const row of objects) {
      expect([row['used_core_hours'], row['previous_used_core_hours'], row['change_used_core_hours']]).toEqual([
        null,
        null,
        null,
      ]);
      // Unknown is one person's in the second week only: with what it was before, the change would tell.
      expect([row['requested_core_hours'], row['change_requested_core_hours']]).toEqual([null, null]);
      expect(Number(row['previous_requested_core_hours'])).toBeGreaterThan(0);
    }
  });

  it.each([
    ['a rounding error is no sum', 10.000001, false],
    ['a gap of one person that is next to nothing of what was requested is hidden alone', 10.5, true],
  ])('%s', async (_, alive, isHidden) => {
    const own = await useWarehouse();
    await own.writer.write(peopleRows(people, '2025-12-01'));
    await store(own, {
      containers: people.map(({ key }) => container(key, { user_key: key })),
      container_usage_1d: people.map(
        ({ key, index }) =>
          usageDay(key, '2026-03-02T00:00:00Z', { used: 1, requested: 4, hours: 10, alive: index === 0 ? alive : 10 })
            .day,
      ),
    });
    await own.settle(['people', 'access']);
    const { objects } = await askView(own, testConfig(), {
      view: idleCoresSummary,
      params: { group_by: ['department', 'role'] },
      from: '2026-03-02',
      to: '2026-03-03',
    });
    expect(objects).toHaveLength(6);
    for (const row of objects) {
      expect(Number(row['requested_core_hours'])).toBeCloseTo(200 + 4 * alive, 3);
      expect(row['unknown_core_hours'] === null).toBe(isHidden);
    }
  });
});

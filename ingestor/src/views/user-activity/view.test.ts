import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { activeDay, labels, peopleRows, type TestPerson } from '../../../../test/support/people-rows.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { personActivity } from '../person-activity/view.ts';
import type { Principal } from '../principal.ts';
import { runView } from '../run-view.ts';
import { userActivity } from './view.ts';

const now = new Date('2026-03-11T00:00:00Z');
const range = { from: '2026-02-23', to: '2026-03-09' };
let warehouse: Warehouse;

// Ten people each: every workday; Wednesdays; one day three weeks before; never.
const group = (name: string, department: string, days: readonly string[]): TestPerson[] =>
  Array.from({ length: 10 }, (_, index) => ({ key: `u_${name}${index}`, department, days, access: true }));
const all = labels('2026-01-05', '2026-03-08', [1, 2, 3, 4, 5]);
const wednesdays = labels('2026-01-05', '2026-03-08', [3]);
const people = [
  ...group('all', 'A', all),
  ...group('wednesday', 'A', wednesdays),
  ...group('once', 'A', ['2026-02-12']),
  ...group('never', 'A', []),
  ...group('b', 'B', all),
];

beforeAll(async () => {
  warehouse = await useWarehouse();
  await warehouse.writer.write([
    ...peopleRows(people, '2025-12-01'),
    // A Monday of which a quarter is known; 0.02 cores for 24 hours make no active day.
    {
      table: 'container_usage_1d',
      rows: labels('2026-01-01', '2026-03-08').map((label) => ({
        timestamp: new Date(`${label}T00:00:00Z`),
        day: label,
        container_id: 'c',
        alive_seconds: 100,
        covered_seconds: label === '2026-03-02' ? 25 : 100,
      })),
    },
    { table: 'user_days', rows: [activeDay('u_never0', '2026-03-04', { basis: 'none', alive: 86_400 })] },
    { table: 'user_days', rows: [activeDay('u_all0', '2026-03-03', { component: 'batch', basis: 'visit' })] },
  ]);
  await warehouse.settle(['people', 'access', 'user_days', 'container_usage_1d']);
});

const aggregate: Principal = { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' };
const options = () => ({
  reader: warehouse.reader,
  config: testConfig(),
  log: pino({ level: 'silent' }),
  now: () => now,
});
async function ask(params: Record<string, unknown> = {}) {
  const { columns, rows, meta } = await runView({ view: userActivity, principal: aggregate, params, range }, options());
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  return {
    meta,
    rows: rows.map((row) =>
      ['week', 'department', 'active_1d', 'active_7d', 'active_28d', 'people_with_access', 'stickiness'].map(
        (name) => row[at(name)],
      ),
    ),
  };
}
const week = (label: string): Date => new Date(`${label}T00:00:00Z`);

describe('user-activity', () => {
  it('golden rows: a day, a week, 28 days', async () => {
    const { rows, meta } = await ask();
    expect(rows).toEqual([
      // 20 people on five days and 10 on Wednesday: 110 person-days on five working days.
      [week('2026-02-23'), 'all', 22, 30, 40, 50, 22 / 40],
      // Monday is not counted: 90 person-days on four days. 12 February is in the 28 days still.
      [week('2026-03-02'), 'all', 22.5, 30, 40, 50, 22.5 / 40],
    ]);
    expect(meta.coverage).toBeCloseTo((34 * 100 + 25) / 3500, 10);
    expect(meta.howComputed).toContain('component interactive');
  });
  it('by department', async () => {
    const { rows } = await ask({ group_by: 'department' });
    expect(rows.map((row) => row.slice(1, 6))).toEqual([
      ['A', 12, 20, 30, 40],
      ['B', 10, 10, 10, 10],
      ['A', 12.5, 20, 30, 40],
      ['B', 10, 10, 10, 10],
    ]);
  });
  it('beside the weeks before the range', async () => {
    const compared = ['active_1d', 'active_7d', 'active_28d', 'people_with_access'].flatMap((name) => [
      `previous_${name}`,
      `change_${name}`,
    ]);
    const { columns, rows, meta } = await runView(
      { view: userActivity, principal: aggregate, params: { compare: 'previous' }, range },
      options(),
    );
    const shown = (names: readonly string[]) =>
      rows.map((row) => names.map((name) => row[columns.findIndex((column) => column.name === name)]));
    expect(shown(['week', ...compared, 'previous_stickiness'])).toEqual([
      // Ten people came once, on 12 February.
      [week('2026-02-23'), 24, -2, 40, -10, 40, 0, 50, 0, 24 / 40],
      [week('2026-03-02'), 22, 0.5, 30, 0, 40, 0, 50, 0, 22 / 40],
    ]);
    expect(meta.howComputed).toContain('weeks from 2026-02-09 to 2026-02-22, each with the one 2 weeks before');
    expect((await ask()).rows).toEqual(
      shown(['week', 'department', 'active_1d', 'active_7d', 'active_28d', 'people_with_access', 'stickiness']),
    );
  });
  it('one person in batch is not shown, and neither is nobody but one', async () => {
    expect((await ask({ component: 'batch' })).rows.map((row) => row[0])).toEqual([week('2026-02-23')]);
    expect((await ask({ component: 'batch', basis: 'cpu' })).rows.map((row) => row.slice(2, 5))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});

describe('person-activity', () => {
  const run = (principal: Principal, params = {}) =>
    runView({ view: personActivity, principal, params, range }, options());
  const self: Principal = { ...aggregate, scope: 'self', personKey: 'u_wednesday3' };
  it('shows oneself', async () => {
    expect((await run(self)).rows).toEqual([
      [week('2026-02-23'), 'u_wednesday3', 1, 600, 1],
      [week('2026-03-02'), 'u_wednesday3', 1, 600, 1],
    ]);
    expect((await run({ ...self, personKey: 'u_never0' })).rows).toEqual([[week('2026-03-02'), 'u_never0', 0, 0, 0]]);
  });
  it('counts a day of several components once', async () => {
    const rows = (await run({ ...self, personKey: 'u_all0' }, { component: 'any' })).rows;
    expect(rows[1]).toEqual([week('2026-03-02'), 'u_all0', 5, 3000, 6]);
  });
  it('everybody for the platform, nobody for the others', async () => {
    expect(new Set((await run({ ...aggregate, scope: 'platform' })).rows.map((row) => row[1])).size).toBe(31);
    await expect(run(aggregate)).rejects.toThrow(/self/);
    await expect(run({ ...aggregate, scope: 'department', department: 'A' })).rejects.toThrow(/self/);
    expect((await run({ ...self, personKey: null })).rows).toEqual([]);
  });
});

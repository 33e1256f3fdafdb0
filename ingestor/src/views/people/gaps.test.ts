import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { labels, peopleRows } from '../../../../test/support/people-rows.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { TableRows, Warehouse } from '../../warehouse/warehouse.ts';
import { departmentFrequency } from '../department-frequency/view.ts';
import { runView } from '../run-view.ts';
import { userActivity } from '../user-activity/view.ts';
import type { AnyView } from '../view.ts';

const hour = 3_600_000;
const midnight = (label: string): number => Date.parse(`${label}T00:00:00Z`);
const workdays = labels('2026-01-05', '2026-02-15', [1, 2, 3, 4, 5]);
const people = Array.from({ length: 10 }, (_, index) => ({ key: `u_${index}`, access: true, days: workdays }));
const aggregate = { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' } as const;

/** Hours of days in which samples arrived, as the roll-up notes them. */
const arrived = (days: readonly string[], hours: number): TableRows => ({
  table: 'mart_hours',
  rows: days.flatMap((label) =>
    Array.from({ length: hours }, (_, at) => ({
      timestamp: new Date(midnight(label) + at * hour),
      sample_rows: 100n,
      rolled_up_at: new Date('2026-05-01T00:00:00Z'),
    })),
  ),
});

/** Six weeks of use, four of silence, four in which samples arrived and nobody was there, one of which little is known. */
const clusters: TableRows[] = [
  {
    table: 'container_usage_1d',
    rows: labels('2026-01-05', '2026-02-15').map((day) => ({
      timestamp: new Date(midnight(day)),
      day,
      container_id: 'c',
      alive_seconds: 86_400,
      covered_seconds: 86_400,
    })),
  },
  arrived(labels('2026-03-16', '2026-04-12'), 12),
  arrived(labels('2026-04-13', '2026-04-19'), 11),
];

async function filled(tables: readonly TableRows[]): Promise<Warehouse> {
  const warehouse = await useWarehouse();
  const rows = [...peopleRows(people, '2025-12-01'), ...tables];
  await warehouse.writer.write(rows);
  await warehouse.settle([...new Set(rows.map(({ table }) => table))]);
  return warehouse;
}

async function ask(warehouse: Warehouse, view: AnyView, range: { from: string; to: string }, params = {}) {
  const answer = await runView(
    { view, principal: aggregate, params, range },
    {
      reader: warehouse.reader,
      config: testConfig(),
      log: pino({ level: 'silent' }),
      now: () => new Date('2026-05-06T12:00:00Z'),
    },
  );
  const names = answer.columns.map(({ name }) => name);
  return answer.rows.map((row) => Object.fromEntries(row.map((cell, index) => [names[index] ?? '', cell])));
}

const dayOf = (value: unknown): string => (value as Date).toISOString().slice(0, 10);

describe('weeks of which nothing is known', () => {
  it('give no class, where an empty platform gives "less"', async () => {
    const warehouse = await filled(clusters);
    const rows = await ask(
      warehouse,
      departmentFrequency,
      { from: '2025-12-15', to: '2026-04-27' },
      { group_by: [], over_time: true },
    );
    expect(rows.every((row) => row['people'] === 10)).toBe(true);
    expect(rows.map((row) => [dayOf(row['until']), row['class']])).toEqual([
      ...['2025-12-22', '2025-12-29', '2026-01-05', '2026-01-12'].map((until) => [until, 'not enough data']),
      ...labels('2026-01-19', '2026-03-02', [1]).map((until) => [until, 'daily']),
      ...labels('2026-03-09', '2026-03-23', [1]).map((until) => [until, 'not enough data']),
      ...labels('2026-03-30', '2026-04-27', [1]).map((until) => [until, 'less']),
    ]);
  });

  it('have no active people, where an empty platform has none', async () => {
    const warehouse = await filled(clusters);
    const rows = await ask(warehouse, userActivity, { from: '2025-12-29', to: '2026-04-20' });
    expect(
      rows.map((row) => [dayOf(row['week']), row['active_7d'], row['share_7d'], row['active_28d'], row['active_1d']]),
    ).toEqual([
      ['2025-12-29', null, null, null, null],
      ...labels('2026-01-05', '2026-02-09', [1]).map((week) => [week, 10, 1, 10, 10]),
      ['2026-02-16', null, null, 10, null],
      ['2026-02-23', null, null, 10, null],
      ['2026-03-02', null, null, 10, null],
      ['2026-03-09', null, null, null, null],
      ...labels('2026-03-16', '2026-04-06', [1]).map((week) => [week, 0, 0, 0, 0]),
      ['2026-04-13', null, null, 0, null],
    ]);
  });

  it('are none where no cluster ever reported: visits are all there is', async () => {
    const warehouse = await filled([]);
    const rows = await ask(warehouse, departmentFrequency, { from: '2026-01-05', to: '2026-03-16' }, { group_by: [] });
    expect(rows.map((row) => [row['class'], row['people']])).toEqual([['less', 10]]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { ago, item, knownLogs, look, range, render, schedule } from '../connect-cleanup/test-rows.ts';
import { everybodyShown } from '../money/test-rows.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { connectUsage } from './view.ts';

const shown = testConfig(everybodyShown);
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    connect_content: [
      item('report', 'u_a'),
      item('app', 'u_b', { app_mode: 'shiny', created_at: ago(60), timestamp: ago(59) }),
      item('api', 'u_b', { app_mode: 'python-fastapi', r_version: null, python_version: '3.12.6' }),
    ],
    connect_visits: [
      look('report', 2, 'u_a'),
      look('report', 2, 'u_b'),
      look('report', 3, 'u_b'),
      look('report', 3, null),
      look('report', 3, 'u_b', { is_monitor: true }),
      look('report', 40, 'u_b'), // before the range
      look('gone', 2, 'u_b'), // of an item that nobody knows
    ],
    connect_sessions: [look('app', 4, 'u_a')],
    // Of interfaces alone: page views are among the hits, too.
    connect_hits: [look('api', 5, null), look('api', 5, 'u_b'), look('report', 2, 'u_a')],
    connect_schedules: [schedule('report')],
    connect_jobs: [10, 11, 12].map((days) => render('report', days, 'failed')),
    connect_logs: knownLogs,
    people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
  });
}, 120_000);

const ask = (params: Record<string, unknown>, config = shown) =>
  askView(warehouse, config, { view: connectUsage, params, ...range });

describe('connect-usage', () => {
  it('golden rows by type, with what fails', async () => {
    const { objects } = await ask({});
    const columns = [
      'content_type',
      'visits',
      'anonymous_visits',
      'visits_per_viewer',
      'people',
      'items',
      'failing_items',
    ];
    expect(pick(objects, columns)).toEqual([
      ['python-fastapi', 2, 1, 1, 1, 1, 0],
      ['rmd-static', 4, 1, 1.5, 2, 1, 1],
      ['shiny', 1, 0, 1, 1, 1, 0],
    ]);
  });

  it.each<[Record<string, unknown>, string[], unknown[][]]>([
    [
      { group_by: ['department'], split_by: [] },
      ['department', 'visits', 'people'],
      [
        ['A', 2, 1],
        ['anonymous', 2, 0],
        ['B', 3, 1],
      ],
    ],
    [
      { group_by: ['owner_department'], split_by: [] },
      ['owner_department', 'visits', 'people'],
      [
        ['A', 4, 2],
        ['B', 3, 2],
      ],
    ],
    [
      { split_by: ['age'] },
      ['age', 'visits'],
      [
        ['30 to 90 days', 1],
        ['1 to 3 years', 6],
      ],
    ],
    [
      { split_by: ['runtime'] },
      ['runtime', 'visits'],
      [
        ['Python 3.12.6', 2],
        ['R 4.4.1', 5],
      ],
    ],
    [{ server: 'test' }, ['visits'], []],
  ])('%j', async (params, columns, expected) => {
    expect(pick((await ask(params)).objects, columns)).toEqual(expected);
  });

  it('few viewers are not shown', async () => {
    const { objects } = await ask({ group_by: ['department'] }, testConfig());
    expect(objects.filter((row) => Number(row['people']) > 0)).toEqual([]);
  });
});

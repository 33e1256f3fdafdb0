import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, person, pick, store, workspace } from '../shared/test-rows.ts';
import { containerChurn } from './view.ts';

const open = testConfig({
  organisation: { time_zone: 'Europe/Berlin' },
  views: { small_groups: { min_people: 1, max_share: 1 } },
});
const hour = 3_600_000;
const june = { from: '2026-05-31T22:00:00Z', to: '2026-06-30T22:00:00Z', now: '2026-08-01T00:00:00Z' };
let warehouse: Warehouse;

/** Created at 08:00 of a day, visited that day until 16:00, deleted so many hours after the last visit. */
function oneDay(id: string, user: string | null, date: string, wasteHours: number, fields: Row = {}): Row {
  const created = new Date(`${date}T08:00:00Z`);
  const visited = new Date(created.getTime() + 8 * hour);
  return workspace(id, {
    user_key: user,
    created_at: created,
    first_visit_at: created,
    last_visit_at: visited,
    visit_days: 1,
    ended_at: new Date(visited.getTime() + wasteHours * hour),
    ended_by: 'user',
    ...fields,
  });
}

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    workspaces: [
      // Anna: five, one of them in May: four of June are disposable, 10 h of waste each.
      oneDay('a0', 'u_anna', '2026-05-29', 10),
      ...[1, 2, 3, 9].map((date) => oneDay(`a${date}`, 'u_anna', `2026-06-0${date}`, 10)),
      // Ben: four only, and one that he came back to.
      ...[1, 2, 3, 4].map((date) => oneDay(`b${date}`, 'u_ben', `2026-06-0${date}`, 10)),
      oneDay('b9', 'u_ben', '2026-06-09', 10, { visit_days: 2 }),
      // Carl: five, on another image, over a change of the price: 24 h each at 2 cores.
      ...[22, 23, 24, 25, 26].map((date) =>
        oneDay(`c${date}`, 'u_carl', `2026-06-${date}`, 24, {
          image: 'python',
          cpu_request_cores: 2,
          memory_request_bytes: 2 ** 30,
        }),
      ),
      // Never ended, and nobody known.
      workspace('open', { user_key: 'u_anna', created_at: new Date('2026-06-05T08:00:00Z'), visit_days: 1 }),
      ...[1, 2, 3, 4, 5].map((date) => oneDay(`n${date}`, null, `2026-06-0${date}`, 10)),
    ],
    prices: [
      {
        timestamp: new Date('2026-01-01'),
        resource: 'cpu',
        unit: 'core_hour',
        price: 0.02,
        currency: 'USD',
        node_type: '',
      },
      {
        timestamp: new Date('2026-06-24'),
        resource: 'cpu',
        unit: 'core_hour',
        price: 0.03,
        currency: 'USD',
        node_type: '',
      },
    ],
    people: [
      person('u_anna', '2026-01-01'),
      person('u_ben', '2026-01-01'),
      person('u_carl', '2026-01-01', { department: 'B' }),
    ],
  });
});

describe('container-churn', () => {
  const ask = (params: Record<string, unknown> = {}, config = open) =>
    askView(warehouse, config, { view: containerChurn, params, ...june });
  const columns = [
    'workspaces',
    'one_day',
    'disposable',
    'disposable_users',
    'waste_core_hours',
    'waste_gb_hours',
    'waste_cost',
    'currency',
    'people',
  ];

  it('golden rows', async () => {
    const { objects } = await ask({ group_by: 'department' });
    // Anna 4 × 10 h × 16 cores × 0.02. Carl 5 × 24 h × 2 cores: from 16:00 UTC of the 22nd, 23rd (6 h at 0.02; the 24th begins at 22:00 UTC: 18 h at 0.03), 24th …
    const carl = 2 * (24 * 0.02 + (6 * 0.02 + 18 * 0.03) + 3 * 24 * 0.03);
    expect(pick(objects, ['department', ...columns])).toEqual([
      ['A', 10, 8, 4, 1, 640, 4 * 10 * 64, 12.8, 'USD', 2],
      ['B', 5, 5, 5, 1, 240, 120, Math.round(carl * 1e6) / 1e6, 'USD', 1],
      ['unattributed', 5, 0, 0, 0, 0, 0, 0, 'USD', 0],
    ]);
  });

  it('by week of creation and image', async () => {
    const { objects } = await ask({ split_by: 'week,image' });
    expect(
      pick(objects, ['week', 'image', 'workspaces', 'disposable']).filter(([, , , disposable]) => disposable !== 0),
    ).toEqual([
      [new Date('2026-05-31T22:00:00Z'), 'registry.example.com/r:4.4.1', 13, 3],
      [new Date('2026-06-07T22:00:00Z'), 'registry.example.com/r:4.4.1', 2, 1],
      [new Date('2026-06-21T22:00:00Z'), 'python', 5, 5],
    ]);
  });

  it.each([
    [{ least: 4 }, 13],
    [{ least: 6 }, 0],
    [{ days: 4 }, 0],
    [{ image: 'python' }, 5],
  ])('%j', async (params, disposable) => {
    const { objects } = await ask(params);
    expect(objects.reduce((sum, row) => sum + Number(row['disposable']), 0)).toBe(disposable);
  });

  it('compares with the 30 days before', async () => {
    const { objects } = await ask({ compare: 'previous' });
    expect(
      pick(objects, [
        'disposable',
        'previous_disposable',
        'change_disposable',
        'previous_waste_core_hours',
        'previous_workspaces',
      ]),
    ).toEqual([[9, 1, 8, 160, 1]]);
  });

  it('of fewer than five people nothing is shown', async () => {
    expect((await ask({}, testConfig())).objects).toEqual([]);
  });

  it('a price that begins too late leaves the cost empty, and says so', async () => {
    await store(warehouse, {
      prices: [
        {
          timestamp: new Date('2026-07-01'),
          resource: 'memory',
          unit: 'gb_hour',
          price: 0.001,
          currency: 'USD',
          node_type: '',
        },
      ],
    });
    const { objects, meta } = await ask();
    expect(pick(objects, ['waste_cost', 'waste_core_hours'])).toEqual([[null, 880]]);
    expect(meta.notices).toHaveLength(1);
  });
});

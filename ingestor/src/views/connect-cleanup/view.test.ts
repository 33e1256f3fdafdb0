import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown } from '../money/test-rows.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { connectCleanupItems } from './items-view.ts';
import { ago, bytes, item, knownLogs, look, prices, range, render, schedule } from './test-rows.ts';
import { connectCleanup } from './view.ts';

const shown = testConfig(everybodyShown);
const gb = 2 ** 30;
const dead = { bundle_id: null, app_mode: 'unknown', r_version: null };
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    connect_content: [
      item('dead', 'u_a', { ...dead, created_at: ago(40) }),
      item('young', 'u_a', { ...dead, created_at: ago(20), timestamp: ago(19) }),
      item('unseen', 'u_b'),
      item('unseen, locked', 'u_b', { is_locked: true }),
      item('read', 'u_left'),
      item('old', 'u_left', { created_at: ago(1300), last_deployed_at: ago(1150) }),
      item('forgotten', 'u_a'),
      item('deleted', 'u_b', { is_deleted: true }),
      item('elsewhere', 'u_b', { server: 'test', ...dead, created_at: ago(100) }),
    ],
    connect_storage: [
      bytes('dead', gb),
      bytes('unseen', 2 * gb),
      bytes('unseen, locked', 3 * gb),
      bytes('forgotten', gb),
    ],
    connect_visits: [
      look('unseen', 400, 'u_a'),
      look('unseen', 10, null, { is_monitor: true }),
      look('read', 3, null),
      look('old', 3, 'u_b'),
      look('forgotten', 100, 'u_a'),
    ],
    connect_schedules: [schedule('forgotten')],
    connect_jobs: Array.from({ length: 5 }, (_, at) => render('forgotten', 73 * at + 72)),
    connect_logs: knownLogs,
    people: [
      person('u_a', '2026-01-01'),
      person('u_b', '2026-01-01', { department: 'B' }),
      person('u_left', '2026-01-01', { department: 'B', active: false, left_on: new Date('2026-05-01') }),
    ],
    prices,
  });
}, 120_000);

describe('connect-cleanup', () => {
  it('golden rows by rule and department of the owner', async () => {
    const params = { group_by: ['department'], server: 'prod' };
    const { objects, meta } = await askView(warehouse, shown, { view: connectCleanup, params, ...range });
    const columns = ['department', 'rule', 'items', 'exempt_items', 'items_of_leavers', 'bytes', 'storage_cost_year'];
    expect(pick(objects, [...columns, 'people'])).toEqual([
      ['A', 'never deployed', 1, 0, 0, gb, 1.2, 1],
      ['A', 'forgotten schedule', 1, 0, 0, gb, 1.2, 1],
      ['B', 'unseen', 2, 1, 0, 5 * gb, 6, 1],
      ['B', 'retention', 1, 0, 1, 0, 0, 1],
    ]);
    expect(meta.howComputed).toContain('created more than 30 days ago');
  });

  it('all servers; one rule', async () => {
    const { objects } = await askView(warehouse, shown, {
      view: connectCleanup,
      params: { rule: 'never deployed' },
      ...range,
    });
    expect(pick(objects, ['rule', 'items', 'people'])).toEqual([['never deployed', 2, 2]]);
  });

  it('few owners are not shown, nor told apart', async () => {
    const { objects } = await askView(warehouse, testConfig(), { view: connectCleanup, ...range });
    expect(objects.filter((row) => Number(row['people']) > 0)).toEqual([]);
  });
});

describe('connect-cleanup-items', () => {
  const platform = { scope: 'platform' } as const;

  it('golden rows: evidence, owner, bytes, cost and why it stays', async () => {
    const params = { server: 'prod' };
    const ask = { view: connectCleanupItems, principal: platform, params, ...range };
    const { objects } = await askView(warehouse, shown, ask);
    const columns = [
      'content_guid',
      'rule',
      'proposal',
      'owner',
      'owner_state',
      'bytes',
      'run_cost_year',
      'exempt_reason',
    ];
    expect(pick(objects, columns)).toEqual([
      ['dead', 'never deployed', 'delete', 'u_a', 'employed', gb, 0, null],
      ['unseen, locked', 'unseen', 'delete', 'u_b', 'employed', 3 * gb, 0, 'locked'],
      ['unseen', 'unseen', 'delete', 'u_b', 'employed', 2 * gb, 0, null],
      ['old', 'retention', 'warn owner', 'u_left', 'left', null, 0, null],
      // Five runs of an hour on two cores at 0.5; the first was 364 days ago.
      [
        'forgotten',
        'forgotten schedule',
        'stop schedule',
        'u_a',
        'employed',
        gb,
        Math.round(((5 * 365) / 364) * 1e6) / 1e6,
        null,
      ],
    ]);
    expect(objects.map((row) => row['evidence'])).toEqual([
      'created 2026-08-22, 40 days ago, and never successfully deployed',
      'nobody has looked at it since the log begins, nor in 365 days',
      'last looked at 2025-08-27, 400 days ago',
      'last deployed 2023-08-08, 1150 days ago',
      'runs 5 times a year, mailed to nobody else, last looked at 2026-06-23',
    ]);
  });

  it('without those that stay; one’s own; nobody else’s', async () => {
    const params = { exempt: false, rule: 'unseen' };
    const own = { scope: 'self', personKey: 'u_b' } as const;
    const { objects } = await askView(warehouse, shown, {
      view: connectCleanupItems,
      principal: own,
      params,
      ...range,
    });
    expect(objects.map((row) => row['content_guid'])).toEqual(['unseen']);
    const other = { scope: 'self', personKey: 'u_a' } as const;
    const ask = { view: connectCleanupItems, principal: other, params, ...range };
    expect((await askView(warehouse, shown, ask)).objects).toEqual([]);
    await expect(askView(warehouse, shown, { view: connectCleanupItems, ...range })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { storage } from './view.ts';

const everybody = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const range = { from: '2026-06-01', to: '2026-07-01' };
const gb = 2 ** 30;
let warehouse: Warehouse;

/** An item and what it holds from days on, in GB. */
function item(guid: string, owner: string | null, held: Readonly<Record<string, number>>, fields: Row = {}) {
  const place = { server: 'prod', content_guid: guid };
  const created = new Date('2026-01-10');
  const content: Row = { timestamp: created, ...place, owner, created_at: created, is_deleted: false, ...fields };
  return {
    content,
    held: Object.entries(held).map(([day, size]) => ({
      ...place,
      server: content['server'] ?? null,
      timestamp: new Date(day),
      bytes_total: size * gb,
    })),
  };
}

beforeAll(async () => {
  warehouse = await useWarehouse();
  const items = [
    item('grows', 'u_a', { '2026-02-01': 2, '2026-06-10': 5, '2026-07-10': 50 }),
    item('same', 'u_a', { '2026-02-01': 1 }),
    item('new', 'login_b', { '2026-06-12': 3 }, { created_at: new Date('2026-06-11') }),
    item('known late', 'u_b', { '2026-06-12': 7 }),
    item('of a leaver', 'u_left', { '2026-02-01': 4 }),
    item('of nobody', null, { '2026-02-01': 1 }),
    item('gone', 'u_a', { '2026-02-01': 100 }, { is_deleted: true }),
    item('elsewhere', 'u_a', { '2026-02-01': 8 }, { server: 'test' }),
  ];
  await store(warehouse, {
    connect_content: items.map(({ content }) => content),
    connect_storage: items.flatMap(({ held }) => held),
    identities: [{ timestamp: new Date('2026-01-01'), key: 'login_b', person_key: 'u_b' }],
    people: [
      person('u_a', '2026-01-01'),
      person('u_b', '2026-01-01', { department: 'B' }),
      person('u_left', '2026-01-01', { department: 'B', active: false, left_on: new Date('2026-05-01') }),
    ],
  });
}, 120_000);

const ask = (params: object, config = everybody) =>
  askView(warehouse, config, { view: storage, params: { store: 'connect', ...params }, ...range });

describe('storage of Connect', () => {
  it('bytes and growth by state and department of the owner; what was not known before has not grown', async () => {
    const { objects, meta } = await ask({ group_by: ['department'], cluster: 'prod' });
    const columns = ['department', 'owner', 'claims', 'used_bytes', 'growth_bytes', 'capacity_bytes', 'people'];
    expect(pick(objects, columns)).toEqual([
      ['A', 'employed', 2, 6 * gb, 3 * gb, 0, 1],
      ['B', 'employed', 2, 10 * gb, 3 * gb, 0, 1],
      ['B', 'left', 1, 4 * gb, 0, 0, 1],
      ['unattributed', 'unattributed', 1, gb, 0, 0, 0],
    ]);
    expect(meta.notices).toContain(
      '1 item is older than the range, and their bytes are not known before it: they count as not grown',
    );
    expect(meta.howComputed).toContain('bundles of each content item');
  });

  it('all servers; volumes are another store', async () => {
    const { objects } = await ask({});
    expect(objects.reduce((sum, row) => sum + Number(row['used_bytes']), 0)).toBe(29 * gb);
    expect((await ask({ store: 'volumes' })).objects).toEqual([]);
  });

  it('few owners are not shown', async () => {
    expect((await ask({}, testConfig())).objects.filter((row) => Number(row['people']) > 0)).toEqual([]);
  });
});

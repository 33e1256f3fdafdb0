import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown } from '../money/test-rows.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { runtimeVersions } from './view.ts';

const shown = testConfig(everybodyShown);
const range = { from: '2026-06-01', to: '2026-06-15' };
let warehouse: Warehouse;
let keys = 0;

const item = (guid: string, owner: string | null, fields: Row = {}): Row => ({
  timestamp: new Date('2026-05-01'),
  server: 'prod',
  content_guid: guid,
  owner,
  created_at: new Date('2026-01-01'),
  bundle_id: '1',
  r_version: '4.3.3',
  is_deleted: false,
  ...fields,
});
const look = (guid: string, day: string, fields: Row = {}): Row => ({
  timestamp: new Date(`2026-06-${day}T10:00:00Z`),
  server: 'prod',
  content_guid: guid,
  event_key: ++keys,
  is_monitor: false,
  ...fields,
});

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    connect_content: [
      item('moves', 'u_a'),
      item('moves', 'u_a', { timestamp: new Date('2026-06-10'), r_version: '4.4.1' }),
      item('unseen', 'u_b'),
      item('python', 'u_b', { r_version: null, python_version: '3.12.6' }),
      item('never deployed', 'u_a', { bundle_id: null }),
      item('of tomorrow', 'u_a', { created_at: new Date('2026-06-09'), timestamp: new Date('2026-06-09') }),
      item('gone', 'u_c'),
      item('gone', 'u_c', { timestamp: new Date('2026-06-09'), is_deleted: true }),
      // Read for the first time in the second week, made long before.
      item('known late', 'login_b', { timestamp: new Date('2026-06-11'), r_version: '4.4.2' }),
    ],
    connect_visits: [
      look('moves', '02'),
      look('moves', '11'),
      look('unseen', '03', { is_monitor: true }),
      look('gone', '02'),
    ],
    connect_sessions: [look('of tomorrow', '12')],
    connect_hits: [look('python', '03')],
    identities: [{ timestamp: new Date('2026-01-01'), key: 'login_b', person_key: 'u_b' }],
    people: [
      person('u_a', '2026-01-01'),
      person('u_b', '2026-01-01', { department: 'B' }),
      person('u_c', '2026-01-01', { department: 'B' }),
    ],
    runtime_eol: [
      { timestamp: new Date('2020-01-01'), runtime: 'r', release: '4.3', end_of_life: new Date('2024-04-24') },
    ],
  });
}, 120_000);

const ask = (params: object, config = shown) =>
  askView(warehouse, config, {
    view: runtimeVersions,
    params: { of: 'content', interval: 'week', ...params },
    ...range,
  });
const columns = ['period', 'version', 'active_workspaces', 'alive_workspaces', 'users', 'share'];
const [first, second] = [new Date('2026-06-01'), new Date('2026-06-08')];

describe('runtime-versions of content', () => {
  it('golden rows: deployed items by week, active where somebody looked, as of the end of the week', async () => {
    expect(pick((await ask({})).objects, columns)).toEqual([
      [first, '4.3.3', 2, 3, 2, 1],
      [first, '4.4.2', 0, 1, 0, 0],
      [second, '4.3.3', 1, 2, 1, 0.5],
      [second, '4.4.1', 1, 1, 1, 0.5],
      [second, '4.4.2', 0, 1, 0, 0],
    ]);
  });

  it('by department of the owner, minor releases, the whole range; with the end of life', async () => {
    const { objects, meta } = await ask({ group_by: ['department'], release: true, interval: 'none' });
    expect(pick(objects, ['department', 'version', 'active_workspaces', 'alive_workspaces', 'is_end_of_life'])).toEqual(
      [
        ['A', '4.3', 1, 1, true],
        ['A', '4.4', 1, 1, null],
        ['B', '4.3', 0, 1, true],
        ['B', '4.4', 0, 1, null],
      ],
    );
    expect(meta.howComputed).toContain('deployed content item of Connect');
  });

  it.each([
    [{ runtime: 'python' }, ['3.12.6']],
    [{ runtime: 'quarto' }, []],
    [{ runtime: 'python', cluster: 'test' }, []],
    [{ runtime: 'python', kind: 'connect' }, ['3.12.6']],
    [{ runtime: 'python', kind: 'interactive' }, []],
  ])('%j', async (params, versions) => {
    const { objects } = await ask({ ...params, interval: 'none' });
    expect(objects.map((row) => row['version'])).toEqual(versions);
  });

  it('few owners are not shown', async () => {
    expect((await ask({}, testConfig())).objects).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { storageClaims } from './claims-view.ts';
import { storage } from './view.ts';

const open = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const range = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' };
const at = (time: string): Date => new Date(time);
const gb = 2 ** 30;
let warehouse: Warehouse;
let series = 0n;

/** A claim's use on days of 2026. */
const used = (claim: string, ...days: [string, number][]): Row[] =>
  days.map(([day, gigabytes]) => ({
    timestamp: at(`2026-${day}`),
    day: `2026-${day}`,
    cluster: 'prod',
    namespace: 'users',
    claim,
    used_bytes: gigabytes * gb,
    used_max_bytes: gigabytes * gb,
    capacity_bytes: 10 * gb,
    samples: 288,
  }));
const labelled = (metric: string, claim: string, fields: Row = {}): Row => ({
  timestamp: at('2026-06-01T00:00:00Z'),
  series: ++series,
  metric,
  cluster: 'prod',
  namespace: 'users',
  labels: JSON.stringify({ persistentvolumeclaim: claim }),
  ...fields,
});
const mounted = (claim: string, pod: string, fields: Row = {}): Row =>
  labelled('kube_pod_spec_volumes_persistentvolumeclaims_info', claim, { uid: pod, pod: `pod_${pod}`, ...fields });

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    volume_usage_1d: [
      ...used('pvc_anna', ['05-20', 2], ['05-31', 3], ['06-30', 5]),
      // Carl left in March, and nobody has mounted his home since.
      ...used('pvc_carl', ['02-01', 9.5]),
      // New in the range.
      ...used('pvc_ben', ['06-10', 1], ['06-20', 4]),
      ...used('pvc_project', ['06-30', 1]),
      ...used('pvc_nobody', ['06-30', 1]),
      // Deleted: not listed any more.
      ...used('pvc_deleted', ['05-01', 7]),
      // After the range.
      ...used('pvc_anna', ['07-02', 9]),
    ],
    series: [
      mounted('pvc_anna', 'a', { timestamp: at('2026-05-20') }),
      mounted('pvc_anna', 'a'),
      mounted('pvc_anna', 'a2'),
      // Old kube-state-metrics: no uid, so by the name of the pod.
      mounted('pvc_ben', 'b', { uid: null }),
      mounted('pvc_carl', 'c', { timestamp: at('2026-02-01') }),
      mounted('pvc_project', 'a'),
      mounted('pvc_project', 'b'),
      ...['anna', 'ben', 'carl', 'project', 'nobody', 'never-mounted'].map((name) =>
        labelled('kube_persistentvolumeclaim_info', `pvc_${name}`),
      ),
    ],
    containers: [
      container('a', { user_key: 'u_anna', pod: 'pod_a' }),
      container('a2', { user_key: 'u_anna', pod: 'pod_a2' }),
      container('b', { user_key: 'u_ben', pod: 'pod_b' }),
      container('c', { user_key: 'u_carl', pod: 'pod_c' }),
    ],
    people: [
      person('u_anna', '2026-01-01'),
      person('u_ben', '2026-01-01', { department: 'B' }),
      person('u_carl', '2026-01-01', { department: 'B' }),
      person('u_carl', '2026-03-11', { department: 'B', active: false, left_on: at('2026-03-10') }),
    ],
  });
});

describe('storage', () => {
  const ask = (params: Record<string, unknown> = {}, config = open) =>
    askView(warehouse, config, { view: storage, params, ...range });
  const columns = [
    'owner',
    'claims',
    'used_bytes',
    'capacity_bytes',
    'used_share',
    'growth_bytes',
    'nearly_full',
    'unmounted',
    'people',
  ];

  it('golden rows', async () => {
    const { objects, meta } = await ask({ group_by: 'department' });
    expect(pick(objects, ['department', ...columns])).toEqual([
      ['A', 'employed', 1, 5 * gb, 10 * gb, 0.5, 2 * gb, 0, 0, 1],
      ['B', 'employed', 1, 4 * gb, 10 * gb, 0.4, 4 * gb, 0, 0, 1],
      ['B', 'left', 1, 9.5 * gb, 10 * gb, 0.95, 0, 1, 1, 1],
      ['unattributed', 'shared', 1, gb, 10 * gb, 0.1, gb, 0, 0, 0],
      ['unattributed', 'unattributed', 1, gb, 10 * gb, 0.1, gb, 0, 0, 0],
    ]);
    expect(meta.notices).toEqual([
      '1 claim exists that no pod has mounted since the data begin: nothing is known of what they hold',
    ]);
  });
  it.each([
    [{ owner: 'left' }, [['left', 1]]],
    [{ cluster: 'elsewhere' }, []],
    [{ namespace: 'users', owner: 'shared' }, [['shared', 1]]],
  ])('%j', async (params, rows) => {
    expect(pick((await ask(params)).objects, ['owner', 'claims'])).toEqual(rows);
  });
  it('beside what there was before the range', async () => {
    const { objects, meta } = await ask({ group_by: 'department', compare: 'previous' });
    expect(
      pick(objects, [
        'department',
        'owner',
        ...['claims', 'used_bytes', 'used_share'].flatMap((name) => [name, `previous_${name}`, `change_${name}`]),
      ]),
    ).toEqual([
      ['A', 'employed', 1, 1, 0, 5 * gb, 3 * gb, 2 * gb, 0.5, 0.3, 0.2],
      // Ben's claim is new in the range.
      ['B', 'employed', 1, 0, 1, 4 * gb, 0, 4 * gb, 0.4, null, null],
      ['B', 'left', 1, 1, 0, 9.5 * gb, 9.5 * gb, 0, 0.95, 0.95, 0],
      ['unattributed', 'shared', 1, 0, 1, gb, 0, gb, 0.1, null, null],
      // Nothing says that the deleted claim was not there still.
      ['unattributed', 'unattributed', 1, 1, 0, gb, 7 * gb, -6 * gb, 0.1, 0.7, -0.6],
    ]);
    expect(meta.howComputed).toContain('Compared with 2026-05-02T00:00Z to 2026-06-01T00:00Z');
    expect((await ask({ group_by: 'department' })).objects.map((row) => row['previous_claims'])).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
  it('of fewer than five people nothing is shown', async () => {
    expect((await ask({}, testConfig())).objects.map((row) => row['owner'])).toEqual(['shared', 'unattributed']);
  });
});

describe('storage-claims', () => {
  const ask = (principal: object, params = {}) =>
    askView(warehouse, open, { view: storageClaims, params, ...range, principal });

  it('golden rows', async () => {
    const { objects } = await ask({ scope: 'platform' });
    expect(
      pick(objects, ['claim', 'user', 'owner', 'department', 'left_on', 'used_share', 'growth_bytes', 'last_day']),
    ).toEqual([
      ['pvc_carl', 'u_carl', 'left', 'B', at('2026-03-10'), 0.95, 0, at('2026-02-01')],
      ['pvc_anna', 'u_anna', 'employed', 'A', null, 0.5, 2 * gb, at('2026-06-30')],
      ['pvc_ben', 'u_ben', 'employed', 'B', null, 0.4, 4 * gb, at('2026-06-20')],
      ['pvc_nobody', null, 'unattributed', 'unattributed', null, 0.1, gb, at('2026-06-30')],
      ['pvc_project', null, 'shared', 'unattributed', null, 0.1, gb, at('2026-06-30')],
    ]);
  });
  it('self: own claims only; aggregate: none', async () => {
    expect((await ask({ scope: 'self', personKey: 'u_ben' })).objects.map((row) => row['claim'])).toEqual(['pvc_ben']);
    await expect(ask({ scope: 'aggregate' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import { views } from '../index.ts';
import type { Principal } from '../principal.ts';
import { askView, container, person, store, usageDay } from '../shared/test-rows.ts';
import { parameterValues } from './values.ts';

const config = testConfig({
  changes: [{ name: 'smaller default', date: '2026-05-01', roles: ['Analyst'], control_role: 'Statistician' }],
});
let warehouse: QuestdbWarehouse;

/** Six in Biostatistics, four in Genomics, three in Imaging: the last two are too small on their own. */
const people = [
  ...[1, 2, 3, 4, 5, 6].map((n) => person(`u_b${n}`, '2026-01-01', { department: 'Biostatistics', role: 'Analyst' })),
  ...[1, 2, 3, 4].map((n) => person(`u_g${n}`, '2026-01-01', { department: 'Genomics', role: 'Analyst' })),
  ...[1, 2, 3].map((n) => person(`u_i${n}`, '2026-01-01', { department: 'Imaging', role: 'Statistician' })),
];

beforeAll(async () => {
  warehouse = await useWarehouse();
  const used = people.map(({ person_key: key }) =>
    usageDay(String(key), '2026-06-02T00:00:00Z', { used: 1, requested: 4, hours: 8 }),
  );
  await store(warehouse, {
    people,
    containers: [
      ...people.map(({ person_key: key }) => container(String(key), { user_key: String(key) })),
      container('old', { image: 'old:1', ended_at: new Date('2026-05-01'), node: 'node-9' }),
      container('later', { image: 'later:1', created_at: new Date('2026-07-02') }),
      container('other', { image: 'python:3.12', kind: 'batch', cluster: 'dev', node: 'node-2' }),
    ],
    container_usage_1d: used.map(({ day }) => day),
    container_usage_bins_1d: used.map(({ bin }) => bin),
    user_days: ['u_b1', 'u_g1'].map((key) => ({
      timestamp: new Date('2026-06-02'),
      user_key: key,
      component: 'interactive',
      day: '2026-06-02',
      basis: 'cpu',
    })),
    series: [
      { timestamp: new Date('2026-06-01T00:00:00Z'), series: 1n, metric: 'up', job: 'node', labels: '{}' },
      { timestamp: new Date('2026-06-01T00:00:00Z'), series: 2n, metric: 'load', job: 'node', labels: '{}' },
      { timestamp: new Date('2026-03-01T00:00:00Z'), series: 3n, metric: 'gone', job: 'gone', labels: '{}' },
    ],
    prices: [
      ['cpu', 'USD'],
      ['memory', 'USD'],
      ['gpu', 'EUR'],
    ].map(([resource = '', currency = '']) => ({
      timestamp: new Date('2026-01-01'),
      resource,
      unit: 'core_hour',
      price: 1,
      currency,
      node_type: '',
    })),
    grid_intensity: [{ timestamp: new Date('2026-01-01'), region: 'DE', hour_of_day: -1, kg_per_kwh: 0.3 }],
    nodes: [{ timestamp: new Date('2026-06-02'), cluster: 'prod', node: 'node-1', node_type: 'm5.xlarge' }],
    volume_usage_1d: [
      { timestamp: new Date('2026-06-02'), day: '2026-06-02', cluster: 'prod', namespace: 'jhub', claim: 'claim_1' },
    ],
  });
});

const anybody: Principal = { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' };
const range = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' };
const ask = (parameter: string, viewId: string | null = null, principal: Partial<Principal> = {}) =>
  parameterValues(
    {
      parameter,
      view: views.find(({ id }) => id === viewId) ?? null,
      principal: { ...anybody, ...principal },
      range,
    },
    {
      reader: warehouse.reader,
      config,
      log: pino({ level: 'silent' }),
      views,
      now: () => new Date('2026-07-03T00:00:00Z'),
    },
  );
const texts = async (...args: Parameters<typeof ask>) => (await ask(...args)).values.map(({ text }) => text);

describe('values of a parameter', () => {
  it.each<[string, string | null, string[]]>([
    ['kind', null, ['batch', 'interactive']],
    ['kind', 'annotations', ['deletion', 'price', 'release', 'gap']],
    ['cluster', null, ['dev', 'prod']],
    ['image', 'idle-cores', ['python:3.12', 'registry.example.com/r:4.4.1']],
    ['node', 'cost', ['node-1', 'node-2']],
    ['component', 'idle-cores', ['interactive']],
    ['component', 'user-activity', ['interactive', 'connect', 'batch', 'git', 'any']],
    ['group_by', 'idle-cores', ['department', 'role', 'is_manager']],
    ['group_by', 'cost-forecast', ['department']],
    ['by_node_type', 'idle-cost', ['true', 'false']],
    ['job', 'data-quality', ['node']],
    ['metric', 'data-quality', ['load', 'up']],
    ['namespace', 'storage', ['jhub']],
    ['currency', 'cost', ['EUR', 'USD']],
    ['region', 'carbon', ['DE']],
    ['pool', 'what-if', ['m5.xlarge']],
    ['change', 'savings', ['smaller default']],
    ['candidates', 'what-if', []],
    ['window_hours', 'data-quality', []],
  ])('%s of %s', async (parameter, view, expected) => {
    expect(await texts(parameter, view)).toEqual(expected);
  });

  it('groups that are too small are one choice, and any of its values asks for all of it', async () => {
    const { values, notices } = await ask('department');
    expect(values).toEqual([
      { value: 'Biostatistics', text: 'Biostatistics' },
      { value: 'Genomics', text: 'Genomics + Imaging' },
      { value: 'unattributed', text: 'unattributed' },
    ]);
    expect(notices).toEqual(['Groups of fewer than 5 people are shown together']);
    const view = views.find(({ id }) => id === 'idle-cores-summary')!;
    const { objects } = await askView(warehouse, config, { view, params: { department: 'Genomics' }, ...range });
    // This view has to merge further; the choice still finds its row.
    expect(objects.map((row) => row['department'])).toEqual([expect.stringContaining('Genomics + Imaging')]);
  });

  it('an attribute of which all groups are too small has one choice', async () => {
    expect(await texts('role')).toEqual(['Analyst + Statistician', 'unattributed']);
  });

  it('a department sees itself', async () => {
    expect(await texts('department', null, { scope: 'department', department: 'Imaging' })).toEqual(['Imaging']);
  });

  it.each<[string, Partial<Principal>, string[]]>([
    ['platform: all', { scope: 'platform' }, ['u_b1', 'u_g1']],
    ['self: oneself', { scope: 'self', personKey: 'u_b9' }, ['u_b9']],
    ['department: none', { scope: 'department', department: 'Imaging' }, []],
    ['aggregate: none', {}, []],
  ])('people, %s', async (_, principal, expected) => {
    expect(await texts('user', null, principal)).toEqual(expected);
  });

  it.each([
    ['salary', null, /no view has a parameter "salary"/],
    ['image', 'savings', /savings has no parameter "image"; it has change/],
    ['__proto__', null, /no view has/],
  ])('%s of %s is refused', async (parameter, view, message) => {
    await expect(ask(parameter, view)).rejects.toThrow(message);
  });
});

import { expect, it } from 'vitest';
import type { TableRows } from '../../ingestor/src/warehouse/warehouse.ts';
import { containerSamples, nodeSamples, type ContainerLife, type RawSample } from '../bench/marts/raw.ts';
import { peopleRows } from '../support/people-rows.ts';
import { testConfig } from '../support/test-config.ts';
import { askWholePath, personKey } from '../support/whole-path.ts';

/** The worked examples about money, sizes and carbon, whole: samples in by remote-write, the answer of a view out by HTTP. */
const config = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const at = (text: string): Date => new Date(`2026-03-${text}Z`);
const range = { from: '2026-03-02', to: '2026-03-03' };
const now = at('04T12:00:00');
const hour = { from: at('02T10:00:00'), to: at('02T11:00:00'), stepSeconds: 60 };

/** Containers that live from ten to eleven, each of somebody else. */
const anHour = (count: number, life: Partial<ContainerLife>): RawSample[] =>
  Array.from({ length: count }, (_, index) =>
    containerSamples({
      pod: `p${index}`,
      uid: `u${index}`,
      annotations: { annotation_hub_jupyter_org_username: `user${index}` },
      ...hour,
      ...life,
    }),
  ).flat();
const users = (count: number): TableRows[] =>
  peopleRows(
    Array.from({ length: count }, (_, index) => ({
      key: personKey(config, `user${index}`),
      department: 'A',
      role: 'Analyst',
      access: true,
    })),
    '2026-01-01',
  );
const nodes = (cores: number): RawSample[] => nodeSamples('node-1', cores, 256, hour.from, hour.to);
const price = (usd: number): TableRows => ({
  table: 'prices',
  rows: [
    {
      timestamp: new Date('2026-01-01'),
      resource: 'cpu',
      unit: 'core_hour',
      price: usd,
      currency: 'USD',
      node_type: '',
      source: 'test',
    },
  ],
});
const ask = (samples: RawSample[], rows: TableRows[], questions: { view: string; params: object }[]) =>
  askWholePath({ config, now, range, samples, rows, questions });

it('2,971 CPU-hours used at $0.02087 are $62.00; what is reserved is another figure', async () => {
  const samples = [...nodes(3200), ...anHour(50, { requestCores: 64, cores: () => 2971 / 50 })];
  const of = (basis: string) => ({ view: 'cost', params: { basis } });
  const [used, requested] = await ask(samples, [price(0.02087), ...users(50)], [of('used'), of('requested')]);
  expect(used).toMatchObject([
    { payer: 'people', department: 'A', core_hours: 2971, cost: 62.00477, currency: 'USD' },
    { payer: 'infra idle', core_hours: 0, cost: 0 },
    { payer: 'reserved, not charged', core_hours: 229 },
  ]);
  expect(requested).toMatchObject([
    { payer: 'people', core_hours: 3200, cost: 66.784 },
    { payer: 'infra idle', core_hours: 0 },
  ]);
});

it('a 64-core node for an hour at $0.02: infra idle $0.32, workload idle $0.84, used $0.12, in all $1.28', async () => {
  const samples = [...nodes(64), ...anHour(3, { requestCores: 16, cores: () => 2 })];
  const [rows] = await ask(
    samples,
    [price(0.02), ...users(3)],
    [{ view: 'idle-cost', params: { by_node_type: false } }],
  );
  expect(rows).toMatchObject([
    { part: 'workload idle', cost: 0.84 },
    { part: 'used within request', cost: 0.12 },
    { part: 'unknown', cost: 0 },
    { part: 'borrowed', cost: 0 },
    { part: 'infra idle', cost: 0.32 },
  ]);
});

it.each([
  ['unused', 0, 0.78],
  ['half used', 0.5, 2.22],
  ['fully used', 1, 3.67],
])('a reservation of 2,971 core-hours, %s', async (_, share, kg) => {
  const cores = 2971 / 50;
  const coefficients = ['low', 'high'].map((set) => ({
    timestamp: new Date('2026-01-01'),
    coefficient_set: set,
    node_type: '',
    cpu_min_watts: 0.74,
    cpu_max_watts: 3.5,
    memory_watts_per_gb: 0,
    pue: 1.135,
    version: 'test',
    source: 'test',
  }));
  const intensity = {
    timestamp: new Date('2026-01-01'),
    region: 'eu',
    hour_of_day: -1,
    kg_per_kwh: 0.311,
    version: 'test',
    source: 'test',
  };
  const samples = anHour(50, { requestCores: cores, cores: () => share * cores });
  const [rows = []] = await ask(
    samples,
    [
      { table: 'carbon_coefficients', rows: coefficients },
      { table: 'grid_intensity', rows: [intensity] },
      ...users(50),
    ],
    [{ view: 'carbon', params: {} }],
  );
  const people = rows.filter(({ payer, kg_low: low }) => payer === 'people' && low !== null);
  expect(people.map(({ part }) => part)).toEqual(['in use', 'idle']);
  expect(people.reduce((sum, row) => sum + Number(row['kg_low']), 0)).toBeCloseTo(kg, 2);
  expect(Number(people[1]?.['kg_low'])).toBeCloseTo(0.776 * (1 - share), 3);
});

it.each([
  [
    '16 cores each are 30 nodes, 2 are 4',
    64,
    ['*=2'],
    { most_nodes_today: 30, most_nodes_candidate: 4, binding: 'cores' },
  ],
  ['2 cores and 16 GB are 8, bound by memory', 64, ['*=2/16'], { most_nodes_candidate: 8, binding: 'memory' }],
  ['at 63.77 cores 16 each are 40', 63.77, [], { most_nodes_today: 40, most_nodes_candidate: 40 }],
])('120 containers: %s', async (_, allocatable, candidates, expected) => {
  const samples = [...nodes(allocatable), ...anHour(120, { requestCores: 16, requestGb: 1, cores: () => 1 })];
  const [rows] = await ask(samples, [price(0.02), ...users(120)], [{ view: 'what-if', params: { candidates } }]);
  expect(rows).toMatchObject([{ part: 'nodes', ...expected }]);
});

it('99 users at half a core and one at twelve: a default of one core, and one exception', async () => {
  const day = { from: at('02T08:00:00'), to: at('02T18:00:00'), stepSeconds: 300, requestCores: 16 };
  const samples = [
    ...nodes(1600),
    ...anHour(99, { ...day, cores: () => 0.5 }),
    ...anHour(1, {
      ...day,
      pod: 'p99',
      uid: 'u99',
      annotations: { annotation_hub_jupyter_org_username: 'user99' },
      cores: () => 12,
    }),
  ];
  const [rows] = await ask(
    samples,
    [price(0.02), ...users(100)],
    [{ view: 'right-size', params: { group_by: 'role' } }],
  );
  expect(rows).toMatchObject([{ role: 'Analyst', default_cores: 1, users: 100, exceptions: 1 }]);
});

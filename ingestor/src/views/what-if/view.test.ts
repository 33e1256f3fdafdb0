import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, pick, store } from '../shared/test-rows.ts';
import { nodesOverDays, usersOverDays, type TestUser } from '../sizing/test-usage.ts';
import { personWhatIf } from './person-view.ts';
import { whatIf } from './view.ts';

const from = '2026-01-01T00:00:00Z';
const to = '2026-01-03T00:00:00Z';
const gb = 2 ** 30;
let warehouse: Warehouse;

const many = (count: number, prefix: string, role: string, more: Partial<TestUser>): TestUser[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `u_${prefix}${String(index).padStart(3, '0')}`,
    role,
    cores: () => 0.5,
    ...more,
  }));
const service = (key: string, node: string, cores: number, fields: object = {}) => ({
  container: container(key, {
    node,
    kind: 'other',
    created_at: new Date(from),
    cpu_request_cores: cores,
    memory_request_bytes: 0,
    ...fields,
  }),
});

beforeAll(async () => {
  warehouse = await useWarehouse();
  // The worked example on pool m5, all day long; in pool small two roles, one of which has two people.
  const big = usersOverDays(
    many(120, 'b', 'Analyst', { node: 'big-1', cores: (_, bucket) => (bucket < 72 ? 0.5 : 4) }),
    { from, days: 2, buckets: 144 },
  );
  const small = usersOverDays(
    [
      ...many(10, 's', 'Scientist', { node: 'small-1', requestCores: 4, requestGb: 8 }),
      ...many(2, 'x', 'Director', { node: 'small-1', requestCores: 4, requestGb: 8 }),
    ],
    { from, days: 2, buckets: 144 },
  );
  const daemon = service('agent', 'small-1', 0.23, { owner_kind: 'DaemonSet', owner_name: 'agent' }).container;
  await store(warehouse, {
    people: [...big.people, ...small.people],
    user_days: [...big.user_days, ...small.user_days],
    containers: [...big.containers, ...small.containers, daemon],
    container_usage: [...big.container_usage, ...small.container_usage],
    nodes: [
      ...nodesOverDays(['big-1', 'big-2'], { from, days: 2 }),
      ...nodesOverDays(['odd'], { from, days: 2, cores: 32 }),
      ...nodesOverDays(['small-1'], { from, days: 2, cores: 8, memoryGb: 32, type: 'm5.2xlarge' }),
    ],
    prices: [
      {
        timestamp: new Date('2026-01-01'),
        resource: 'cpu',
        unit: 'core_hour',
        price: 0.02,
        currency: 'USD',
        node_type: 'm5.16xlarge',
        source: 'test',
      },
    ],
  });
});

const ask = (candidates: string[], more: Record<string, unknown> = {}) =>
  askView(warehouse, testConfig(), { view: whatIf, params: { candidates, pool: 'm5.16xlarge', ...more }, from, to });

describe('what-if', () => {
  it('golden rows of the worked example: half of the time 120 containers of 16 cores', async () => {
    const columns = [
      'pool',
      'part',
      'node_cores',
      'containers',
      'nodes_today',
      'nodes_candidate',
      'most_nodes_today',
      'most_nodes_candidate',
      'cost_today',
      'cost_candidate',
      'saving',
      'binding',
    ];
    const rowsOf = async (candidates: string[]) => pick((await ask(candidates)).objects, columns);
    // 30 nodes × 24 h of 48 × 64 cores × $0.02 = $921.60
    expect(await rowsOf(['Analyst=2'])).toEqual([
      ['m5.16xlarge', 'nodes', 64, 60, 15, 2, 30, 4, 921.6, 122.88, 798.72, 'cores'],
    ]);
    expect(await rowsOf(['*=2/16'])).toEqual([
      ['m5.16xlarge', 'nodes', 64, 60, 15, 4, 30, 8, 921.6, 245.76, 675.84, 'memory'],
    ]);
    expect(await rowsOf([])).toEqual([['m5.16xlarge', 'nodes', 64, 60, 15, 15, 30, 30, 921.6, 921.6, 0, 'cores']]);
  });
  it('throttling: 32 containers of 2 cores on a node use 128 of 64 cores in the second half of the day', async () => {
    const shares = async (candidates: string[]) =>
      pick((await ask(candidates)).objects, ['throttled_share', 'throttled_share_upper'])[0];
    // The last of the four nodes holds 24 containers: 96 of 64 cores.
    expect(await shares(['Analyst=2'])).toEqual([0.5, 0.5]);
    expect(await shares(['Analyst=4'])).toEqual([0, 0]);
    // 17 on a node use 68 of 64 cores; the eighth node has one container, with room for it.
    expect(await shares(['Analyst=3.7'])).toEqual([0.495833, 0.5]);
  });
  it('what fits no node is a row', async () => {
    const { objects } = await ask(['Analyst=65']);
    expect(pick(objects, ['part', 'containers', 'nodes_candidate', 'cost_candidate'])).toEqual([
      ['nodes', 0, 0, 0],
      ['fits no node', 60, null, null],
    ]);
  });
  it('DaemonSets are taken off; without a price money is empty, not 0', async () => {
    const { objects, meta } = await ask(['*=4'], { pool: 'm5.2xlarge' });
    // 7.77 cores hold one container of 4, not two.
    expect(pick(objects, ['node_cores', 'most_nodes_candidate', 'cost_today', 'saving'])).toEqual([
      [7.77, 12, null, null],
    ]);
    expect(meta.notices.join()).toContain('Money is empty');
  });
  it('a candidate for fewer than five people, or for all but them, is not answered', async () => {
    for (const candidates of [['Director=1'], ['Scientist=1'], ['*=1', 'Director=2']]) {
      const { objects, meta } = await ask(candidates, { pool: 'm5.2xlarge' });
      expect(objects).toEqual([]);
      expect(meta.notices.join()).toContain('Node pool prod/m5.2xlarge is withheld: fewer than 5 people are concerned');
    }
    const everybody = await ask(['*=1'], { pool: 'm5.2xlarge' });
    expect(everybody.objects).toHaveLength(1);
    expect(everybody.meta.notices.join()).not.toContain('withheld');
  });
  it('late data change the answer, the same data twice do not', async () => {
    const late = container('late', { node: 'big-2', created_at: new Date(from), user_key: 'u_b000' });
    const usage = {
      timestamp: new Date(from),
      container_id: 'prod/late/main',
      node: 'big-2',
      covered_seconds: 0,
      alive_seconds: 300,
      cpu_request_cores: 64,
      cpu_used_core_seconds: 0,
      memory_request_bytes: gb,
    };
    const before = await ask([]);
    for (let time = 0; time < 2; time++) {
      await store(warehouse, { containers: [late], container_usage: [usage] });
      const after = await ask([]);
      expect(Number(after.objects[0]!['nodes_today']) - Number(before.objects[0]!['nodes_today'])).toBeCloseTo(
        1 / 576,
        9,
      );
    }
  });
  it('a container that is gone for a while takes no node then, nor one whose request comes back', async () => {
    const there = (container_id: string, bucket: number, cores: number) => ({
      timestamp: new Date(Date.parse(from) + bucket * 300_000),
      container_id,
      node: 'odd-1',
      covered_seconds: 0,
      alive_seconds: 300,
      cpu_request_cores: cores,
      cpu_used_core_seconds: 0,
      memory_request_bytes: gb,
    });
    const gone = [0, 1, 47, 48, 49, 95, 96, 200, 500, 575].map((bucket) => there('prod/gone/main', bucket, 5));
    const back = Array.from({ length: 60 }, (_, bucket) =>
      there('prod/back/main', bucket, bucket >= 20 && bucket < 40 ? 7 : 6),
    );
    await store(warehouse, {
      containers: ['gone', 'back'].map((id) => container(id, { node: 'odd-1', created_at: new Date(from) })),
      container_usage: [...gone, ...back],
      nodes: nodesOverDays(['odd-1'], { from, days: 2, cores: 10, type: 'odd' }),
    });
    const { objects } = await ask([], { pool: 'odd' });
    // Both are there in buckets 0, 1, 47 to 49: 5 + 6 (or 7) cores need two nodes of ten.
    expect(pick(objects, ['containers', 'nodes_today', 'most_nodes_today'])).toEqual([
      [70, 70, 2].map((sum, at) => (at < 2 ? Math.round((sum / 576) * 1e6) / 1e6 : sum)),
    ]);
  });
  it.each(['Analyst', 'Analyst=', 'Analyst=two', '=2', 'Analyst=2/'])('refuses the candidate "%s"', async (text) => {
    await expect(ask([text])).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
  });
});

describe('person-what-if', () => {
  const own = (params: object, principal: object = { scope: 'self', personKey: 'u_b001' }) =>
    askView(warehouse, testConfig(), { view: personWhatIf, params: { ...params }, from, to, principal });

  it('a person asks for their own containers: reserved hours and money, nodes with everybody else as today', async () => {
    const { objects } = await own({ cores: 2 });
    // 24 hours of 16 cores at $0.02, then of 2. One of 120 that fill 30 nodes: with 119 × 16 + 2 cores still 30.
    expect(
      pick(objects, [
        'person',
        'pool',
        'container_hours',
        'cores_today',
        'cores_candidate',
        'cost_today',
        'cost_candidate',
        'saving',
        'nodes_saved',
        'throttled_share',
        'throttled_share_upper',
        'fits',
      ]),
    ).toEqual([['u_b001', 'm5.16xlarge', 24, 16, 2, 7.68, 0.96, 6.72, 0, 0, 0.5, 'yes']]);
  });
  it('as today is as today, and what fits no node says so', async () => {
    expect(pick((await own({})).objects, ['saving', 'nodes_saved', 'throttled_share_upper'])).toEqual([[0, 0, 0]]);
    expect(pick((await own({ cores: 65 })).objects, ['fits', 'nodes_saved', 'throttled_share'])).toEqual([
      ['no', null, null],
    ]);
  });
  it('of others nothing is shown, whatever is asked', async () => {
    const { objects } = await own({ cores: 2, person: 'u_b002' });
    expect(objects.map(({ person }) => person)).toEqual(['u_b001']);
    expect((await own({}, { scope: 'self', personKey: 'u_nobody' })).objects).toEqual([]);
    await expect(own({ person: 'u_b001' }, { scope: 'aggregate' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const asked = await own({ person: 'u_b002' }, { scope: 'platform', personKey: null });
    expect(asked.objects.map(({ person }) => person)).toEqual(['u_b002']);
  });
});

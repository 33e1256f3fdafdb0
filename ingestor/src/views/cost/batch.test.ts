import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { batchRuns } from '../batch-runs/view.ts';
import { batchRunOf, everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from '../money/test-rows.ts';
import { personCost } from '../person-cost/view.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { cost } from './view.ts';

let warehouse: Warehouse;
const config = testConfig(everybodyShown);
const range = { from: '2026-03-02', to: '2026-03-16' };

beforeAll(async () => {
  warehouse = await useWarehouse();
  const runs = [
    batchRunOf('u_a', '2026-03-03T08:00', '2026-03-03T18:00'), // 20 core-hours, 40 GB-hours
    batchRunOf('u_a', '2026-03-08T22:00', '2026-03-09T02:00'), // over the midnight of the move and of the price: 2 + 2 hours
    batchRunOf('u_a', '2026-03-01T20:00', '2026-03-02T01:00'), // one hour of it in the range
    batchRunOf(null, '2026-03-03T08:00', '2026-03-03T09:00'),
    batchRunOf('u_b', '2026-03-03T08:00', '2026-03-03T18:00', { platform: 'EKS' }), // a container of the cluster, and counted there
  ];
  await store(warehouse, {
    aws_batch_jobs: runs.map(({ job }) => job),
    aws_batch_attempts: runs.map(({ attempt }) => attempt),
    people: [
      person('u_stays', '2026-01-01', { department: 'B' }),
      person('u_a', '2026-01-01'),
      person('u_a', '2026-03-09', { department: 'B' }),
      person('u_b', '2026-01-01', { department: 'B' }),
    ],
    containers: [container('eks', { user_key: 'u_b', kind: 'batch' })],
    container_usage_1d: [usageOf('eks', '2026-03-03', { cores: 2, gb: 4, hours: 10 })],
    nodes: [nodeOf('node-1', 'm5')],
    node_usage_1d: [nodeDay('node-1', '2026-03-03', { cores: 4, gb: 8, requestedCores: 2, requestedGb: 4, hours: 10 })],
    prices: [
      priceOf('2026-01-01', 'cpu', 1),
      priceOf('2026-01-01', 'cpu', 0.5, { node_type: 'aws-batch' }),
      priceOf('2026-03-09', 'cpu', 0.75, { node_type: 'aws-batch' }),
      priceOf('2026-01-01', 'memory', 0),
    ],
  });
}, 120_000);

describe('AWS Batch in cost', () => {
  it.each(['requested', 'used', 'max'])(
    'basis %s: submitters pay what was reserved; on EKS it counts once',
    async (basis) => {
      const params = { split_by: 'kind', basis };
      const { objects, meta } = await askView(warehouse, config, { view: cost, params, ...range });
      const paid = objects.filter((row) => row['payer'] === 'people' || row['payer'] === 'no user');
      expect(pick(paid, ['payer', 'department', 'kind', 'core_hours', 'cost'])).toEqual([
        ['people', 'A', 'batch', 20 + 4 + 2, 13],
        // After the move; and the container on EKS at the price of its node, of which nothing is known to be used.
        [
          'people',
          'B',
          'batch',
          basis === 'requested' ? 4 + 20 : 4 + (basis === 'max' ? 20 : 0),
          basis === 'used' ? 3 : 23,
        ],
        ['no user', 'unattributed', 'batch', 2, 1],
      ]);
      expect(meta.howComputed).toContain('plus what AWS Batch reserved outside of the clusters');
      // Σ allocatable × price, and what is not of the cluster.
      expect(objects.reduce((sum, row) => sum + Number(row['cost']), 0)).toBeCloseTo(40 + 13 + 3 + 1, 9);
    },
  );

  it.each([
    [{ kind: 'interactive' }, 0],
    [{ kind: 'batch' }, 4],
    [{ cluster: 'prod' }, 1],
    [{ node: 'node-1' }, 1],
  ])('filters on containers: %j', async (params, rows) => {
    const all = { ...params, group_by: [], split_by: 'node_type', department: '' };
    const { objects } = await askView(warehouse, config, { view: cost, params: all, ...range });
    const types = objects.filter((row) => ['people', 'no user'].includes(String(row['payer'])));
    expect(types.some((row) => row['node_type'] === 'aws-batch')).toBe(rows === 4);
  });

  it('one’s own cost has one’s own runs, and the same as batch-runs says of them', async () => {
    const principal = { scope: 'self', personKey: 'u_a' } as const;
    const params = { period: 'none' };
    const { objects } = await askView(warehouse, config, { view: personCost, principal, params, ...range });
    expect(pick(objects, ['person', 'kind', 'core_hours', 'cost'])).toEqual([['u_a', 'batch', 30, 16]]);
    const runs = await askView(warehouse, config, {
      view: batchRuns,
      params: { split_by: 'none', period: 'none', group_by: ['department'] },
      ...range,
    });
    // Whole runs by the department at their end, EKS among them.
    expect(pick(runs.objects, ['department', 'cost'])).toEqual([
      ['A', 10 + 5],
      ['B', 5 + 10],
      ['unattributed', 1],
    ]);
  });
});

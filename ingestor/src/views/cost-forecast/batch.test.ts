import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { batchRunOf, everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from '../money/test-rows.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { costForecast } from './view.ts';

let warehouse: Warehouse;
const now = '2026-03-22T12:00:00Z';
/** 20 complete days, 2 to 21 March: a node at $40 and a run of AWS Batch at $5 a day, and one on EKS, which is the node's. */
const days = Array.from({ length: 20 }, (_, index) => `2026-03-${String(index + 2).padStart(2, '0')}`);

beforeAll(async () => {
  warehouse = await useWarehouse();
  const runs = days.flatMap((day) => [
    batchRunOf('u_a', `${day}T08:00`, `${day}T13:00`),
    batchRunOf('u_b', `${day}T08:00`, `${day}T18:00`, { platform: 'EKS' }),
  ]);
  await store(warehouse, {
    aws_batch_jobs: runs.map(({ job }) => job),
    aws_batch_attempts: runs.map(({ attempt }) => attempt),
    people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
    containers: [container('eks', { user_key: 'u_b', kind: 'batch' })],
    container_usage_1d: days.map((day) => usageOf('eks', day, { cores: 2, hours: 10 })),
    nodes: [nodeOf('node-1', 'm5')],
    node_usage_1d: days.map((day) => nodeDay('node-1', day, { cores: 4, requestedCores: 2, hours: 10 })),
    prices: [
      priceOf('2026-01-01', 'cpu', 1),
      priceOf('2026-01-01', 'cpu', 0.5, { node_type: 'aws-batch' }),
      priceOf('2026-01-01', 'memory', 0),
    ],
  });
}, 120_000);

describe('AWS Batch in cost-forecast', () => {
  it.each([
    // 20 days are known, 22 to 31 March are left.
    [{}, [['all', 'all', 20 * (40 + 5), 30 * (40 + 5), 10]]],
    [
      { group_by: 'department' },
      [
        ['A', 'all', 20 * 5, 30 * 5, 10],
        ['B', 'all', 20 * 20, 30 * 20, 10],
      ],
    ],
    [{ by_kind: true }, [['all', 'batch', 20 * (20 + 5), 30 * (20 + 5), 10]]],
  ])('%j: what was reserved outside of the clusters goes on like the rest', async (params, rows) => {
    const { objects } = await askView(warehouse, testConfig(everybodyShown), {
      view: costForecast,
      from: '2026-03-01',
      to: now,
      now,
      params,
    });
    expect(pick(objects, ['department', 'kind', 'cost_so_far', 'forecast_cost', 'days_left'])).toEqual(rows);
  });
});

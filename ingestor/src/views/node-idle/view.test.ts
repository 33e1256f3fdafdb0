import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, pick, store } from '../shared/test-rows.ts';
import { nodeIdle } from './view.ts';

const at = (time: string): Date => new Date(time);
const hour = 3600;
let warehouse: Warehouse;

/** A day on which a node of 64 cores was there for `hours`; cores of each part. */
const day = (node: string, of: string, hours: number, cores: Row): Row => ({
  timestamp: at(of),
  day: of.slice(0, 10),
  cluster: 'prod',
  node,
  containers_max: 9,
  covered_seconds: 9 * hour,
  alive_seconds: 10 * hour,
  cpu_allocatable_core_seconds: 64 * hours * hour,
  ...Object.fromEntries(
    Object.entries(cores).map(([part, each]) => [`cpu_${part}_core_seconds`, Number(each) * hours * hour]),
  ),
});
const node = (name: string, seen: string): Row => ({
  timestamp: at(`${seen.slice(0, 10)}T00:00:00Z`),
  cluster: 'prod',
  node: name,
  first_seen_at: at('2026-06-01'),
  last_seen_at: at(seen),
  cpu_allocatable_cores: 64,
  node_type: 'm6i.16xlarge',
});

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    node_usage_1d: [
      // The definitions' example: requests 48, use 6.
      day('node-1', '2026-06-10', 24, { requested: 48, infra_idle: 16, idle: 42, within: 6, unknown: 0 }),
      day('node-1', '2026-06-11', 12, { requested: 48, infra_idle: 16, idle: 42, within: 6, unknown: 0 }),
      // A gap: what is not known is not idle.
      day('node-2', '2026-06-11', 12, { requested: 32, infra_idle: 32, idle: 0, within: 0, unknown: 32 }),
      // More is reserved than offered.
      day('node-3', '2026-06-11', 12, { requested: 80, infra_idle: -16, idle: 60, within: 20, unknown: 0 }),
      day('gone', '2026-06-10', 24, { requested: 0, infra_idle: 64, idle: 0, within: 0, unknown: 0 }),
    ],
    nodes: [
      node('node-1', '2026-06-11T11:59:00Z'),
      node('node-2', '2026-06-11T10:00:00Z'),
      node('node-3', '2026-06-11T11:59:00Z'),
      node('gone', '2026-06-10T23:00:00Z'),
    ],
  });
});

const ask = (params: Record<string, unknown> = {}) =>
  askView(warehouse, testConfig(), {
    view: nodeIdle,
    from: '2026-06-10T12:00:00Z',
    to: '2026-06-11T12:00:00Z',
    now: '2026-06-11T12:00:00Z',
    params,
  });

describe('node-idle', () => {
  it('takes whole days, leaves out what is gone, and keeps gaps apart', async () => {
    const { objects, meta } = await ask();
    expect(
      pick(objects, [
        'node',
        'node_type',
        'node_hours',
        'requested_share',
        'infra_idle_share',
        'idle_share',
        'containers_max',
      ]),
    ).toEqual([
      ['node-1', 'm6i.16xlarge', 36, 0.75, 0.25, 58 / 64, 9],
      ['node-2', 'm6i.16xlarge', 12, 0.5, 0.5, 1, 9],
      ['node-3', 'm6i.16xlarge', 12, 1.25, 0, 44 / 64, 9],
    ]);
    expect(meta.coverage).toBeCloseTo(0.9, 9);
    expect(meta.howComputed).toContain('from 2026-06-10');
  });

  it('shows those that are gone when asked to, and only the cluster asked for', async () => {
    expect(pick((await ask({ state: 'all' })).objects, ['node']).flat()).toEqual([
      'gone',
      'node-1',
      'node-2',
      'node-3',
    ]);
    expect((await ask({ cluster: 'elsewhere' })).objects).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { parseFileConfig } from '../../config.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { nodesOverDays } from '../sizing/test-usage.ts';
import { savings } from './view.ts';

const dayMs = 86_400_000;
const from = Date.parse('2026-01-05T00:00:00Z');
const gb = 2 ** 30;
let warehouse: Warehouse;

const changes = [
  { name: 'analysts to 4', date: '2026-02-02', roles: ['Analyst'], control_role: 'Scientist', cores: 4 },
];
const config = (file: object = {}) => testConfig({ changes, ...file });
const ask = (now = '2026-03-15', file: object = {}) =>
  askView(warehouse, config(file), { view: savings, from: '2026-01-01', to: now, now });

/**
 * 28 days before and after 2 February: 16 analysts with 16 cores, then 4; 16 scientists with 16 cores always. 64 cores a node: eight
 * nodes, then five. Each is there for one bucket a day (the marts of days are what is measured).
 */
function tables(): Record<string, Row[]> {
  const out: Record<
    | 'people'
    | 'containers'
    | 'container_usage'
    | 'container_usage_1d'
    | 'node_usage_1d'
    | 'user_days'
    | 'nodes'
    | 'prices',
    Row[]
  > = {
    people: [],
    containers: [],
    container_usage: [],
    container_usage_1d: [],
    node_usage_1d: [],
    user_days: [],
    nodes: nodesOverDays(
      Array.from({ length: 8 }, (_, index) => `node-${index}`),
      { from: '2026-01-05', days: 56 },
    ),
    prices: [
      {
        timestamp: new Date('2025-01-01'),
        resource: 'cpu',
        unit: 'core_hour',
        price: 0.01,
        currency: 'USD',
        node_type: '',
        source: 'test',
      },
    ],
  };
  for (let index = 0; index < 33; index++) {
    const role = index < 16 ? 'Analyst' : 'Scientist';
    const key = `u_${role}${String(index).padStart(2, '0')}`;
    out.people.push(person(key, '2025-01-01', { role }));
    for (const half of [0, 1]) {
      // The last one is there before the change only, and no user of both sides.
      if (index === 32 && half === 1) continue;
      const id = `${key}-${half}`;
      const cores = role === 'Analyst' && half === 1 ? 4 : 16;
      const node = `node-${index % 4}`;
      out.containers.push(
        container(id, {
          user_key: key,
          node,
          created_at: new Date(from + half * 28 * dayMs),
          cpu_request_cores: cores,
        }),
      );
      for (let day = half * 28; day < half * 28 + 28; day++) {
        const timestamp = new Date(from + day * dayMs);
        const label = timestamp.toISOString().slice(0, 10);
        // The one that leaves has no container, so that the others' shares are round.
        if (index < 32) {
          const usage = { container_id: `prod/${id}/main`, node, covered_seconds: 300, alive_seconds: 300 };
          out.container_usage.push({
            ...usage,
            timestamp,
            cpu_request_cores: cores,
            cpu_used_core_seconds: 300,
            memory_request_bytes: gb,
          });
          out.container_usage_1d.push({
            ...usage,
            timestamp,
            day: label,
            cpu_requested_core_seconds: cores * 300,
            memory_requested_gb_seconds: 300,
          });
        }
        out.user_days.push({
          timestamp,
          user_key: key,
          component: 'interactive',
          day: label,
          time_zone: 'UTC',
          active_seconds: 300,
          covered_seconds: 300,
          visits: 0,
          basis: 'cpu',
        });
      }
    }
  }
  for (let day = 0; day < 56; day++)
    for (let node = 0; node < (day < 28 ? 8 : 5); node++) {
      const timestamp = new Date(from + day * dayMs);
      const offered = { cpu_allocatable_core_seconds: 64 * 86_400, memory_allocatable_gb_seconds: 256 * 86_400 };
      out.node_usage_1d.push({
        timestamp,
        day: timestamp.toISOString().slice(0, 10),
        cluster: 'prod',
        node: `node-${node}`,
        ...offered,
      });
    }
  return out;
}

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, tables());
});

const money = [
  'per_user_day_before',
  'per_user_day_after',
  'control_before',
  'control_after',
  'measured_per_user_day',
  'measured_saving',
  'projected_saving',
  'projected_per_user_day',
];

describe('savings', () => {
  it('golden rows: projected beside measured', async () => {
    const { objects, meta } = await ask();
    expect(pick(objects, ['change', 'date', 'roles', 'control_role', 'users', 'currency', 'note'])).toEqual([
      ['analysts to 4', new Date('2026-02-02'), 'Analyst', 'Scientist', 16, 'USD', ''],
    ]);
    // A node-day is 64 × 24 × $0.01 = $15.36. Before: 8 of them for 32 users: $3.84. After: 5, of which analysts have a fifth: $0.96
    // each, scientists four fifths: $3.84 each. Projected: 28 buckets, each 8 nodes less 5, at $0.64 an hour: 28 × 3 × $0.64 ÷ 12.
    expect(pick(objects, money)).toEqual([[3.84, 0.96, 3.84, 3.84, 2.88, 1290.24, 4.48, 0.01]]);
    expect(meta.howComputed).toContain('Changes: 1');
  });
  it('before 28 days have passed nothing is measured; the projection is there', async () => {
    const { objects } = await ask('2026-03-01');
    expect(pick(objects, ['measured_saving', 'projected_saving', 'note'])).toEqual([
      [null, 4.48, 'measured when 28 days have passed'],
    ]);
  });
  it('a change after the range is not shown; no change is said', async () => {
    expect((await ask('2026-02-01')).objects).toEqual([]);
    expect((await ask('2026-03-15', { changes: [] })).meta.notices.join()).toContain('No change is configured');
  });
  it('a control role that nobody has: nothing measured, and it says why', async () => {
    const { objects } = await ask('2026-03-15', { changes: [{ ...changes[0], control_role: 'Nobody' }] });
    expect(pick(objects, ['measured_saving', 'note'])).toEqual([
      [null, 'nobody of the control role was active on both sides'],
    ]);
  });
  it('the configuration is checked', () => {
    expect(() =>
      parseFileConfig({ changes: [{ name: 'x', date: 'soon', roles: ['A'], control_role: 'B' }] }, 'test'),
    ).toThrow(/changes\/0\/date/);
  });
  it('without a price money is empty', async () => {
    await warehouse.reader.execute('truncate table prices');
    const { objects } = await ask();
    expect(pick(objects, ['measured_saving', 'projected_saving', 'currency', 'note'])).toEqual([
      [null, null, null, 'no price'],
    ]);
  });
});

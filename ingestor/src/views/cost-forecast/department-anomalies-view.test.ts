import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown, priceOf, usageOf } from '../money/test-rows.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { departmentCostAnomalies } from './department-anomalies-view.ts';

let warehouse: Warehouse;
const first = Date.parse('2026-03-02'); // Monday
const dayMs = 86_400_000;

// Seven weeks at $1 a core-hour: A reserves 10 cores for 10 hours a day, on the last Sunday 30; B always 1.
beforeAll(async () => {
  warehouse = await useWarehouse();
  const days = Array.from({ length: 49 }, (_, index) => new Date(first + index * dayMs));
  await store(warehouse, {
    people: [
      person('u_a', '2026-01-01'),
      person('u_b', '2026-01-01', { department: 'B' }),
      ...['c', 'd', 'e', 'f', 'g'].map((name) => person(`u_${name}`, '2026-01-01', { department: 'C' })),
    ],
    containers: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => container(id, { user_key: `u_${id}` })),
    container_usage_1d: days.flatMap((at, index) => [
      usageOf('a', at, { cores: index === 48 ? 30 : 10, hours: 10 }),
      usageOf('b', at, { cores: 1, hours: 10 }),
      ...['c', 'd', 'e', 'f', 'g'].map((id) => usageOf(id, at, { cores: 2, hours: 10 })),
    ]),
    prices: [priceOf('2026-01-01', 'cpu', 1)],
  });
});

const ask = (params: Record<string, unknown> = {}, now = '2026-04-20T15:00:00Z', config = testConfig(everybodyShown)) =>
  askView(warehouse, config, { view: departmentCostAnomalies, from: '2026-04-01', to: now, now, params });
const columns = ['department', 'cost', 'expected_cost', 'threshold', 'excess_cost', 'people'];

describe('department-cost-anomalies', () => {
  it('the last complete day beside its weekday', async () => {
    const { objects, columns: described } = await ask();
    expect(pick(objects, columns)).toEqual([
      ['A', 300, 100, 150, 150, 1],
      ['B', 10, 10, 60, -50, 1],
      ['C', 100, 100, 150, -50, 5],
    ]);
    expect(objects[0]?.['day']).toEqual(new Date('2026-04-19T00:00:00Z'));
    expect(described.find(({ name }) => name === 'cost')?.unit).toBe('currencyUSD');
  });

  it('another least amount; no expectation before six such weekdays', async () => {
    expect(pick((await ask({ least_amount: 200, department: 'A' })).objects, columns)).toEqual([
      ['A', 300, 100, 300, 0, 1],
    ]);
    expect(pick((await ask({ department: 'A' }, '2026-04-05T12:00:00Z')).objects, columns)).toEqual([
      ['A', 100, null, null, null, 1],
    ]);
  });

  it('departments of one are not shown apart', async () => {
    const { objects } = await ask({}, undefined, testConfig());
    expect(objects.map((row) => row['department'])).not.toContain('A');
    expect(objects.map((row) => row['department'])).not.toContain('B');
  });
});

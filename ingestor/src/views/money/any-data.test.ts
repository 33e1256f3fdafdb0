import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { CellValue, Row, Warehouse } from '../../warehouse/warehouse.ts';
import { carbon } from '../carbon/view.ts';
import { costAnomalies } from '../cost-forecast/anomalies-view.ts';
import { costForecast } from '../cost-forecast/view.ts';
import { cost } from '../cost/view.ts';
import { idleCost } from '../idle-cost/view.ts';
import { personCost } from '../person-cost/view.ts';
import { rightSize } from '../right-size/view.ts';
import { askView, container, person, store } from '../shared/test-rows.ts';
import { nodesOverDays, usersOverDays } from '../sizing/test-usage.ts';
import type { AnyView } from '../view.ts';
import { whatIf } from '../what-if/view.ts';
import { everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from './test-rows.ts';

/** Views of money and sizes over any data: sums are sums, and what comes twice, late or in another order changes nothing. */
const dayMs = 86_400_000;
const first = Date.parse('2026-03-02');
const days = 42;
const config = testConfig(everybodyShown);
const keys = Array.from({ length: 12 }, (_, index) => `u_p${String(index)}`);

/** The same on every run, so that a failure can be repeated. */
const [sample] = fc.sample(
  fc.array(fc.record({ used: fc.nat(400), cores: fc.nat(16), hours: fc.integer({ min: 1, max: 24 }) }), {
    minLength: keys.length * days,
    maxLength: keys.length * days,
  }),
  { seed: 2971, numRuns: 1 },
);

function tables(): Record<string, Row[]> {
  const at = (day: number): Date => new Date(first + day * dayMs);
  const uses = (sample ?? []).map((use, index) => ({
    ...use,
    key: keys[index % keys.length] ?? '',
    day: Math.floor(index / keys.length),
  }));
  const kinds = ['interactive', 'interactive', 'batch', 'connect', 'service'];
  const sized = usersOverDays(
    keys.slice(0, 6).map((key, index) => ({
      key: `${key}s`,
      role: 'Analyst',
      node: 'node-1',
      requestCores: 8,
      requestGb: 8,
      cores: (day: number, bucket: number) => ((day * 7 + bucket * 3 + index) % 50) / 10,
    })),
    { from: new Date(first).toISOString(), days: 3, buckets: 40 },
  );
  return {
    people: [
      ...keys.map((key, index) =>
        person(key, '2026-01-01', { department: 'ABC'[index % 3] ?? '', role: `R${String(index % 2)}` }),
      ),
      ...keys.filter((_, index) => index % 4 === 0).map((key) => person(key, '2026-03-20', { department: 'D' })),
      ...sized.people,
    ],
    containers: [
      ...keys.map((key, index) =>
        container(key, {
          user_key: index === 5 ? null : key,
          kind: kinds[index % kinds.length] ?? '',
          node: index % 2 ? 'node-2' : 'node-1',
        }),
      ),
      ...sized.containers,
    ],
    nodes: [
      nodeOf('node-2', 'r5'),
      ...nodesOverDays(['node-1'], { from: new Date(first).toISOString(), days, type: 'm5' }),
    ],
    container_usage: sized.container_usage,
    user_days: sized.user_days,
    container_usage_1d: uses.map(({ key, day, used, cores, hours }) =>
      usageOf(key, at(day), {
        cores,
        used: used / 20,
        gb: cores * 4,
        usedGb: used / 10,
        hours,
        covered: hours * (used % 5 ? 1 : 0.5),
      }),
    ),
    node_usage_1d: Array.from({ length: days }, (_, day) =>
      ['node-1', 'node-2'].map((node, index) => {
        const own = uses.filter((use) => use.day === day && keys.indexOf(use.key) % 2 === index);
        const hours = 24;
        const requested = own.reduce((sum, { cores, hours: alive }) => sum + cores * alive, 0) / hours;
        return nodeDay(node, at(day), {
          cores: 200,
          gb: 800,
          requestedCores: requested,
          requestedGb: requested * 4,
          hours,
        });
      }),
    ).flat(),
    prices: [
      priceOf('2026-01-01', 'cpu', 0.02),
      priceOf('2026-03-25', 'cpu', 0.03),
      priceOf('2026-01-01', 'cpu', 0.05, { node_type: 'r5' }),
      priceOf('2026-01-01', 'memory', 0.002),
    ],
    carbon_coefficients: ['low', 'high'].map((set, index) => ({
      timestamp: new Date('2026-01-01'),
      coefficient_set: set,
      node_type: '',
      cpu_min_watts: 1 + index,
      cpu_max_watts: 3 + index,
      memory_watts_per_gb: 0.4,
      pue: 1.1,
      version: 'test',
      source: 'test',
    })),
    grid_intensity: [
      { timestamp: new Date('2026-01-01'), region: 'eu', hour_of_day: -1, kg_per_kwh: 0.3, version: 'test' },
    ],
  };
}

let warehouse: Warehouse;
type Rows = Record<string, CellValue>[];
const ask = async (view: AnyView, params: Record<string, unknown> = {}): Promise<Rows> =>
  (
    await askView(warehouse, config, {
      view,
      params,
      from: new Date(first).toISOString(),
      to: new Date(first + days * dayMs).toISOString(),
      now: new Date(first + days * dayMs).toISOString(),
      principal: { scope: 'platform' },
    })
  ).objects;
const sum = (rows: Rows, column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0);

const questions: readonly (readonly [AnyView, Record<string, unknown>])[] = [
  [cost, { group_by: ['department'], basis: 'max', period: 'week' }],
  [cost, { group_by: ['department', 'role'], split_by: 'kind' }],
  [idleCost, { group_by: ['role'] }],
  [personCost, { period: 'week' }],
  [costForecast, {}],
  [costForecast, { group_by: ['department'], basis: 'used' }],
  [costAnomalies, {}],
  [carbon, { period: 'week' }],
  [rightSize, {}],
  [whatIf, { candidates: ['Analyst=2'] }],
];
const answers = async (): Promise<unknown[]> => {
  const all: unknown[] = [];
  for (const [view, params] of questions) all.push(rounded(await ask(view, params)));
  return all;
};
/** Sums in another order differ in their last digits. */
const rounded = (rows: Rows): unknown =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? Number(value.toPrecision(9)) : value,
      ]),
    ),
  );

let inOrder: unknown[];
beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, tables());
  inOrder = await answers();
  for (const rows of inOrder) expect(rows).not.toEqual([]);
}, 240_000);

describe('sums', () => {
  it.each(['requested', 'used', 'max'])(
    'weeks, departments and splits of cost sum to the whole: %s',
    async (basis) => {
      const whole = await ask(cost, { group_by: [], basis });
      expect(sum(whole, 'cost')).toBeGreaterThan(100);
      for (const params of [
        { group_by: [], period: 'week' },
        { group_by: ['department'] },
        { group_by: ['department', 'role'], period: 'month' },
        { group_by: [], split_by: 'kind' },
        { group_by: [], split_by: 'node_type' },
      ]) {
        const parts = await ask(cost, { ...params, basis });
        expect(parts.length).toBeGreaterThan(whole.length);
        for (const column of ['core_hours', 'gb_hours', 'cost'])
          expect(sum(parts, column)).toBeCloseTo(sum(whole, column), 6);
      }
    },
    60_000,
  );
  it('all rows of cost sum to what the nodes cost; parts of idle-cost to what they offer', async () => {
    const offered = 2 * 200 * 24 * days;
    expect(sum(await ask(cost, { group_by: ['department'] }), 'core_hours')).toBeCloseTo(offered, 6);
    expect(sum(await ask(cost, { group_by: ['department'], basis: 'used' }), 'core_hours')).toBeCloseTo(offered, 6);
    const parts = (await ask(idleCost, { group_by: ['department'] })).filter(({ part }) => part !== 'borrowed');
    expect(sum(parts, 'core_hours')).toBeCloseTo(offered, 6);
    expect(sum(parts, 'gb_hours')).toBeCloseTo(4 * offered, 6);
  }, 60_000);
  it('weeks and departments of carbon sum to the whole', async () => {
    const whole = await ask(carbon, { group_by: [] });
    for (const params of [{ group_by: [], period: 'week' }, { group_by: ['department', 'role'] }]) {
      const parts = await ask(carbon, params);
      for (const part of ['in use', 'idle'])
        expect(
          sum(
            parts.filter((row) => row['part'] === part),
            'kg_high',
          ),
        ).toBeCloseTo(
          sum(
            whole.filter((row) => row['part'] === part),
            'kg_high',
          ),
          6,
        );
    }
  }, 60_000);
});

describe('the same data', () => {
  it('twice, the second time backwards', async () => {
    const again = Object.fromEntries(Object.entries(tables()).map(([name, rows]) => [name, rows.toReversed()]));
    await store(warehouse, again);
    expect(await answers()).toEqual(inOrder);
  }, 120_000);
  it('late: the newer half first, asked for in between', async () => {
    warehouse = await useWarehouse();
    const halves = [1, 0].map((half) =>
      Object.fromEntries(
        Object.entries(tables()).map(([name, rows]) => [
          name,
          rows.filter((_, index) => (index * 2 >= rows.length ? 1 : 0) === half).toReversed(),
        ]),
      ),
    );
    for (const [index, half] of halves.entries()) {
      await store(warehouse, half);
      if (index === 0) expect(await answers()).not.toEqual(inOrder);
    }
    expect(await answers()).toEqual(inOrder);
  }, 240_000);
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from '../money/test-rows.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { costAnomalies } from './anomalies-view.ts';
import { costForecast } from './view.ts';

let warehouse: Warehouse;
const config = testConfig(everybodyShown);
const dayMs = 86_400_000;
const first = Date.parse('2026-03-02'); // Monday

// 49 days: 2 March to 19 April. Ten nodes' cores on weekdays, two at weekends, at $1 a core-hour.
const cores = (index: number): number => {
  const day = new Date(first + index * dayMs);
  if (day.getTime() === Date.parse('2026-04-15')) return 20; // a wild Wednesday
  const isFree = [0, 6].includes(day.getUTCDay()) || day.getTime() === Date.parse('2026-04-06'); // Easter Monday
  return isFree ? 2 : 10;
};

beforeAll(async () => {
  warehouse = await useWarehouse();
  const days = Array.from({ length: 49 }, (_, index) => ({ at: new Date(first + index * dayMs), cores: cores(index) }));
  await store(warehouse, {
    people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
    containers: [container('a', { user_key: 'u_a' }), container('b', { user_key: 'u_b', kind: 'batch' })],
    nodes: [nodeOf('node-1', 'm5')],
    container_usage_1d: days.flatMap(({ at, cores: offered }) => [
      usageOf('a', at, { cores: offered / 2, hours: 10 }),
      usageOf('b', at, { cores: 1, hours: 10 }),
    ]),
    node_usage_1d: days.map(({ at, cores: offered }) =>
      nodeDay('node-1', at, { cores: offered, requestedCores: offered / 2 + 1, hours: 10 }),
    ),
    prices: [priceOf('2026-01-01', 'cpu', 1)],
    budgets: [
      { timestamp: new Date('2026-01-01'), group_by: 'platform', group_name: '', amount: 2000, currency: 'USD' },
      { timestamp: new Date('2026-04-01'), group_by: 'platform', group_name: '', amount: 1000, currency: 'EUR' },
      { timestamp: new Date('2026-01-01'), group_by: 'department', group_name: 'B', amount: 400, currency: 'USD' },
      { timestamp: new Date('2026-05-01'), group_by: 'department', group_name: 'A', amount: 9, currency: 'USD' },
    ],
    exchange_rates: [{ timestamp: new Date('2026-01-01'), currency: 'EUR', base_currency: 'USD', rate: 2 }],
    calendar_days: [
      { timestamp: new Date('2026-04-06'), location: '*', is_working_day: false, holiday: 'Easter Monday' },
      { timestamp: new Date('2026-04-07'), location: 'elsewhere', is_working_day: false, holiday: 'Another' },
    ],
  });
}, 60_000);

const ask = (params: Record<string, unknown>, now = '2026-04-20T15:00:00Z') =>
  askView(warehouse, config, { view: costForecast, from: '2026-04-01', to: now, now, params });
const figures = [
  'department',
  'kind',
  'cost_so_far',
  'forecast_cost',
  'budget',
  'budget_share',
  'method',
  'days_used',
  'days_left',
];

describe('cost-forecast', () => {
  it('the platform: what is known of the month, and the days left by weekday', async () => {
    const { objects, meta } = await ask({});
    // April up to the 19th: 11 weekdays at 100, the wild one at 200, Easter Monday and 6 days of weekends at 20.
    // Left: 20 to 30 April, 9 weekdays at 100 and a weekend at 20.
    expect(pick(objects, figures)).toEqual([
      ['all', 'all', 11 * 100 + 200 + 7 * 20, 1440 + 940, 2000, 1.19, 'weekday medians and trend', 49, 11],
    ]);
    const row = objects[0] ?? {};
    expect(row['forecast_cost']).toBeCloseTo(1440 + 9 * 100 + 2 * 20, 6);
    // s = 2 % of the median of 100: 1.645 · 2 · √(11 + 121/49)
    expect(Number(row['forecast_high']) - Number(row['forecast_cost'])).toBeCloseTo(
      1.645 * 2 * Math.sqrt(11 + 121 / 49),
      6,
    );
    expect(Number(row['forecast_cost']) - Number(row['forecast_low'])).toBeCloseTo(
      1.645 * 2 * Math.sqrt(11 + 121 / 49),
      6,
    );
    expect(row['budget_share']).toBeCloseTo(2380 / 2000, 6);
    expect(meta.howComputed).toContain('up to 2026-04-19');
  });

  it('departments and kinds; budgets are dated', async () => {
    expect(pick((await ask({ group_by: 'department' })).objects, figures)).toEqual([
      ['A', 'all', 720, 720 + 470, null, null, 'weekday medians and trend', 49, 11],
      ['B', 'all', 190, 300, 400, 0.75, 'weekday medians and trend', 49, 11],
    ]);
    expect(pick((await ask({ by_kind: true })).objects, ['kind', 'forecast_cost'])).toEqual([
      ['batch', 300],
      ['interactive', 1190],
    ]);
  });

  it('few days: the median, then weekday medians; a month that is over is known', async () => {
    const of = async (now: string) =>
      pick((await ask({}, now)).objects, ['method', 'days_used', 'days_left', 'cost_so_far']);
    const early = (now: string) =>
      askView(warehouse, config, { view: costForecast, from: '2026-03-01', to: now, now }).then(({ objects }) =>
        pick(objects, ['method', 'days_used', 'days_left', 'forecast_cost']),
      );
    expect(await early('2026-03-07T12:00:00Z')).toEqual([['median', 5, 25, 500 + 25 * 100]]);
    expect(await early('2026-03-23T12:00:00Z')).toEqual([['weekday medians', 21, 9, 1620 + 7 * 100 + 2 * 20]]);
    expect(await of('2026-04-20T00:00:00Z')).toEqual([['weekday medians and trend', 49, 11, 1440]]);
    const march = await askView(warehouse, config, {
      view: costForecast,
      from: '2026-03-01',
      to: '2026-04-01',
      now: '2026-04-20',
    });
    expect(pick(march.objects, ['cost_so_far', 'forecast_cost', 'forecast_low', 'days_left', 'budget'])).toEqual([
      [2360, 2360, 2360, 0, 2000],
    ]);
  });
});

describe('cost-anomalies', () => {
  it('a wild day is told; a holiday is a Sunday; under six such weekdays nothing is said', async () => {
    const { objects } = await askView(warehouse, config, {
      view: costAnomalies,
      from: '2026-04-05',
      to: '2026-04-21',
      now: '2026-04-20T15:00:00Z',
    });
    expect(objects).toHaveLength(15);
    const of = (day: string) =>
      pick(
        objects.filter((row) => row['day'] instanceof Date && row['day'].toISOString().startsWith(day)),
        ['cost', 'expected_cost', 'threshold', 'is_anomaly'],
      )[0];
    expect(of('2026-04-05')).toEqual([20, null, null, false]); // five Sundays
    expect(of('2026-04-06')).toEqual([20, null, null, false]); // a holiday: the same five and the day before make six only after it
    expect(of('2026-04-14')).toEqual([100, 100, 150, false]);
    expect(of('2026-04-15')).toEqual([200, 100, 150, true]);
    expect(of('2026-04-19')).toEqual([20, 20, 70, false]);
  });
});

describe('with small groups hidden', () => {
  const many = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `u_${prefix}${i}`);
  const usage = (keys: readonly string[]) =>
    keys.flatMap((key) =>
      Array.from({ length: 20 }, (_, index) => usageOf(key, new Date(first + index * dayMs), { cores: 1, hours: 10 })),
    );
  const tables = {
    people: [
      ...many(6, 'a').map((key) => person(key, '2026-01-01')),
      ...many(5, 'b').map((key) => person(key, '2026-01-01', { department: 'B' })),
      ...many(2, 'c').map((key) => person(key, '2026-01-01', { department: 'C' })),
    ],
    containers: [...many(6, 'a'), ...many(5, 'b'), ...many(2, 'c')].map((key) => container(key, { user_key: key })),
    container_usage_1d: usage([...many(6, 'a'), ...many(5, 'b'), ...many(2, 'c')]),
    prices: [priceOf('2026-01-01', 'cpu', 1)],
  };
  const askFor = (view: typeof costForecast | typeof costAnomalies, params: Record<string, unknown> = {}) =>
    askView(warehouse, testConfig(), { view, from: '2026-03-01', to: '2026-03-22', now: '2026-03-22', params });

  beforeAll(async () => {
    warehouse = await useWarehouse();
    await store(warehouse, tables);
  }, 60_000);

  it('cost-forecast: two people are shown with the smallest other department, alone for nobody', async () => {
    const { objects, meta } = await askFor(costForecast, { group_by: 'department' });
    expect(pick(objects, ['department', 'cost_so_far'])).toEqual([
      ['A', 6 * 20 * 10],
      ['B + C', 7 * 20 * 10],
    ]);
    expect(meta.notices.join()).toContain('B + C');
    const filtered = await askFor(costForecast, { group_by: 'department', department: 'C' });
    expect(pick(filtered.objects, ['department', 'cost_so_far'])).toEqual([['B + C', 1400]]);
  });
  it('cost-forecast: the whole of fewer than five people is not shown', async () => {
    const { objects } = await askView(warehouse, testConfig({ views: { small_groups: { min_people: 20 } } }), {
      view: costForecast,
      from: '2026-03-01',
      to: '2026-03-22',
      now: '2026-03-22',
    });
    expect(objects).toEqual([]);
  });
  it('cost-anomalies: where no node is known, what people reserve by day is not told', async () => {
    const { objects, meta } = await askFor(costAnomalies);
    expect(objects).toEqual([]);
    expect(meta.notices.join()).toContain('No node is known');
  });
});

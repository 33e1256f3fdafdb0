import { beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from '../money/test-rows.ts';
import { personCost } from '../person-cost/view.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { cost } from './view.ts';

let warehouse: Warehouse;
const config = testConfig(everybodyShown);
const days = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * 86_400_000).toISOString());

beforeEach(async () => {
  warehouse = await useWarehouse();
}, 60_000);

const ask = (from: string, to: string, params: Record<string, unknown> = {}, use = config) =>
  askView(warehouse, use, { view: cost, from, to, params });

describe('cost', () => {
  it('the talk: 2,971 CPU-hours used at $0.02087 are $62.00; requested and max are other figures', async () => {
    await store(warehouse, {
      people: [person('u_a', '2026-01-01')],
      containers: [container('a', { user_key: 'u_a' })],
      // 2,971 h used in 10 days of 24 h; 16 cores reserved; on one day more used than reserved
      container_usage_1d: days('2026-03-01', 10).map((at, index) =>
        usageOf('a', at, { cores: 16, used: index === 0 ? 20 : (2971 / 24 - 20) / 9, hours: 24 }),
      ),
      prices: [priceOf('2026-01-01', 'cpu', 0.02087)],
    });
    const of = async (basis: string) =>
      pick((await ask('2026-03-01', '2026-03-11', { basis })).objects, [
        'payer',
        'department',
        'core_hours',
        'cpu_cost',
        'cost',
        'currency',
      ]);
    expect(await of('used')).toEqual([['people', 'A', 2971, 62.00477, 62.00477, 'USD']]);
    // 16 × 240; and 4 × 24 more where 20 were used
    expect(await of('requested')).toEqual([['people', 'A', 3840, 80.1408, 80.1408, 'USD']]);
    expect(await of('max')).toEqual([['people', 'A', 3936, 82.14432, 82.14432, 'USD']]);
    const { meta } = await ask('2026-03-01', '2026-03-11', { basis: 'used' });
    expect(meta.howComputed).toContain('Basis: used.');
    expect(meta.howComputed).toContain('0.02087 USD a core-hour since 2026-01-01');
    expect(meta.notices).toContain('There is no price of memory: cost is without it');
  });

  it.each([
    [
      '$30 over 30 days, moved after day 14',
      'a',
      [
        ['A', 14, 1],
        ['B', 16, 1],
      ],
    ],
    [
      'first row on day 11 holds before it, moved after day 20',
      'b',
      [
        ['B', 40, 1],
        ['C', 20, 1],
      ],
    ],
  ])('moves within the month: %s', async (_, who, expected) => {
    await store(warehouse, {
      people: [
        // What is shown together goes by the people of the directory: somebody stays in each department.
        ...['A', 'B', 'C'].map((department) => person(`u_stays_${department}`, '2026-01-01', { department })),
        person('u_a', '2026-01-01'),
        person('u_a', '2026-04-15', { department: 'B' }),
        person('u_b', '2026-04-11', { department: 'B' }), // first row: holds before, too
        person('u_b', '2026-04-21', { department: 'C' }),
      ],
      containers: [container('a', { user_key: 'u_a' }), container('b', { user_key: 'u_b' })],
      container_usage_1d: days('2026-04-01', 30).flatMap((at) => [
        usageOf(who, at, { cores: who === 'a' ? 1 : 2, hours: 10 }),
      ]),
      prices: [priceOf('2026-01-01', 'cpu', 0.1)],
    });
    expect(pick((await ask('2026-04-01', '2026-05-01')).objects, ['department', 'cost', 'people'])).toEqual(expected);
  });

  it('an old month keeps its price; a month without one is empty, not 0', async () => {
    await store(warehouse, {
      people: [person('u_a', '2026-01-01')],
      containers: [
        container('a', { user_key: 'u_a', node: 'node-1' }),
        container('b', { user_key: 'u_a', node: 'node-2' }),
      ],
      nodes: [nodeOf('node-1', 'm5'), nodeOf('node-2', 'r5')],
      container_usage_1d: ['2026-01-31', '2026-02-01', '2026-03-01', '2026-03-31'].flatMap((at) => [
        usageOf('a', at, { cores: 10, gb: 40, hours: 10 }),
        usageOf('b', at, { cores: 1, gb: 10, hours: 10, node: 'node-2' }),
      ]),
      prices: [
        priceOf('2026-02-01', 'cpu', 0.02),
        priceOf('2026-02-01', 'memory', 0.001),
        priceOf('2026-03-31', 'cpu', 0.03),
        priceOf('2026-03-31', 'cpu', 0.05, { node_type: 'r5' }),
      ],
    });
    const { objects, meta } = await ask('2026-01-01', '2026-04-01', { period: 'month' });
    expect(pick(objects, ['period_start', 'core_hours', 'cpu_cost', 'gb_hours', 'memory_cost', 'cost'])).toEqual([
      [new Date('2026-01-01'), 110, null, 500, null, null],
      [new Date('2026-02-01'), 110, 2.2, 500, 0.5, 2.7],
      // 110 × 0.02 and, on the 31st, 100 × 0.03 + 10 × 0.05
      [new Date('2026-03-01'), 220, 5.7, 1000, 1, 6.7],
    ]);
    expect(meta.notices.join()).toContain('Money is empty where a day or node type has no price');
    const split = await ask('2026-03-01', '2026-04-01', { split_by: 'node_type' });
    expect(pick(split.objects, ['node_type', 'cost'])).toEqual([
      ['m5', 5.8],
      ['r5', 0.9],
    ]);
  });

  it('currencies add only by a dated rate', async () => {
    await store(warehouse, {
      people: [person('u_a', '2026-01-01')],
      containers: [container('a', { user_key: 'u_a' })],
      container_usage_1d: ['2026-01-10', '2026-02-10', '2026-03-10'].map((at) =>
        usageOf('a', at, { cores: 1, hours: 10 }),
      ),
      prices: [priceOf('2026-01-01', 'cpu', 2, { currency: 'EUR' }), priceOf('2026-02-01', 'cpu', 3)],
      exchange_rates: [
        { timestamp: new Date('2026-01-05'), currency: 'EUR', base_currency: 'USD', rate: 1.1 },
        { timestamp: new Date('2026-03-01'), currency: 'EUR', base_currency: 'USD', rate: 1.25 },
      ],
    });
    const of = async (from: string, to: string, currency: string) =>
      pick((await ask(from, to, { currency })).objects, ['cost', 'currency']);
    expect(await of('2026-01-01', '2026-04-01', '')).toEqual([[22 + 30 + 30, 'USD']]);
    expect(await of('2026-03-01', '2026-04-01', 'eur')).toEqual([[24, 'EUR']]);
    expect(await of('2026-01-01', '2026-04-01', 'CHF')).toEqual([[null, 'CHF']]);
  });

  it('everybody pays: departments, no user, platform, infra idle and what is not charged sum to what is offered', async () => {
    await store(warehouse, {
      people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
      containers: [
        container('a', { user_key: 'u_a' }),
        container('b', { user_key: 'u_b', kind: 'batch' }),
        container('c', { user_key: null }),
        container('d', { user_key: 'u_stranger', kind: 'connect' }),
        container('e', { user_key: 'u_a', kind: 'service' }),
      ],
      nodes: [nodeOf('node-1', 'm5')],
      container_usage_1d: [
        usageOf('a', '2026-03-02', { cores: 8, used: 2, gb: 32, usedGb: 40, hours: 24, covered: 18 }),
        usageOf('b', '2026-03-02', { cores: 4, used: 6, gb: 16, usedGb: 4, hours: 12 }),
        usageOf('c', '2026-03-02', { cores: 2, used: 1, hours: 24 }),
        usageOf('d', '2026-03-02', { cores: 1, used: 1, hours: 24 }),
        usageOf('e', '2026-03-02', { cores: 1, used: 0, hours: 24 }),
      ],
      node_usage_1d: [
        nodeDay('node-1', '2026-03-02', { cores: 64, gb: 256, requestedCores: 14, requestedGb: 40, hours: 24 }),
      ],
      prices: [priceOf('2026-01-01', 'cpu', 0.02), priceOf('2026-01-01', 'memory', 0.003)],
    });
    const whole = 64 * 24 * 0.02 + 256 * 24 * 0.003;
    for (const basis of ['requested', 'used', 'max']) {
      const { objects, meta } = await ask('2026-03-02', '2026-03-03', { basis });
      const sum = objects.reduce((total, row) => total + Number(row['cost']), 0);
      expect(sum).toBeCloseTo(whole, 9);
      expect(meta.coverage).toBeCloseTo((18 + 12 + 72) / 108, 9);
    }
    const { objects } = await ask('2026-03-02', '2026-03-03');
    expect(pick(objects, ['payer', 'department', 'core_hours', 'gb_hours', 'cost', 'people'])).toEqual([
      ['people', 'A', 192, 768, 6.144, 1],
      ['people', 'B', 48, 192, 1.536, 1],
      ['people', 'unattributed', 24, 0, 0.48, 1],
      ['no user', 'unattributed', 48, 0, 0.96, 0],
      ['platform', '–', 24, 0, 0.48, 0],
      ['infra idle', '–', 1200, 5184, 39.552, 0],
    ]);
    const used = await ask('2026-03-02', '2026-03-03', { basis: 'used', group_by: [] });
    expect(pick(used.objects, ['payer', 'core_hours', 'cost'])).toEqual([
      ['people', 36 + 72 + 24, 4.944],
      ['no user', 24, 0.48],
      ['platform', 0, 0],
      ['infra idle', 1200, 39.552],
      // requested 336 − used 156 core-h; requested 960 − used 768 GB-h
      ['reserved, not charged', 180, 4.176],
    ]);
    const kinds = await ask('2026-03-02', '2026-03-03', { group_by: [], split_by: 'kind' });
    expect(pick(kinds.objects, ['payer', 'kind', 'cost'])).toEqual([
      ['people', 'batch', 1.536],
      ['people', 'connect', 0.48],
      ['people', 'interactive', 6.144],
      ['no user', 'interactive', 0.96],
      ['platform', 'service', 0.48],
      ['infra idle', 'all', 39.552],
    ]);
    const one = await ask('2026-03-02', '2026-03-03', { kind: 'batch' });
    expect(pick(one.objects, ['payer', 'department', 'cost'])).toEqual([['people', 'B', 1.536]]);

    const own = await askView(warehouse, config, {
      view: personCost,
      from: '2026-03-02',
      to: '2026-03-09',
      principal: { scope: 'self', personKey: 'u_a' },
    });
    expect(pick(own.objects, ['person', 'kind', 'core_hours', 'cost', 'idle_core_hours'])).toEqual([
      ['u_a', 'interactive', 192, 6.144, 6 * 18],
    ]);
    await expect(
      askView(warehouse, config, { view: personCost, from: '2026-03-02', to: '2026-03-09' }),
    ).rejects.toThrow('scope');
  });

  it('small departments are merged, with money that is whole or empty', async () => {
    const people = Array.from({ length: 8 }, (_, index) => `u_${index}`);
    await store(warehouse, {
      people: people.map((key, index) => person(key, '2026-01-01', { department: index < 6 ? 'A' : 'B' })),
      containers: people.map((key) => container(key, { user_key: key, node: key === 'u_7' ? 'node-2' : 'node-1' })),
      nodes: [nodeOf('node-1', 'm5'), nodeOf('node-2', 'r5')],
      container_usage_1d: people.map((key) => usageOf(key, '2026-03-02', { cores: 1, hours: 10 })),
      prices: [priceOf('2026-01-01', 'cpu', 1, { node_type: 'm5' })],
    });
    const of = async () =>
      pick((await ask('2026-03-02', '2026-03-03', {}, testConfig())).objects, ['department', 'core_hours', 'cost']);
    expect(await of()).toEqual([['A + B', 80, null]]);
    await store(warehouse, { prices: [priceOf('2026-01-01', 'cpu', 2, { node_type: 'r5' })] });
    expect(await of()).toEqual([['A + B', 80, 90]]);
  });

  it('the invoice difference is over the days the invoice covers; the newest import of a period replaces the others', async () => {
    const charge = (id: string, day: string, service: string, billed: number): Row => ({
      timestamp: new Date(day),
      import_id: id,
      charge_key: BigInt(service.length),
      service,
      currency: 'USD',
      billed_cost: billed,
    });
    const load = (id: string, at: string): Row => ({
      timestamp: new Date(at),
      billing_account: '1',
      billing_period: '2026-03',
      import_id: id,
      first_charge_day: new Date('2026-03-01'),
      last_charge_day: new Date('2026-03-02'),
      currency: 'USD',
    });
    await store(warehouse, {
      nodes: [nodeOf('node-1', 'm5')],
      node_usage_1d: ['2026-03-01', '2026-03-02', '2026-03-03'].map((at) =>
        nodeDay('node-1', at, { cores: 10, requestedCores: 0, hours: 24 }),
      ),
      prices: [priceOf('2026-01-01', 'cpu', 0.1)],
      cost_charges: [
        charge('old', '2026-03-01', 'AmazonEC2', 999),
        charge('new', '2026-03-01', 'AmazonEC2', 30),
        charge('new', '2026-03-02', 'AmazonEC2', 25),
        charge('new', '2026-03-02', 'AmazonS3', 7),
      ],
      cost_imports: [load('old', '2026-03-02'), load('new', '2026-03-03')],
    });
    const of = async (services: string[]) => {
      const { objects, meta } = await ask('2026-03-01', '2026-03-04', {}, testConfig({ cost_export: { services } }));
      return [
        pick(objects, ['payer', 'core_hours', 'cost']),
        meta.notices.find((notice) => notice.includes('invoice')),
      ];
    };
    const said = 'The invoice covers 2 of 3 days; the difference is over those';
    expect(await of([])).toEqual([
      [
        ['infra idle', 720, 72],
        ['invoice difference', null, 62 - 48],
      ],
      said,
    ]);
    expect(await of(['AmazonEC2'])).toEqual([
      [
        ['infra idle', 720, 72],
        ['invoice difference', null, 55 - 48],
      ],
      said,
    ]);
  });

  it('days are those of the organisation', async () => {
    const berlin = testConfig({ ...everybodyShown, organisation: { time_zone: 'Europe/Berlin' } });
    await store(warehouse, {
      people: [person('u_a', '2026-01-01'), person('u_a', '2026-04-01', { department: 'B' })],
      containers: [container('a', { user_key: 'u_a' })],
      // 31 March and 1 April, Berlin
      container_usage_1d: ['2026-03-30T22:00:00Z', '2026-03-31T22:00:00Z'].map((at) =>
        usageOf('a', at, { cores: 1, hours: 10 }),
      ),
      prices: [priceOf('2026-01-01', 'cpu', 1), priceOf('2026-04-01', 'cpu', 2)],
    });
    const { objects } = await ask(
      '2026-03-01T00:00:00+01:00',
      '2026-05-01T00:00:00+02:00',
      { period: 'month' },
      berlin,
    );
    expect(pick(objects, ['period_start', 'department', 'cost'])).toEqual([
      [new Date('2026-02-28T23:00:00Z'), 'A', 10],
      [new Date('2026-03-31T22:00:00Z'), 'B', 20],
    ]);
  });

  it('without prices money is empty and that is said', async () => {
    await store(warehouse, {
      containers: [container('a', { user_key: 'u_a' })],
      container_usage_1d: [usageOf('a', '2026-03-02', { cores: 1, hours: 10 })],
    });
    const { objects, meta } = await ask('2026-03-02', '2026-03-03');
    expect(pick(objects, ['core_hours', 'cpu_cost', 'memory_cost', 'cost', 'currency'])).toEqual([
      [10, null, null, null, null],
    ]);
    expect(meta.notices[0]).toContain('There are no prices');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from '../money/test-rows.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import type { Coefficients } from './carbon-book.ts';
import { kilograms } from './formula.ts';
import { personCarbon } from './person-view.ts';
import { carbon } from './view.ts';

const coefficients: Coefficients = {
  timestamp: new Date('2026-01-01'),
  coefficient_set: 'low',
  node_type: '',
  cpu_min_watts: 0.74,
  cpu_max_watts: 3.5,
  memory_watts_per_gb: 0.4,
  pue: 1.135,
  embodied_kg: null,
  embodied_device_cores: null,
  version: 'means 2026',
};

describe('kilograms', () => {
  it.each([
    ['unused', 0, 0.78],
    ['half used', 2971 / 2, 2.22],
    ['fully used', 2971, 3.67],
  ])('a reservation of 2,971 core-hours, %s', (_, usedCores, kg) => {
    const of = kilograms({ reservedCores: 2971, usedCores, idleCores: 2971 - usedCores, gb: 0 }, coefficients, 0.311);
    expect(of.inUse + of.idle).toBeCloseTo(kg, 2);
    expect(of.idle).toBeCloseTo(((0.74 * (2971 - usedCores) * 1.135) / 1000) * 0.311, 9);
    expect(of.embodied).toBeNull();
  });
  it('memory; embodied: device kg × hours ÷ 35,040 × share of the node', () => {
    const device = { ...coefficients, pue: 2, embodied_kg: 1752, embodied_device_cores: 64 };
    // 16 of 64 cores for 100 h: 1752 ÷ 35040 × 100 × 0.25
    const of = kilograms({ reservedCores: 1600, usedCores: 0, idleCores: 1600, gb: 1000 }, device, 0.5);
    expect(of.embodied).toBeCloseTo(1.25, 9);
    expect(of.inUse).toBeCloseTo(((0.4 * 1000 * 2) / 1000) * 0.5, 9);
  });
});

describe('carbon', () => {
  let warehouse: Warehouse;
  const config = testConfig(everybodyShown);
  const set = (name: string, fields: Row = {}): Row => ({
    ...coefficients,
    coefficient_set: name,
    source: 'config',
    ...fields,
  });
  const grid = (day: string, region: string, kg: number): Row => ({
    timestamp: new Date(day),
    region,
    hour_of_day: -1,
    kg_per_kwh: kg,
    version: 'grid 2026',
  });

  beforeEach(async () => {
    warehouse = await useWarehouse();
    await store(warehouse, {
      people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
      containers: [container('a', { user_key: 'u_a' }), container('b', { user_key: 'u_b' })],
      nodes: [nodeOf('node-1', 'm5')],
      container_usage_1d: [
        usageOf('a', '2026-03-02', { cores: 100, used: 20, gb: 50, hours: 20 }),
        usageOf('a', '2026-04-02', { cores: 100, used: 20, gb: 50, hours: 20 }),
        usageOf('b', '2026-03-02', { cores: 10, used: 20, hours: 10 }),
      ],
      node_usage_1d: [nodeDay('node-1', '2026-03-02', { cores: 400, requestedCores: 100, hours: 20 })],
      carbon_coefficients: [
        set('low', { cpu_min_watts: 1, cpu_max_watts: 3, pue: 1 }),
        set('high', { cpu_min_watts: 2, cpu_max_watts: 6, pue: 1.5, embodied_kg: 3504, embodied_device_cores: 100 }),
      ],
      grid_intensity: [grid('2026-01-01', 'eu', 0.5), grid('2026-04-01', 'eu', 0.1)],
      prices: [priceOf('2026-01-01', 'cpu', 0.02)],
    });
  }, 60_000);

  it('golden rows: a range, idle apart, embodied apart, the intensity of the day', async () => {
    const { objects, meta } = await askView(warehouse, config, {
      view: carbon,
      from: '2026-03-01',
      to: '2026-05-01',
      params: { period: 'month' },
    });
    expect(pick(objects, ['period_start', 'payer', 'department', 'part', 'kg_low', 'kg_high'])).toEqual([
      // A: 2,000 core-h reserved, 400 used, 1,600 idle; 1,000 GB-h. low: (2000 + 2·400 + 0.4·1000)/1000·0.5, high: (4000 + 4·400 + 400)·1.5/1000·0.5
      [new Date('2026-03-01'), 'people', 'A', 'in use', 1.6 - 0.8, 4.5 - 2.4],
      [new Date('2026-03-01'), 'people', 'A', 'idle', 0.8, 2.4],
      [new Date('2026-03-01'), 'people', 'A', 'embodied', null, null],
      // B: max(10, 20) × 10 h = 200 reserved and used
      [new Date('2026-03-01'), 'people', 'B', 'in use', 0.3, 0.9],
      [new Date('2026-03-01'), 'people', 'B', 'idle', 0, 0],
      [new Date('2026-03-01'), 'people', 'B', 'embodied', null, null],
      // 300 cores × 20 h
      [new Date('2026-03-01'), 'infra idle', '–', 'in use', 0, 0],
      [new Date('2026-03-01'), 'infra idle', '–', 'idle', 3, 9],
      [new Date('2026-03-01'), 'infra idle', '–', 'embodied', null, null],
      [new Date('2026-04-01'), 'people', 'A', 'in use', 0.16, 0.42],
      [new Date('2026-04-01'), 'people', 'A', 'idle', 0.16, 0.48],
      [new Date('2026-04-01'), 'people', 'A', 'embodied', null, null],
    ]);
    expect(meta.howComputed).toContain('region eu, 0.1 kg/kWh (grid 2026)');
    expect(meta.howComputed).toContain('low: means 2026');
  });

  it('embodied with both sets; a region must be named when there are several', async () => {
    await store(warehouse, {
      carbon_coefficients: [
        set('low', { timestamp: new Date('2026-02-01'), embodied_kg: 1752, embodied_device_cores: 100 }),
      ],
      grid_intensity: [grid('2026-01-01', 'us', 0.4)],
    });
    const ask = (region: string) =>
      askView(warehouse, config, {
        view: carbon,
        from: '2026-03-02',
        to: '2026-03-03',
        params: { group_by: [], region },
      });
    await expect(ask('')).rejects.toThrow('region is needed; there is an intensity for eu, us');
    await expect(ask('mars')).rejects.toThrow('there is an intensity for eu, us');
    const { objects } = await ask('us');
    // 2,200 and 6,000 core-h of a device with 100 cores
    expect(
      pick(
        objects.filter((row) => row['part'] === 'embodied'),
        ['payer', 'kg_low', 'kg_high'],
      ),
    ).toEqual([
      ['people', 1.1, 2.2],
      ['infra idle', 3, 6],
    ]);
  });

  const hours = [...Array.from({ length: 24 }).keys()];
  // Half as much from noon on; the day's own row is older and stands back.
  const solar = [
    grid('2026-01-01', 'solar', 9),
    ...hours.map((hour) => ({ ...grid('2026-06-01', 'solar', hour < 12 ? 0.4 : 0.2), hour_of_day: hour })),
  ];
  /** An hour of 100 idle cores, so many hours after a time. */
  const usageHour = (id: string, from: string, hour: number): Row => ({
    timestamp: new Date(Date.parse(from) + hour * 3_600_000),
    container_id: `prod/${id}/main`,
    node: 'node-1',
    covered_seconds: 3600,
    alive_seconds: 3600,
    cpu_requested_core_seconds: 100 * 3600,
    cpu_used_core_seconds: 0,
    cpu_idle_core_seconds: 100 * 3600,
    cpu_borrowed_core_seconds: 0,
    memory_requested_gb_seconds: 0,
    memory_borrowed_gb_seconds: 0,
  });
  const ask = async (from: string, to: string) =>
    askView(warehouse, config, { view: carbon, from, to, params: { region: 'solar' } });
  const idleOf = (objects: Awaited<ReturnType<typeof ask>>['objects']) =>
    pick(objects, ['department', 'part', 'kg_low']).filter(([, part]) => part === 'idle');

  it('by hour: runs of Connect weigh by their hours, too, and those who move in the range', async () => {
    const runs = ['2026-06-11T12:00:00Z', '2026-06-11T00:00:00Z', '2026-06-12T12:00:00Z'] as const;
    await store(warehouse, {
      people: [person('u_b', '2026-06-12', { department: 'A' })],
      containers: [container('run', { kind: 'connect', component: 'connect', owner_name: 'own_a' })],
      connect_content: [
        { timestamp: new Date('2026-01-01'), server: 'prod', content_guid: 'g', owner: 'u_a', is_deleted: false },
      ],
      connect_jobs: [
        {
          timestamp: new Date('2026-06-11T12:00:00Z'),
          server: 'prod',
          content_guid: 'g',
          job_key: '1',
          pod_owner: 'own_a',
          outcome: 'ok',
        },
      ],
      container_usage_1d: [
        usageOf('run', '2026-06-11', { cores: 100, hours: 10 }),
        usageOf('b', '2026-06-11', { cores: 100, hours: 10 }),
        usageOf('b', '2026-06-12', { cores: 100, hours: 10 }),
      ],
      container_usage_1h: hours
        .slice(0, 10)
        .flatMap((hour) => [
          usageHour('run', runs[0], hour),
          usageHour('b', runs[1], hour),
          usageHour('b', runs[2], hour),
        ]),
      grid_intensity: solar,
    });
    // A: the run and B's second day, both in the afternoon; B: in the morning.
    expect(idleOf((await ask('2026-06-10', '2026-06-14')).objects)).toEqual([
      ['A', 'idle', 0.4],
      ['B', 'idle', 0.4],
    ]);
  });

  it('by hour: the same core-hours weigh more where the grid is dirty; days whose hours are gone count with the mean', async () => {
    await store(warehouse, {
      // Noon in A, at night in B; on the 11th the hours are not kept.
      container_usage_1d: [
        usageOf('a', '2026-06-10', { cores: 100, hours: 10 }),
        usageOf('b', '2026-06-10', { cores: 100, hours: 10 }),
        usageOf('a', '2026-06-11', { cores: 100, hours: 10 }),
      ],
      container_usage_1h: hours
        .slice(0, 10)
        .flatMap((hour) => [
          usageHour('a', '2026-06-10T12:00:00Z', hour),
          usageHour('b', '2026-06-10T00:00:00Z', hour),
        ]),
      node_usage_1d: [nodeDay('node-1', '2026-06-10', { cores: 100, requestedCores: 0, hours: 10 })],
      node_usage: hours.slice(0, 10).map((hour) => ({
        timestamp: new Date(Date.parse('2026-06-10T00:00:00Z') + hour * 3_600_000),
        cluster: 'prod',
        node: 'node-1',
        cpu_infra_idle_core_seconds: 100 * 3600,
      })),
      grid_intensity: solar,
    });
    const { objects, meta } = await ask('2026-06-10', '2026-06-11');
    expect(idleOf(objects)).toEqual([
      ['A', 'idle', 0.2],
      ['B', 'idle', 0.4],
      ['–', 'idle', 0.4],
    ]);
    expect(meta.howComputed).toContain('each hour counts with its own');
    expect(idleOf((await ask('2026-06-11', '2026-06-12')).objects)).toEqual([['A', 'idle', 0.3]]);
    // Before the hours were given the whole day holds.
    expect(idleOf((await ask('2026-03-02', '2026-03-03')).objects)[0]).toEqual(['A', 'idle', 1.6 * 9]);
  });

  it('a person under 1 kg a month is shown money', async () => {
    const { objects } = await askView(warehouse, config, {
      view: personCarbon,
      from: '2026-03-02',
      to: '2026-05-04',
      principal: { scope: 'platform' },
    });
    expect(pick(objects, ['month', 'person', 'kg_low', 'kg_high', 'cost', 'currency'])).toEqual([
      [new Date('2026-03-01'), 'u_a', 1.6, 4.5, null, null],
      [new Date('2026-03-01'), 'u_b', null, null, 2, 'USD'],
      [new Date('2026-04-01'), 'u_a', null, null, 40, 'USD'],
    ]);
  });

  it('small departments are shown with the next larger one, never alone', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `u_s${name}`);
    await store(warehouse, {
      people: keys.map((key, index) => person(key, '2026-01-01', { department: index < 5 ? 'Large' : 'Small' })),
      containers: keys.map((key) => container(key, { user_key: key })),
      container_usage_1d: keys.map((key) => usageOf(key, '2026-06-02', { cores: 100, hours: 10 })),
    });
    const ask = (params: Record<string, unknown>) =>
      askView(warehouse, testConfig(), { view: carbon, from: '2026-06-02', to: '2026-06-03', params });
    const columns = ['department', 'part', 'kg_low', 'people'];
    const idle = ['A + B + Large + Small', 'idle', 0.7, 5];
    const { objects } = await ask({ group_by: ['department'] });
    expect(pick(objects, columns).filter(([, part]) => part === 'idle')).toEqual([idle]);
    const small = await ask({ group_by: ['department'], department: 'Small' });
    expect(pick(small.objects, columns).filter(([, part]) => part === 'idle')).toEqual([idle]);
  });
});

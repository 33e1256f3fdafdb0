import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { PriceBook } from '../money/price-book.ts';
import { segmentsOf } from '../money/segments.ts';
import { everybodyShown, nodeDay, nodeOf, priceOf, usageOf } from '../money/test-rows.ts';
import { askView, container, person, pick, store } from '../shared/test-rows.ts';
import { idleRows } from './rows.ts';
import { idleCost } from './view.ts';

let warehouse: Warehouse;
const config = testConfig(everybodyShown);
beforeEach(async () => {
  warehouse = await useWarehouse();
}, 60_000);
const ask = (from: string, to: string, params: Record<string, unknown> = {}) =>
  askView(warehouse, config, { view: idleCost, from, to, params });

describe('idle-cost', () => {
  it('a 64-core node for an hour, requests 48, use 6, at $0.02: $0.32, $0.84, $0.12 of $1.28', async () => {
    await store(warehouse, {
      people: [person('u_a', '2026-01-01')],
      containers: [container('a', { user_key: 'u_a' })],
      nodes: [nodeOf('node-1', 'm5.16xlarge')],
      container_usage_1d: [usageOf('a', '2026-03-02', { cores: 48, used: 6, hours: 1 })],
      node_usage_1d: [nodeDay('node-1', '2026-03-02', { cores: 64, requestedCores: 48, hours: 1 })],
      prices: [priceOf('2026-01-01', 'cpu', 0.02)],
    });
    const { objects } = await ask('2026-03-02', '2026-03-03');
    expect(pick(objects, ['node_type', 'payer', 'part', 'core_hours', 'cost', 'core_share'])).toEqual([
      ['m5.16xlarge', 'people', 'workload idle', 42, 0.84, 0.65625],
      ['m5.16xlarge', 'people', 'used within request', 6, 0.12, 0.09375],
      ['m5.16xlarge', 'people', 'unknown', 0, 0, 0],
      ['m5.16xlarge', 'people', 'borrowed', 0, 0, 0],
      ['m5.16xlarge', 'infra idle', 'infra idle', 16, 0.32, 0.25],
    ]);
    expect(objects.reduce((sum, row) => sum + Number(row['cost']), 0)).toBeCloseTo(1.28, 9);
  });

  it('gaps are unknown, use beyond the request is borrowed; memory and roles; two node types', async () => {
    await store(warehouse, {
      people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { role: 'Programmer', department: 'B' })],
      containers: [
        container('a', { user_key: 'u_a', node: 'node-1' }),
        container('b', { user_key: 'u_b', node: 'node-2' }),
        container('c', { user_key: 'u_b', node: 'node-1' }),
      ],
      nodes: [nodeOf('node-1', 'm5'), nodeOf('node-2', 'r5')],
      container_usage_1d: [
        usageOf('a', '2026-03-02', { cores: 16, used: 0.8, gb: 64, usedGb: 6.4, hours: 24, covered: 18 }), // six-hour hole
        usageOf('b', '2026-03-02', { cores: 2, used: 3, gb: 8, usedGb: 8, hours: 10, node: 'node-2' }), // borrowed 1
        usageOf('c', '2026-03-02', { cores: 0, used: 1, gb: 0, usedGb: 1, hours: 5 }), // no request
      ],
      node_usage_1d: [
        nodeDay('node-1', '2026-03-02', { cores: 20, gb: 100, requestedCores: 16, requestedGb: 64, hours: 24 }),
        nodeDay('node-2', '2026-03-02', { cores: 2, gb: 20, requestedCores: 2, requestedGb: 8, hours: 10 }),
      ],
      prices: [
        priceOf('2026-01-01', 'cpu', 0.05),
        priceOf('2026-01-01', 'cpu', 0.1, { node_type: 'r5' }),
        priceOf('2026-01-01', 'memory', 0.01),
      ],
    });
    const { objects, meta } = await ask('2026-03-02', '2026-03-03', { group_by: 'role' });
    expect(meta.coverage).toBeCloseTo(33 / 39, 9);
    const shown = pick(objects, ['node_type', 'role', 'part', 'core_hours', 'cpu_cost', 'gb_hours', 'memory_cost']);
    expect(shown.filter((row) => row[3] !== 0 || row[5] !== 0)).toEqual([
      ['m5', 'Analyst', 'workload idle', 273.6, 13.68, 1036.8, 10.368],
      ['m5', 'Analyst', 'used within request', 14.4, 0.72, 115.2, 1.152],
      ['m5', 'Analyst', 'unknown', 96, 4.8, 384, 3.84],
      ['m5', 'Programmer', 'borrowed', 5, 0.25, 5, 0.05],
      ['m5', '–', 'infra idle', 96, 4.8, 864, 8.64],
      ['r5', 'Programmer', 'used within request', 20, 2, 80, 0.8],
      ['r5', 'Programmer', 'borrowed', 10, 1, 0, 0],
      ['r5', '–', 'infra idle', 0, 0, 120, 1.2],
    ]);
    // The hole leaves the idle share of what is known: 273.6 ÷ 288 = 95 %, a use of 5 %.
    expect(273.6 / (273.6 + 14.4)).toBeCloseTo(0.95, 9);
    const whole = await ask('2026-03-02', '2026-03-03', { by_node_type: false });
    expect(pick(whole.objects, ['node_type', 'part', 'core_hours', 'people'])).toEqual([
      ['all', 'workload idle', 273.6, 2],
      ['all', 'used within request', 34.4, 2],
      ['all', 'unknown', 96, 2],
      ['all', 'borrowed', 15, 2],
      ['all', 'infra idle', 96, 0],
    ]);
  });

  it('one person who holds nearly everything is not shown', async () => {
    const people = Array.from({ length: 6 }, (_, index) => `u_${index}`);
    await store(warehouse, {
      people: people.map((key) => person(key, '2026-01-01')),
      containers: people.map((key) => container(key, { user_key: key })),
      container_usage_1d: people.map((key, index) =>
        usageOf(key, '2026-03-02', { cores: 16, used: index === 0 ? 20 : 1, hours: 10 }),
      ),
    });
    const { objects } = await askView(warehouse, testConfig(), {
      view: idleCost,
      from: '2026-03-02',
      to: '2026-03-03',
    });
    expect(objects.map((row) => row['part'])).not.toContain('borrowed');
    expect(objects.map((row) => row['part'])).toContain('workload idle');
  });
});

describe('idleRows', () => {
  const book = new PriceBook([], [], '');
  const [segment] = segmentsOf({ from: new Date('2026-03-02'), to: new Date('2026-03-03') }, 'UTC', 'none', []);
  if (!segment) throw new Error('no segment');
  const amounts = fc
    .record({ within: fc.nat(1000), idle: fc.nat(1000), unknown: fc.nat(1000), borrowed: fc.nat(1000) })
    .map((part) => ({ ...part, requested: part.within + part.idle + part.unknown, used: part.within + part.borrowed }));
  const line = fc.record({
    person: fc.option(fc.constantFrom('u_a', 'u_b', 'u_c')),
    kind: fc.constantFrom('interactive', 'batch', 'service'),
    nodeType: fc.constantFrom('', 'm5', 'r5'),
    cpu: amounts,
    memory: amounts,
  });

  it('parts but borrowed sum to what is allocatable, in any grouping', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.nat(5000), fc.boolean(), (lines, spare, byNodeType) => {
        const requested = (name: 'cpu' | 'memory') => lines.reduce((sum, each) => sum + each[name].requested, 0);
        const offered = (name: 'cpu' | 'memory') => ({ allocatable: requested(name) + spare, infraIdle: spare });
        const rows = idleRows(
          lines.map((each) => ({
            ...each,
            segment,
            since: segment.day,
            attributes: null,
            image: null,
            coveredHours: 1,
            aliveHours: 1,
          })),
          [{ segment, nodeType: 'm5', cpu: offered('cpu'), memory: offered('memory') }],
          { book, attributes: ['department'], byNodeType },
        );
        const sum = (column: string) =>
          rows.filter((row) => row['part'] !== 'borrowed').reduce((total, row) => total + Number(row[column]), 0);
        expect(sum('core_hours')).toBe(requested('cpu') + spare);
        expect(sum('gb_hours')).toBe(requested('memory') + spare);
        expect(rows.every((row) => row['cost'] === null)).toBe(true);
      }),
    );
  });
});

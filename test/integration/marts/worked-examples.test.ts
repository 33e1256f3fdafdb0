import { beforeEach, describe, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, nodeSamples, storeRaw } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';

let warehouse: QuestdbWarehouse;
const at = (text: string): Date => new Date(`2026-03-${text}Z`);
const runner = (raw: object = {}): MartRunner =>
  new MartRunner({ warehouse, config: parseFileConfig(raw, 'test') as Config });
const one = async (sql: string): Promise<Record<string, unknown>> =>
  (await warehouse.reader.rows<Record<string, unknown>>(sql))[0] ?? {};
const hours = (seconds: unknown): number => Number(seconds) / 3600;

beforeEach(async () => {
  warehouse = await useWarehouse();
});

describe('the worked examples of the definitions, from raw samples', () => {
  it('a 64-core node for an hour, requests 48, use 6: infra idle 16, workload idle 42', async () => {
    await storeRaw(warehouse, [
      ...nodeSamples('node-1', 64, 256, at('02T09:55:00'), at('02T11:05:00')),
      ...[1, 2, 3].flatMap((index) =>
        containerSamples({
          pod: `p${index}`,
          uid: `u${index}`,
          from: at('02T09:55:00'),
          to: at('02T11:05:00'),
          requestCores: 16,
          requestGb: 32,
          cores: () => 2,
        }),
      ),
    ]);
    await runner().run();
    const sums =
      await one(`select sum(cpu_allocatable_core_seconds) a, sum(cpu_infra_idle_core_seconds) i, sum(cpu_idle_core_seconds) w, sum(cpu_within_core_seconds) u,
      sum(cpu_unknown_core_seconds) k, sum(cpu_borrowed_core_seconds) b, sum(memory_infra_idle_gb_seconds) mi, sum(memory_idle_gb_seconds) mw, count() n, max(containers) c
      from node_usage where timestamp >= '2026-03-02T10:00:00Z' and timestamp < '2026-03-02T11:00:00Z'`);
    expect(sums['n']).toBe(12);
    expect(sums['c']).toBe(3);
    expect(hours(sums['a'])).toBeCloseTo(64, 6);
    expect(hours(sums['i'])).toBeCloseTo(16, 6);
    expect(hours(sums['w'])).toBeCloseTo(42, 6);
    expect(hours(sums['u'])).toBeCloseTo(6, 6);
    expect(hours(sums['k'])).toBeCloseTo(0, 6);
    expect(hours(sums['b'])).toBeCloseTo(0, 6);
    expect(hours(sums['mi'])).toBeCloseTo(256 - 96, 6);
    expect(hours(sums['mw'])).toBeCloseTo(93, 6);
  });

  it.each([
    ['request 16, use 0.8', 16, 0.8, { idle: 15.2, within: 0.8, borrowed: 0 }],
    ['request 2, use 3', 2, 3, { idle: 0, within: 2, borrowed: 1 }],
    ['no request', null, 1.5, { idle: 0, within: 0, borrowed: 1.5 }],
  ])('%s', async (_, requestCores, use, expected) => {
    await storeRaw(
      warehouse,
      containerSamples({
        pod: 'p',
        uid: 'u',
        from: at('02T09:55:00'),
        to: at('02T11:05:00'),
        requestCores,
        cores: () => use,
      }),
    );
    await runner().run();
    const sums = await one(`select * from container_usage_1h where timestamp = '2026-03-02T10:00:00Z'`);
    expect(hours(sums['cpu_idle_core_seconds'])).toBeCloseTo(expected.idle, 6);
    expect(hours(sums['cpu_within_core_seconds'])).toBeCloseTo(expected.within, 6);
    expect(hours(sums['cpu_borrowed_core_seconds'])).toBeCloseTo(expected.borrowed, 6);
    expect(sums['covered_seconds']).toBeCloseTo(3600, 3);
  });

  it('a six-hour hole lowers coverage to 75 %, moves 25 % of the request to unknown and no share of idle', async () => {
    const life = {
      pod: 'p',
      uid: 'u',
      from: at('01T23:00:00'),
      to: at('03T01:00:00'),
      requestCores: 16,
      requestGb: 64,
      memoryGb: 8,
      cores: () => 4,
      stepSeconds: 30,
    };
    await storeRaw(warehouse, containerSamples({ ...life, holes: [[at('02T06:00:00'), at('02T12:00:00')]] }));
    await runner().run();
    const day = await one(`select * from container_usage_1d where day = '2026-03-02'`);
    expect(Number(day['alive_seconds'])).toBeCloseTo(86_400, 2);
    // The last sample before the hole is half a minute before six: that half minute is unknown too.
    expect(Number(day['covered_seconds'])).toBeCloseTo(86_400 * 0.75 - 30, 2);
    const known = Number(day['cpu_requested_core_seconds']) - Number(day['cpu_unknown_core_seconds']);
    expect(Number(day['cpu_idle_core_seconds']) / known).toBeCloseTo(0.75, 9);
    expect(Number(day['cpu_unknown_core_seconds']) / Number(day['cpu_requested_core_seconds'])).toBeCloseTo(0.25, 3);
    expect(
      Number(day['memory_idle_gb_seconds']) /
        (Number(day['memory_requested_gb_seconds']) - Number(day['memory_unknown_gb_seconds'])),
    ).toBeCloseTo(56 / 64, 9);
  });

  it('nine containers at 0.05 and one at 14 cores, all requesting 16, are 90.97 % idle and fall into their bins', async () => {
    await storeRaw(
      warehouse,
      Array.from({ length: 10 }, (_, index) =>
        containerSamples({
          pod: `p${index}`,
          uid: `u${index}`,
          from: at('02T10:00:00'),
          to: at('02T12:00:00'),
          requestCores: 16,
          cores: () => (index === 0 ? 14 : 0.05),
        }),
      ).flat(),
    );
    await runner().run();
    const sums = await one(
      'select sum(cpu_idle_core_seconds) i, sum(cpu_requested_core_seconds) r from container_usage_1d',
    );
    expect((100 * Number(sums['i'])) / Number(sums['r'])).toBeCloseTo(90.97, 2);
    const bins = await warehouse.reader.rows(
      'select bin, sum(covered_seconds) s, sum(cpu_used_core_seconds) u from container_usage_bins_1d order by bin',
    );
    expect(bins.map(({ bin, s }) => [bin, Math.round(Number(s))])).toEqual([
      [0, 9 * 7200],
      [16, 7200],
    ]);
  });
});

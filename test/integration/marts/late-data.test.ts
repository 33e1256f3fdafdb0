import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { cover, type Sample } from '../../../ingestor/src/warehouse/marts/cover.ts';
import { brokenInvariants } from '../../../ingestor/src/warehouse/marts/check-invariants.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, nodeSamples, storeRaw, type RawSample } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';
import { martRows } from './snapshot.ts';

let warehouse: QuestdbWarehouse;
const config = parseFileConfig({ organisation: { time_zone: 'Europe/Berlin' } }, 'test') as Config;
const start = Date.UTC(2026, 2, 2, 22, 0);
const minutes = (count: number): Date => new Date(start + count * 60_000);

beforeEach(async () => {
  warehouse = await useWarehouse();
});

const marts = (): Promise<string[]> => martRows(warehouse);

function organisation(): RawSample[] {
  const person = (name: string): Record<string, string> => ({ annotation_hub_jupyter_org_username: name });
  return [
    ...nodeSamples('node-1', 64, 256, minutes(0), minutes(240), 60),
    // The same name twice, and no cgroup label to tell them apart.
    ...containerSamples({
      pod: 'jupyter-a',
      uid: 'u1',
      from: minutes(0),
      to: minutes(70),
      requestCores: 4,
      requestGb: 8,
      cores: () => 0.5,
      stepSeconds: 30,
      annotations: person('u_a'),
      cgroup: null,
    }),
    ...containerSamples({
      pod: 'jupyter-a',
      uid: 'u2',
      from: minutes(72),
      to: minutes(240),
      requestCores: 2,
      requestGb: 4,
      cores: () => 3,
      stepSeconds: 30,
      annotations: person('u_a'),
      cgroup: null,
    }),
    ...containerSamples({
      pod: 'jupyter-b',
      uid: 'u3',
      from: minutes(3.3),
      to: minutes(120),
      requestCores: 16,
      requestGb: 64,
      cores: (at) => (at < minutes(60) ? 8 : 0.01),
      stepSeconds: 30,
      annotations: person('u_b'),
      terminal: { phase: 'Succeeded' },
    }),
    ...containerSamples({
      pod: 'jupyter-c',
      uid: 'u4',
      from: minutes(10),
      to: minutes(240),
      requestCores: 8,
      requestGb: 8,
      cores: () => 1,
      stepSeconds: 30,
      annotations: person('u_c'),
      holes: [[minutes(60), minutes(150)]],
    }),
  ];
}

describe('the marts', () => {
  let expected: string[] = [];
  beforeAll(async () => {
    warehouse = await useWarehouse();
    await storeRaw(warehouse, organisation());
    await new MartRunner({ warehouse, config }).run();
    expected = await marts();
    expect(await brokenInvariants(warehouse.reader)).toEqual([]);
  });

  it('change nothing when run or computed again', async () => {
    await storeRaw(warehouse, organisation());
    const runner = new MartRunner({ warehouse, config });
    await runner.run();
    expect(await marts()).toEqual(expected);
    expect((await runner.run()).ranges).toEqual([]);
    await storeRaw(warehouse, organisation().slice(100, 5000));
    expect((await runner.run()).ranges).toEqual([]);
    await new MartRunner({ warehouse, config }).recompute(minutes(30), minutes(100));
    expect(await marts()).toEqual(expected);
  });

  it('are the same when data arrive bit by bit', async () => {
    const samples = organisation().sort((left, right) => left.at.getTime() - right.at.getTime());
    for (const end of [41, 77.4, 121, 152, 241]) {
      await storeRaw(
        warehouse,
        samples.filter(({ at }) => at < minutes(end)),
      );
      // A new runner each time: nothing may depend on its memory.
      await new MartRunner({ warehouse, config }).run();
    }
    expect(await marts()).toEqual(expected);
  });

  it('are the same when an hour and single samples arrive days late', async () => {
    const samples = organisation();
    const isLate = (sample: RawSample, index: number): boolean =>
      (sample.at >= minutes(60) && sample.at < minutes(115)) || index % 17 === 0;
    await storeRaw(
      warehouse,
      samples.filter((sample, index) => !isLate(sample, index)),
    );
    const runner = new MartRunner({ warehouse, config });
    await runner.run();
    await storeRaw(warehouse, samples.filter(isLate));
    await runner.run();
    expect(await marts()).toEqual(expected);
    expect(await brokenInvariants(warehouse.reader)).toEqual([]);
  });
});

describe('container_usage', () => {
  it('equals the exact computation, sample by sample, with gaps, resets and repeated samples', async () => {
    const step = fc.record({
      wait: fc.constantFrom(7, 15, 15, 15, 60, 299, 300, 301, 700),
      add: fc.double({ min: 0, max: 50, noNaN: true }),
      reset: fc.integer({ min: 0, max: 12 }),
    });
    const walks = fc.sample(fc.array(step, { minLength: 20, maxLength: 120 }), { numRuns: 40, seed: 20260302 });
    const raw: RawSample[] = [];
    const exact = new Map<string, [number, number]>();
    walks.forEach((walk, index) => {
      const id = `test/u${index}/notebook`;
      const samples: Sample[] = [];
      let at = start + 600_000 + index * 1000;
      let value = 0;
      for (const { wait, add, reset } of walk) {
        at += wait * 1000;
        value = reset === 0 ? add / 10 : value + add;
        samples.push({ at, value });
        raw.push({
          metric: 'container_cpu_usage_seconds_total',
          labels: {
            cluster: 'test',
            namespace: 'jupyter',
            pod: `p${index}`,
            container: 'notebook',
            cpu: 'total',
            id: `/pod-${index}`,
          },
          at: new Date(at),
          value,
        });
      }
      // The dimension alone: created long ago, alive throughout.
      const life = containerSamples({
        pod: `p${index}`,
        uid: `u${index}`,
        from: minutes(0),
        to: new Date(start + 16 * 3_600_000),
        createdAt: minutes(-600),
        requestCores: 2,
        stepSeconds: 240,
      });
      raw.push(...life.filter(({ metric }) => metric.startsWith('kube_')));
      for (const piece of cover(samples, [{ containerId: id, from: 0, starts: [] }], 'counter'))
        exact.set(`${id} ${new Date(piece.bucket).toISOString()}`, [piece.coveredMs / 1000, piece.amount]);
    });
    await storeRaw(warehouse, raw);
    await new MartRunner({ warehouse, config }).run();
    const rows = await warehouse.reader.rows<{
      timestamp: Date;
      container_id: string;
      covered_seconds: number;
      alive_seconds: number;
      cpu_used_core_seconds: number;
    }>('select * from container_usage where covered_seconds > 0');
    expect(rows.length).toBeGreaterThan(500);
    const surplus = rows.filter(
      (row) => (exact.get(`${row.container_id} ${row.timestamp.toISOString()}`)?.[0] ?? 0) === 0,
    );
    expect(surplus).toEqual([]);
    expect(rows.length).toBe([...exact.values()].filter(([covered]) => covered > 0).length);
    for (const row of rows) {
      const [covered, used] = exact.get(`${row.container_id} ${row.timestamp.toISOString()}`) ?? [NaN, NaN];
      expect(row.covered_seconds).toBeCloseTo(covered, 3);
      expect(row.cpu_used_core_seconds).toBeCloseTo(used, 5);
      expect(row.covered_seconds).toBeLessThanOrEqual(row.alive_seconds);
    }
  });
});

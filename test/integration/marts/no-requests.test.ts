import { beforeEach, describe, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { brokenInvariants } from '../../../ingestor/src/warehouse/marts/check-invariants.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, nodeSamples, storeRaw } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';

let warehouse: QuestdbWarehouse;
const config = parseFileConfig({}, 'test') as Config;
const at = (text: string): Date => new Date(`2026-03-${text}Z`);
const created = at('02T21:00:00');
const last = at('03T01:30:00');
/** Roll-ups in between: what kube-state-metrics says of a container without requests changes nowhere after the first. */
const runs = ['02T22:10:00', '03T00:20:00', '03T02:00:00'].map(at);

const samples = [
  ...nodeSamples('node-1', 64, 256, created, at('03T02:00:00'), 180),
  ...containerSamples({
    pod: 'jupyter-a',
    uid: 'u1',
    from: created,
    to: last,
    requestCores: null,
    cores: () => 0.5,
    stepSeconds: 180,
  }),
  // By another one it is known that the cluster still reports.
  ...containerSamples({
    pod: 'jupyter-b',
    uid: 'u2',
    from: created,
    to: at('03T02:00:00'),
    requestCores: 2,
    stepSeconds: 180,
  }),
];

interface Found {
  readonly ended_at: Date | null;
  readonly cpu_request_cores: number;
}

beforeEach(async () => {
  warehouse = await useWarehouse();
});

describe('a container without requests', () => {
  it.each([
    ['one ingestor goes on', false],
    ['another one at every roll-up', true],
  ])('lives as long as its pod, over midnight: %s', async (_, isRestarted) => {
    let runner = new MartRunner({ warehouse, config });
    let from = new Date(0);
    const ends: (Date | null)[] = [];
    for (const until of runs) {
      await storeRaw(
        warehouse,
        samples.filter((sample) => sample.at >= from && sample.at < until),
      );
      if (isRestarted) runner = new MartRunner({ warehouse, config });
      await runner.run();
      const [row] = await warehouse.reader.rows<Found>(
        "select ended_at, cpu_request_cores from containers where uid = 'u1'",
      );
      expect(row?.cpu_request_cores).toBe(0);
      ends.push(row?.ended_at ?? null);
      from = until;
    }
    expect(ends).toEqual([null, null, last]);
    const days = await warehouse.reader.rows<{ day: string; alive: number; used: number; requested: number }>(
      `select day, alive_seconds / 3600 as alive, cpu_used_core_seconds / 3600 as used, cpu_requested_core_seconds as requested
      from container_usage_1d where container_id in (select container_id from containers where uid = 'u1') order by day`,
    );
    expect(days.map(({ day, requested }) => [day, requested])).toEqual([
      ['2026-03-02', 0],
      ['2026-03-03', 0],
    ]);
    expect(days.map(({ alive }) => alive)).toEqual([expect.closeTo(3, 6), expect.closeTo(1.5, 6)]);
    expect(days.map(({ used }) => used)).toEqual([expect.closeTo(1.5, 6), expect.closeTo(0.75, 6)]);
    expect(await brokenInvariants(warehouse.reader)).toEqual([]);
  });
});

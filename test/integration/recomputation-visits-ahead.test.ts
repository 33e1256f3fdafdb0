import { beforeAll, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../ingestor/src/config.ts';
import { MartRunner } from '../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, storeRaw } from '../bench/marts/raw.ts';
import { useWarehouse } from '../support/warehouse.ts';

/** Two servers of one user, one after the other, in one day; the events of both arrive before the samples of the second. */
const at = (text: string): Date => new Date(`2026-03-02T${text}Z`);
let warehouse: QuestdbWarehouse;

const server = (uid: string, from: Date, to: Date): Parameters<typeof containerSamples>[0] => ({
  pod: 'pod_jupyter',
  uid,
  from,
  to,
  stepSeconds: 60,
  requestCores: 4,
  labels: { label_component: 'singleuser-server', label_hub_jupyter_org_servername: '' },
  annotations: { annotation_hub_jupyter_org_username: 'u_1' },
  cgroup: `/kubepods/pod${uid}/c1`,
});
const visits = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await warehouse.reader.rows<{ uid: string; visits: number }>(
        `select c.uid as uid, sum(v.visits) as visits from container_visits_1d v join containers c on c.container_id = v.container_id order by uid`,
      )
    ).map(({ uid, visits: count }) => [uid, count]),
  );

beforeAll(async () => {
  warehouse = await useWarehouse();
});

it('gives a visit to the server that it was to, however early it was told', async () => {
  const runner = new MartRunner({ warehouse, config: parseFileConfig({}, 'test') as Config });
  await warehouse.writer.write([
    {
      table: 'platform_events',
      rows: ['09:05:00', '15:05:00'].map((time, index) => ({
        timestamp: at(time),
        event_key: BigInt(index + 1),
        source: 'portal',
        kind: 'visit',
        component: 'interactive',
        person: 'u_1',
        is_bot: false,
        cluster: 'test',
        namespace: 'jupyter',
        server_user: 'u_1',
        server_name: '',
      })),
    },
  ]);
  await warehouse.settle(['platform_events']);
  await storeRaw(warehouse, containerSamples(server('uid-1', at('09:00:00'), at('10:00:00'))));
  await runner.run();
  expect(await visits(), 'nobody can know yet that the first has ended').toEqual({ 'uid-1': 2 });

  await storeRaw(warehouse, containerSamples(server('uid-2', at('15:00:00'), at('16:00:00'))));
  await runner.run();
  expect(await visits()).toEqual({ 'uid-1': 1, 'uid-2': 1 });
});

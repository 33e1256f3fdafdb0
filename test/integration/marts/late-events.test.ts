import { beforeAll, describe, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { Row } from '../../../ingestor/src/warehouse/warehouse.ts';
import { containerSamples, nodeSamples, storeRaw } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';
import { martRows } from './snapshot.ts';

const config = parseFileConfig({}, 'test') as Config;
const at = (time: string): Date => new Date(`2026-03-${time}Z`);
let warehouse: QuestdbWarehouse;
let runner: MartRunner;
let key = 0n;

const pod = (uid: string, from: Date, to: Date): ReturnType<typeof containerSamples> =>
  containerSamples({
    pod: 'jupyter-a',
    uid,
    from,
    to,
    stepSeconds: 60,
    annotations: { annotation_hub_jupyter_org_username: 'u_owner' },
  });

/** Events that are received now, whenever they happened. */
async function receive(rows: readonly Row[]): Promise<void> {
  await warehouse.writer.write([
    {
      table: 'platform_events',
      rows: rows.map((row) => ({
        event_key: ++key,
        source: 'portal',
        component: 'interactive',
        cluster: 'test',
        namespace: 'jupyter',
        is_bot: false,
        received_at: new Date(),
        ...row,
      })),
    },
  ]);
  await warehouse.settle(['platform_events']);
}

async function visitsOf(uid: string): Promise<unknown> {
  const [row] = await warehouse.reader.rows<{ visits: number }>('select visits from containers where uid = $1', [uid]);
  return row?.visits;
}

beforeAll(async () => {
  warehouse = await useWarehouse();
  runner = new MartRunner({ warehouse, config });
  await storeRaw(warehouse, [
    ...nodeSamples('node-1', 64, 256, at('02T10:00:00'), at('02T14:00:00'), 60),
    ...pod('u-first', at('02T10:00:00'), at('02T11:00:00')),
    ...pod('u-second', at('02T12:00:00'), at('02T14:00:00')),
  ]);
  await runner.run();
});

describe('events that come days after the samples', () => {
  it('become visits of the containers that were there, and days of people', async () => {
    // In the same run samples of another day are rolled up.
    await storeRaw(warehouse, pod('u-third', at('06T10:00:00'), at('06T10:30:00')));
    await receive([
      { kind: 'visit', timestamp: at('02T10:30:00'), pod: 'jupyter-a', person: 'u_visitor' },
      { kind: 'visit', timestamp: at('02T13:30:00'), pod: 'jupyter-a', person: 'u_visitor' },
      { kind: 'visit', timestamp: at('02T13:40:00'), pod: 'jupyter-a', person: 'u_visitor' },
      { kind: 'visit', timestamp: at('02T13:50:00'), pod: 'jupyter-a', person: 'u_robot', is_bot: true },
    ]);
    await runner.run();
    expect([await visitsOf('u-first'), await visitsOf('u-second'), await visitsOf('u-third')]).toEqual([1, 2, 0]);
    const days = await warehouse.reader.rows(
      "select day, visits, basis from user_days where user_key = 'u_visitor' and visits > 0",
    );
    expect(days).toEqual([{ day: '2026-03-02', visits: 3, basis: 'visit' }]);
    const workspaces = await warehouse.reader.rows(
      "select visit_days, visit_basis from workspaces where created_at < '2026-03-03'",
    );
    expect(workspaces.map((row) => row['visit_days'])).toEqual([1, 1]);
  });

  it('do so when nothing else is new, and a runner that starts later knows what was done', async () => {
    await receive([{ kind: 'visit', timestamp: at('02T10:45:00'), pod: 'jupyter-a', person: 'u_visitor' }]);
    await new MartRunner({ warehouse, config }).run();
    expect(await visitsOf('u-first')).toBe(2);
    const before = await martRows(warehouse);
    await new MartRunner({ warehouse, config }).run();
    expect(await martRows(warehouse)).toEqual(before);
  });
});

describe('a runtime that was chosen', () => {
  it('is of the pod that had the name then', async () => {
    const chosen = { kind: 'runtime_selected', r_version: '4.4.1' };
    await receive([
      { ...chosen, timestamp: at('02T10:10:00'), pod: 'jupyter-a' },
      { ...chosen, timestamp: at('02T12:10:00'), pod: 'jupyter-a' },
      { ...chosen, timestamp: at('06T10:20:00'), pod: 'jupyter-a', uid: 'u-told' },
      { ...chosen, timestamp: at('06T10:20:00'), pod: 'jupyter-nobody' },
    ]);
    await runner.run();
    const events = await warehouse.reader.rows<{ uid: string | null }>(
      "select uid from platform_events where kind = 'runtime_selected' order by timestamp, event_key",
    );
    expect(events.map(({ uid }) => uid)).toEqual(['u-first', 'u-second', 'u-told', null]);
  });
});

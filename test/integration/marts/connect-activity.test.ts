import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { everybodyShown } from '../../../ingestor/src/views/money/test-rows.ts';
import { askView } from '../../../ingestor/src/views/shared/test-rows.ts';
import { userActivity } from '../../../ingestor/src/views/user-activity/view.ts';
import { connectConfig, connectPseudonymiser, pollConnect } from '../../support/connect-poll.ts';
import { startFakeConnect, type FakeConnect } from '../../support/fakes/connect/server.ts';
import { createConnect } from '../../support/organisation/connect/index.ts';
import { someAccounts } from '../../support/organisation/connect/of-organisation.ts';
import { testConfig } from '../../support/test-config.ts';
import { useWarehouse } from '../../support/warehouse.ts';

const day = 86_400_000;
const bucket = 300_000;
const now = Date.UTC(2026, 9, 1, 12);
const keptDays = 400;
let warehouse: QuestdbWarehouse;
let fake: FakeConnect;

/** Person and day → buckets of five minutes with a look or an upload of theirs: what really happened. */
function truth(): Map<string, Set<number>> {
  const { world } = fake;
  const pseudonymiser = connectPseudonymiser(connectConfig(fake.url));
  const days = new Map<string, Set<number>>();
  const add = (user: number, at: number): void => {
    if (user < 0 || now - at > keptDays * day) return;
    const person = pseudonymiser.person(world.users[user]?.username ?? '');
    const key = `${person} ${new Date(at).toISOString().slice(0, 10)}`;
    days.set(key, (days.get(key) ?? new Set()).add(Math.floor(at / bucket)));
  };
  for (const log of [world.visits, world.sessions])
    for (let n = 0; n < log.length; n++) if (log.monitors[n] !== true) add(log.users[n] ?? -1, log.times[n] ?? 0);
  for (const item of world.items) for (const bundle of item.bundles) add(bundle.createdBy, bundle.createdAt);
  return days;
}

async function stored(): Promise<Record<string, number>> {
  await warehouse.settle(['user_days']);
  const rows = await warehouse.reader.rows<{ user_key: string; day: string; visits: number }>(
    "select user_key, day, visits from user_days where component = 'connect' and visits > 0",
  );
  return Object.fromEntries(rows.map((row) => [`${row.user_key} ${row.day}`, row.visits]));
}
const expected = (): Record<string, number> =>
  Object.fromEntries([...truth()].map(([key, buckets]) => [key, buckets.size]));

beforeAll(async () => {
  warehouse = await useWarehouse();
  const world = createConnect({
    now,
    people: someAccounts(40),
    scale: 0.01,
    visits: 5000,
    jobDays: 5,
    packagesPerItem: 0,
    auditEvents: 5,
  });
  // Ten weeks are enough; single uploads reach back over a year.
  for (const log of [world.visits, world.sessions, world.hits]) {
    const older = log.lowerBound(now - 70 * day);
    for (const column of [log.times, log.items, log.users, log.monitors, log.ends]) column.splice(0, older);
  }
  fake = await startFakeConnect(world);
  fake.clockOffsetMs = now - Date.now();
}, 120_000);
afterAll(() => fake.close());

describe('activity on Connect', () => {
  it('a first load’s past visits make days of people, without any sample; so do those that come later', async () => {
    const runner = new MartRunner({ warehouse, config: connectConfig(fake.url) });
    const first = await pollConnect({ fake, warehouse });
    await runner.run();
    expect(Object.keys(expected()).length).toBeGreaterThan(100);
    expect(await stored()).toEqual(expected());
    // Somebody looks at something; the log tells of it an hour later.
    fake.world.visits.push({ at: now + 60_000, item: 3, user: 5 });
    await pollConnect({ fake, warehouse, state: first.state, startedAt: new Date(now + 3_600_000) });
    await runner.run();
    expect(await stored()).toEqual(expected());
  }, 300_000);

  it('user-activity by visits on Connect counts them', async () => {
    const range = { from: '2026-08-31T00:00:00Z', to: '2026-09-28T00:00:00Z', now: new Date(now).toISOString() };
    // Weeks with few active people would be left out.
    const config = { ...connectConfig(fake.url), views: testConfig(everybodyShown).views };
    const { objects } = await askView(warehouse, config, {
      view: userActivity,
      params: { component: 'connect' },
      ...range,
    });
    expect(objects).toHaveLength(4);
    for (const row of objects) {
      const monday = (row['week'] as Date).getTime();
      const people = new Set(
        [...truth().keys()]
          .map((key) => key.split(' ') as [string, string])
          .filter(([, at]) => Date.parse(at) >= monday && Date.parse(at) < monday + 7 * day)
          .map(([person]) => person),
      );
      expect(row['active_7d']).toBe(people.size);
    }
  });
});

import { writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeConnect, type FakeConnect } from '../../../../test/support/fakes/connect/server.ts';
import { connectTables, keyFile, pollConnect } from '../../../../test/support/connect-poll.ts';
import { createConnect, type ConnectWorld } from '../../../../test/support/organisation/connect/index.ts';
import { someAccounts } from '../../../../test/support/organisation/connect/of-organisation.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';

const now = Date.UTC(2026, 9, 1, 12);
const world = (): ConnectWorld =>
  createConnect({
    now,
    people: someAccounts(600),
    scale: 0.02,
    visits: 2500,
    jobDays: 30,
    packagesPerItem: 3,
    auditEvents: 1100,
  });

let fake: FakeConnect;
let warehouse: QuestdbWarehouse;
const count = async (sql: string): Promise<number> => {
  const [row] = await warehouse.reader.rows<{ n: number }>(sql);
  return Number(row?.n);
};

beforeEach(async () => {
  fake = await startFakeConnect(world());
  fake.clockOffsetMs = now - Date.now();
});
afterEach(() => fake.close());

describe('a first load', () => {
  beforeAll(async () => {
    warehouse = await useWarehouse();
  });

  it('brings everything once, and the same again changes nothing', async () => {
    const first = await pollConnect({ fake, warehouse });
    expect(first.complete).toBe(true);
    const requests = fake.total;
    const tables = await connectTables(warehouse);
    const { items, users, visits, sessions, hits, audit } = fake.world;
    expect({
      content: tables['connect_content']?.length,
      users: tables['connect_users']?.length,
      visits: tables['connect_visits']?.length,
      sessions: tables['connect_sessions']?.length,
      audit: tables['connect_audit']?.length,
      jobs: tables['connect_jobs']?.length,
      bundles: tables['connect_bundles']?.length,
      storage: tables['connect_storage']?.length,
      packages: tables['connect_packages']?.length,
      schedules: tables['connect_schedules']?.length,
    }).toEqual({
      content: items.length,
      users: users.length,
      visits: visits.length,
      sessions: sessions.length,
      audit: audit.length,
      jobs: items.flatMap(({ jobs }) => jobs).length,
      bundles: items.flatMap(({ bundles }) => bundles).length,
      storage: items.length,
      packages: items.filter(({ bundleId }) => bundleId !== null).length * 3,
      schedules: items.filter(({ schedule }) => schedule).length,
    });
    const since = now - 400 * 86_400_000;
    expect(tables['connect_hits']).toHaveLength(hits.times.filter((at) => at >= since).length);
    expect(JSON.stringify([tables, first.state])).not.toMatch(/tester|sce-admin|@example\.com|Mozilla/i);

    fake.reset();
    const second = await pollConnect({ fake, warehouse, state: first.state });
    expect(second.complete).toBe(true);
    // Lists and the ends of the logs; a fraction of a percent for a whole server (npm run bench -- connect).
    expect(fake.total).toBeLessThan(Math.max(20, requests / 10));
    expect(await connectTables(warehouse)).toEqual(tables);
    expect(fake.writes).toBe(0);
  });

  it('gives jobs the outcome of the rules', async () => {
    const rows = await warehouse.reader.rows<{ outcome: string; n: number }>(
      'select outcome, count() n from connect_jobs order by outcome',
    );
    const jobs = fake.world.items.flatMap((item) => item.jobs);
    const lost = jobs.filter((job) => job.endedAt === null && job.status === 2).length;
    const running = jobs.filter((job) => job.status === 0).length;
    const failed = jobs.filter((job) => (job.exitCode ?? 0) > 0).length;
    expect(lost).toBeGreaterThan(0);
    expect(Object.fromEntries(rows.map(({ outcome, n }) => [outcome, n]))).toEqual({
      failed,
      lost,
      ok: jobs.length - failed - lost - running,
      ...(running > 0 ? { running } : {}),
    });
    expect(await count("select count() n from connect_jobs where outcome = 'lost' and ended_at < started_at")).toBe(0);
    expect(await count('select count() n from connect_jobs where pod_owner is null')).toBe(0);
  });
});

describe('later polls', () => {
  it('read what is new, and only the details of what has changed', async () => {
    warehouse = await useWarehouse();
    const first = await pollConnect({ fake, warehouse });
    const at = fake.world.now + 60_000;
    const item = fake.world.items.findIndex(({ part, appMode }) => part === 'seen' && appMode === 'rmd-static');
    const target = fake.world.items[item]!;
    fake.world.visits.push({ at, item, user: 3 });
    target.bundles.forEach((bundle) => (bundle.active = false));
    target.bundles.push({ id: '999999', createdBy: 3, createdAt: at, size: 77, active: true });
    Object.assign(target, { bundleId: '999999', lastDeployedAt: at });
    target.jobs.push({
      id: 999_999,
      key: 'brandnew',
      tag: 'build_report',
      queuedAt: null,
      startedAt: at,
      endedAt: at + 5000,
      exitCode: 0,
      status: 2,
      heartbeatAt: at,
      bundleId: '999999',
      kubernetesJob: 'build-report-x',
    });
    // The server throws away an old bundle, and an item is deleted.
    const thrown = target.bundles.shift()!;
    const gone = fake.world.items.find(({ part }) => part === 'pin')!;
    gone.deleted = true;
    fake.reset();
    const startedAt = new Date(fake.world.now + 3_600_000);
    const second = await pollConnect({ fake, warehouse, state: first.state, startedAt });
    expect(second.complete).toBe(true);
    expect(fake.counts.get('v1/content/*/jobs')).toBe(1);
    await connectTables(warehouse);
    const bundles = await warehouse.reader.rows(
      'select bundle_id, is_active, is_deleted from connect_bundles where content_guid = $1 and (is_active or is_deleted) order by bundle_id',
      [target.guid],
    );
    expect(bundles).toEqual([
      { bundle_id: thrown.id, is_active: expect.any(Boolean) as boolean, is_deleted: true },
      { bundle_id: '999999', is_active: true, is_deleted: false },
    ]);
    expect(await count(`select count() n from connect_jobs where job_key = 'brandnew'`)).toBe(1);
    expect(await count('select count() n from connect_visits')).toBe(fake.world.visits.length);
    const [closed] = await warehouse.reader.rows(
      'select name, is_deleted from connect_content where content_guid = $1 latest on timestamp partition by content_guid',
      [gone.guid],
    );
    expect(closed).toEqual({ name: gone.name, is_deleted: true });
    // A user's visits are activity of a person: one event per bucket.
    expect(
      await count(
        `select count() n from platform_events where component = 'connect' and timestamp >= '${new Date(at - 300_000).toISOString()}'`,
      ),
    ).toBeGreaterThanOrEqual(1);
  });

  it('a server that is upgraded, and sends ids as texts where it sent numbers, has no event twice', async () => {
    warehouse = await useWarehouse();
    fake.hitIds = 'number';
    await pollConnect({ fake, warehouse });
    const before = await connectTables(warehouse);
    expect(before['connect_hits']?.length).toBeGreaterThan(100);
    fake.hitIds = 'text';
    await pollConnect({ fake, warehouse });
    expect((await connectTables(warehouse))['connect_hits']).toEqual(before['connect_hits']);
  });

  it('write an open session again when it has ended', async () => {
    warehouse = await useWarehouse();
    const { sessions } = fake.world;
    const open = sessions.length - 1;
    sessions.ends[open] = null;
    const first = await pollConnect({ fake, warehouse });
    sessions.ends[open] = (sessions.times[open] ?? 0) + 60_000;
    await pollConnect({ fake, warehouse, state: first.state });
    await connectTables(warehouse);
    expect(await count('select count() n from connect_sessions')).toBe(sessions.length);
    const [row] = await warehouse.reader.rows<{ ended_at: Date }>(
      'select ended_at from connect_sessions order by timestamp desc limit 1',
    );
    expect(row?.ended_at.getTime()).toBe(sessions.ends[open]);
  });
});

describe('older servers', () => {
  it.each(['middle', 'old'] as const)(
    '%s: the same content and jobs, without what they do not have',
    async (generation) => {
      warehouse = await useWarehouse();
      Object.assign(fake, { generation, lastPage: 'null' });
      const { complete, state } = await pollConnect({ fake, warehouse });
      expect(complete).toBe(true);
      await connectTables(warehouse);
      const { items } = fake.world;
      expect(await count('select count() n from connect_jobs')).toBe(items.flatMap(({ jobs }) => jobs).length);
      expect(await count('select count() n from connect_jobs where started_at is null')).toBe(0);
      expect(await count('select count() n from connect_schedules')).toBe(
        items.filter(({ schedule }) => schedule).length,
      );
      expect(await count("select count() n from connect_schedules where mailed_to = 'others'")).toBe(
        items.filter(({ schedule }) => schedule?.mail === 'others').length,
      );
      expect(await count('select count() n from connect_content where bundle_id is null')).toBe(
        items.filter(({ bundleId }) => bundleId === null).length,
      );
      expect(await count('select count() n from connect_hits')).toBe(0);
      expect(await warehouse.reader.rows("select is_available from connect_logs where log = 'hits'")).toEqual([
        { is_available: false },
      ]);
      const bytes = items.flatMap(({ bundles }) => bundles).reduce((sum, { size }) => sum + size, 0);
      expect(await count("select sum(bytes_total) n from connect_storage where source = 'bundles'")).toBe(bytes);
      // What it lacks is not asked for again the same day.
      fake.reset();
      await pollConnect({ fake, warehouse, state });
      expect([...fake.counts.keys()].filter((path) => /hits|storage|\/jobs/.test(path))).toEqual([]);
    },
  );
});

describe('failures', () => {
  beforeEach(async () => {
    warehouse = await useWarehouse();
  });
  const page3 = (n: number) => ({
    'v1/users': (path: string, query: URLSearchParams) => path === 'v1/users' && query.get('page_number') === String(n),
  });

  it('a page that fails once is asked for again', async () => {
    let failed = 0;
    fake.intercept = ({ path, query }) =>
      (page3(2)['v1/users'](path, query) || path.endsWith('/bundles')) && failed++ < 2 ? { status: 503 } : null;
    const { complete } = await pollConnect({ fake, warehouse });
    expect([complete, failed > 2]).toEqual([true, true]);
  });

  it('a page that goes on failing is no deletion', async () => {
    const first = await pollConnect({ fake, warehouse });
    const before = await connectTables(warehouse);
    fake.intercept = ({ path, query }) =>
      page3(2)['v1/users'](path, query) ? { status: 503, headers: { 'retry-after': '120' } } : null;
    await expect(pollConnect({ fake, warehouse, state: first.state })).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      retryAfterSeconds: 120,
    });
    expect(await connectTables(warehouse)).toEqual(before);
  });

  it('somebody who is deleted between two pages hides nobody', async () => {
    const first = await pollConnect({ fake, warehouse });
    fake.intercept = ({ path, query }) => {
      if (page3(2)['v1/users'](path, query)) fake.world.users[5]!.deleted = true;
      return null;
    };
    const second = await pollConnect({ fake, warehouse, state: first.state });
    await connectTables(warehouse);
    expect(second.complete).toBe(true);
    expect(
      await count('select count() n from (connect_users latest on timestamp partition by account) where is_deleted'),
    ).toBe(1);
  });

  it('an item that the list leaves out, but that is there, stays', async () => {
    const first = await pollConnect({ fake, warehouse });
    const hidden = fake.world.items[20]!;
    fake.intercept = ({ path }) => {
      hidden.deleted = path === 'v1/content';
      return null;
    };
    const second = await pollConnect({ fake, warehouse, state: first.state });
    await connectTables(warehouse);
    expect(second.complete).toBe(false);
    expect(await count('select count() n from connect_content where is_deleted')).toBe(0);
  });

  it('a log that fails does not keep the rest from being read, and is read on from where it was', async () => {
    fake.intercept = ({ path, query }) =>
      path.endsWith('content/visits') && query.get('next') !== null ? { status: 500 } : null;
    let state: unknown = null;
    await expect(pollConnect({ fake, warehouse, checkpoint: (saved) => void (state = saved) })).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
    });
    await connectTables(warehouse);
    expect(await count('select count() n from connect_jobs')).toBeGreaterThan(100);
    fake.intercept = null;
    const { complete } = await pollConnect({ fake, warehouse, state });
    expect(complete).toBe(true);
    await connectTables(warehouse);
    expect(await count('select count() n from connect_visits')).toBe(fake.world.visits.length);
  });

  it('rate limits are waited for, proxies asked again', async () => {
    let [limited, pages] = [0, 0];
    fake.intercept = ({ number }) => {
      if (number % 50 === 10 && limited < 4) {
        limited += 1;
        return { status: 429, headers: { 'retry-after': '0' } };
      }
      if (number % 60 === 20 && pages < 2) {
        pages += 1;
        return { status: 200, body: '<html>Please wait</html>' };
      }
      return null;
    };
    const { complete } = await pollConnect({ fake, warehouse });
    expect([complete, limited, pages]).toEqual([true, 4, 2]);
  });

  it('a key that is renewed in mid-run is taken up; one that is not ends the run, and the next goes on', async () => {
    const file = keyFile();
    const server = { api_key_file: file };
    let renew = true;
    fake.intercept = ({ number }) => {
      if (number === 40) {
        fake.keys.clear();
        fake.keys.add('another-key-0123456789');
        if (renew) writeFileSync(file, 'another-key-0123456789\n');
      }
      return null;
    };
    expect((await pollConnect({ fake, warehouse, server })).complete).toBe(true);
    const expected = await connectTables(warehouse);

    warehouse = await useWarehouse();
    renew = false;
    writeFileSync(file, 'another-key-0123456789\n');
    fake.reset();
    fake.intercept = ({ number }) => {
      if (number === 40) fake.keys.clear();
      return null;
    };
    let state: unknown = null;
    await expect(
      pollConnect({ fake, warehouse, server, checkpoint: (saved) => void (state = saved) }),
    ).rejects.toMatchObject({ code: 'SOURCE_FAILED', details: { status: 401 } });
    fake.intercept = null;
    fake.keys.add('third-key-0123456789');
    writeFileSync(file, 'third-key-0123456789\n');
    expect((await pollConnect({ fake, warehouse, server, state })).complete).toBe(true);
    expect(await connectTables(warehouse)).toEqual(expected);
  });

  it('a key of somebody who is no administrator is refused before anything is read', async () => {
    fake.role = 'publisher';
    await expect(pollConnect({ fake, warehouse })).rejects.toMatchObject({ code: 'FEED_REFUSED' });
    expect(fake.total).toBe(1);
  });

  it('another clock moves no event: cursors are times of the server', async () => {
    const first = await pollConnect({ fake, warehouse });
    const tables = await connectTables(warehouse);
    warehouse = await useWarehouse();
    fake.clockOffsetMs = now - Date.now() - 3 * 3_600_000;
    const skewed = await pollConnect({ fake, warehouse });
    expect(skewed.complete && first.complete).toBe(true);
    fake.clockOffsetMs = now - Date.now() + 5 * 3_600_000;
    fake.world.hits.push({ at: fake.world.now - 60_000, item: 1, user: 2 });
    await pollConnect({ fake, warehouse, state: skewed.state });
    const after = await connectTables(warehouse);
    expect(after['connect_visits']).toEqual(tables['connect_visits']);
    expect(after['connect_sessions']).toEqual(tables['connect_sessions']);
    // Three hours behind, then five ahead: the newest hits come with the second poll.
    expect(after['connect_hits']?.length).toBe((tables['connect_hits']?.length ?? 0) + 1);
  });
});

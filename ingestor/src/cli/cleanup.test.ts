import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeConnect, type FakeConnect } from '../../../test/support/fakes/connect/server.ts';
import { connectConfig, connectPseudonymiser, pollConnect } from '../../../test/support/connect-poll.ts';
import { createConnect, SERIES, type ConnectItem } from '../../../test/support/organisation/connect/index.ts';
import { someAccounts } from '../../../test/support/organisation/connect/of-organisation.ts';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { buildPlan, type CleanupPlan } from './cleanup-plan.ts';
import { renderPlan, summaryTable } from './cleanup.ts';
import type { Config } from '../config.ts';
import type { QueryResultBody } from '../contract/index.ts';
import type { CellValue, Warehouse } from '../warehouse/warehouse.ts';
import { connectSchedules } from '../views/connect-schedules/view.ts';
import { connectScheduleItems } from '../views/connect-schedules/items-view.ts';
import { connectUsage } from '../views/connect-usage/view.ts';
import { askView, person, store } from '../views/shared/test-rows.ts';
import { connectCleanupItems } from '../views/connect-cleanup/items-view.ts';
import { connectCleanup } from '../views/connect-cleanup/view.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 9, 1, 12);
const range = { from: new Date(now - 30 * dayMs).toISOString(), to: new Date(now).toISOString() };
const price = 0.02;
const platform = { principal: { scope: 'platform' } } as const;

/** Everything of the full organisation, through the API of the fake, into a real warehouse. */
let fake: FakeConnect;
let warehouse: Warehouse;
let config: Config;
let plan: CleanupPlan;
let rows: readonly Record<string, CellValue>[];
const byGuid = new Map<string, ConnectItem>();

beforeAll(async () => {
  const accounts = someAccounts(200);
  const world = createConnect({
    now,
    people: accounts,
    visits: 6000,
    jobDays: 60,
    packagesPerItem: 0,
    auditEvents: 50,
  });
  for (const item of world.items) byGuid.set(item.guid, item);
  fake = await startFakeConnect(world);
  fake.clockOffsetMs = now - Date.now();
  warehouse = await useWarehouse();
  config = connectConfig(fake.url);
  const pseudonymiser = connectPseudonymiser(config);
  expect((await pollConnect({ fake, warehouse, server: { parallel: 8, history_days: 900 } })).complete).toBe(true);
  await store(warehouse, {
    people: accounts.map((account) =>
      person(pseudonymiser.person(account.username), '2020-01-01', {
        department: account.department,
        ...(account.leftOn === null ? {} : { active: false, left_on: new Date('2026-05-01') }),
      }),
    ),
    prices: [
      { timestamp: new Date('2020-01-01'), resource: 'cpu', unit: 'core_hour', price, currency: 'USD', node_type: '' },
      {
        timestamp: new Date('2020-01-01'),
        resource: 'storage',
        unit: 'gb_month',
        price: 0.1,
        currency: 'USD',
        node_type: '',
      },
    ],
  });
  fake.reset();
  const answer = await askView(warehouse, config, { view: connectCleanupItems, ...range, ...platform });
  rows = answer.objects;
  // As it comes over HTTP.
  const body = JSON.parse(
    JSON.stringify({ columns: answer.columns, rows: answer.rows, meta: answer.meta }),
  ) as QueryResultBody;
  plan = buildPlan(
    body,
    new Map([[String(rows[0]?.['owner']), { name: 'Kim Meier', email: 'kim@example.com' }]]),
    new Date(now),
  );
}, 600_000);
afterAll(() => fake.close());

const found = (rule: string): Record<string, CellValue>[] => rows.filter((row) => row['rule'] === rule);
const guids = (rule: string): string[] =>
  found(rule)
    .map((row) => String(row['content_guid']))
    .sort();
const truthOf = (
  which: 'neverDeployed' | 'repeatedFailed' | 'unseen' | 'retentionWarned' | 'forgotten' | 'failing',
): string[] => [...fake.world.truth[which]].sort();
const itemOf = (row: Record<string, CellValue>): ConnectItem => byGuid.get(String(row['content_guid']))!;
const values = (row: Record<string, CellValue>): Record<string, string | number | null> =>
  JSON.parse(String(row['evidence_values'])) as Record<string, string | number | null>;
const ms = (value: CellValue | undefined): number | null => (value instanceof Date ? value.getTime() : null);

describe('what is found is what is so', () => {
  it.each([
    ['never deployed', 'neverDeployed', 707],
    ['repeated failed publish', 'repeatedFailed', 11 + 4 + 2],
    ['unseen', 'unseen', 502],
    ['retention', 'retentionWarned', null],
    ['forgotten schedule', 'forgotten', 96],
    ['failing', 'failing', 18],
  ] as const)('%s', (rule, truth, count) => {
    expect(guids(rule)).toEqual(truthOf(truth));
    if (count !== null) expect(found(rule)).toHaveLength(count);
    expect(found(rule).length).toBeGreaterThan(0);
  });

  it('twelve tries, one deployed, eleven dead', () => {
    const [talk] = SERIES;
    const dead = found('repeated failed publish').filter((row) => values(row)['name'] === talk?.name.toLowerCase());
    expect(dead).toHaveLength(11);
    expect(dead.every((row) => values(row)['tries'] === 12 && values(row)['deployed'] === 1)).toBe(true);
  });

  it('what is exempt is there with its reason, and nothing else is', () => {
    const reasons: Record<string, string> = { locked: 'locked', pinned: 'pinned', tag: 'tagged Keep' };
    for (const row of rows) {
      const reason = fake.world.truth.exempt.get(String(row['content_guid']));
      expect([row['is_exempt'], row['exempt_reason']]).toEqual(
        reason === undefined ? [false, null] : [true, reasons[reason]],
      );
    }
    expect(rows.filter((row) => row['is_exempt'] === true).length).toBeGreaterThan(5);
  });
});

describe('every piece of evidence holds against the server', () => {
  it('owner, bytes, times', () => {
    const pseudonymiser = connectPseudonymiser(config);
    for (const row of rows) {
      const item = itemOf(row);
      const owner = fake.world.users[item.owner];
      expect({
        owner: row['owner'],
        bytes: row['bytes'],
        created: ms(row['created_at']),
        deployed: ms(row['last_deployed_at']),
        gone: row['owner_state'] === 'left',
      }).toEqual({
        owner: pseudonymiser.person(owner?.username ?? ''),
        bytes: item.bundles.reduce((sum, { size }) => sum + size, 0),
        created: item.createdAt,
        deployed: item.lastDeployedAt,
        gone: owner?.locked,
      });
      expect(row['seen']).not.toBe(fake.world.truth.unknown.has(item.guid) ? 'no' : '');
    }
    expect(rows.some((row) => row['owner_state'] === 'left')).toBe(true);
  });

  it('of each rule', () => {
    const { truth } = fake.world;
    for (const row of rows) {
      const item = itemOf(row);
      const evidence = values(row);
      const lastSeen = truth.lastSeenAt.get(item.guid) ?? null;
      switch (row['rule']) {
        case 'never deployed':
          expect([item.bundleId, evidence['created_at']]).toEqual([null, new Date(item.createdAt).toISOString()]);
          expect((now - item.createdAt) / dayMs).toBeGreaterThan(30);
          break;
        case 'unseen':
          expect(evidence['last_seen_at']).toBe(lastSeen === null ? null : new Date(lastSeen).toISOString());
          expect(lastSeen ?? 0).toBeLessThan(now - 365 * dayMs);
          break;
        case 'forgotten schedule':
          expect(evidence['last_seen_at']).toBe(lastSeen === null ? null : new Date(lastSeen).toISOString());
          expect(lastSeen ?? 0).toBeLessThan(now - 90 * dayMs);
          expect([item.schedule?.active, item.schedule?.mail === 'others']).toEqual([true, false]);
          break;
        case 'retention':
          expect(row['proposal']).toBe(truth.retentionProposed.has(item.guid) ? 'delete' : 'warn owner');
          break;
        case 'failing':
          for (const key of String(evidence['jobs']).split(' '))
            expect(item.jobs.find((job) => job.key === key)?.exitCode).toBe(1);
          break;
        default:
          expect(item.bundleId).toBeNull();
      }
    }
  });

  it('cost of forgotten schedules: duration × cores × price, carried on to a year', () => {
    for (const row of found('forgotten schedule')) {
      const item = itemOf(row);
      const since = item.jobs.filter(({ startedAt }) => startedAt >= now - 365 * dayMs);
      const seconds = since.reduce(
        (sum, job) => sum + ((job.endedAt ?? Math.max(job.heartbeatAt, job.startedAt)) - job.startedAt) / 1000,
        0,
      );
      const first = Math.min(...since.map((job) => job.queuedAt ?? job.startedAt));
      const year = 365 / Math.max(7, Math.min(365, (now - first) / dayMs));
      expect(Number(row['run_cost_year'])).toBeCloseTo((seconds / 3600) * (item.cpuRequest ?? 1) * price * year, 6);
    }
  });
});

describe('the plan', () => {
  it('has every item once, with all its findings, and those that stay with their reason', () => {
    expect(plan.items).toHaveLength(new Set(rows.map((row) => row['content_guid'])).size);
    expect(plan.items.flatMap(({ findings }) => findings)).toHaveLength(rows.length);
    expect(plan.items.filter(({ status }) => status === 'exempt')).toHaveLength(
      new Set(rows.filter((row) => row['is_exempt'] === true).map((row) => row['content_guid'])).size,
    );
    expect(plan.summary.find(({ rule }) => rule === 'never deployed')?.items).toBe(707);
    expect(plan.plan).toMatchObject({ status: 'proposed', approved_by: null });
    expect(plan.items.some(({ owner }) => owner.name === 'Kim Meier')).toBe(true);
  });

  it('is the same plan when nothing has changed, whoever is named in it', async () => {
    const again = await askView(warehouse, config, { view: connectCleanupItems, ...range, ...platform });
    const body = JSON.parse(
      JSON.stringify({ columns: again.columns, rows: again.rows, meta: again.meta }),
    ) as QueryResultBody;
    expect(buildPlan(body, new Map(), new Date()).plan.hash).toBe(plan.plan.hash);
  });

  it('can be read by people and programs', () => {
    expect(renderPlan(plan, 'yaml')).toMatch(/^# Clean-up plan[\s\S]*rule: never deployed/);
    expect(JSON.parse(renderPlan(plan, 'json'))).toEqual(JSON.parse(JSON.stringify(plan)));
    expect(summaryTable(plan)).toMatch(/never deployed\D+707/);
  });

  it('asked the server nothing, and changed nothing', () => {
    expect([fake.total, fake.writes]).toEqual([0, 0]);
  });
});

describe('groups', () => {
  it('figures by rule for everybody, without a name', async () => {
    const { objects } = await askView(warehouse, config, { view: connectCleanup, ...range });
    const items = Object.fromEntries(objects.map((row) => [row['rule'], row['items']]));
    expect(items).toMatchObject({ 'never deployed': 707, unseen: 502, 'forgotten schedule': 96 });
    // A rule with findings of fewer than five owners is shown with another.
    const money = objects.find((row) => row['rule'] === 'never deployed');
    expect([money?.['currency'], Number(money?.['storage_cost_year']) > 0]).toEqual(['USD', true]);
  });

  it('small departments do not show', async () => {
    const { objects } = await askView(warehouse, config, {
      view: connectCleanup,
      ...range,
      params: { group_by: ['department'], rule: 'never deployed' },
    });
    expect(objects.reduce((sum, row) => sum + Number(row['items']), 0)).toBe(707);
    expect(objects.every((row) => Number(row['people']) >= 5)).toBe(true);
  });

  it('rows of persons need the scope platform, or are one’s own', async () => {
    await expect(askView(warehouse, config, { view: connectCleanupItems, ...range })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const owner = String(rows[0]?.['owner']);
    const own = await askView(warehouse, config, {
      view: connectCleanupItems,
      ...range,
      principal: { scope: 'self', personKey: owner },
    });
    expect(new Set(own.objects.map((row) => row['owner']))).toEqual(new Set([owner]));
  });

  it('schedules by what becomes of them', async () => {
    const { objects } = await askView(warehouse, config, { view: connectScheduleItems, ...range, ...platform });
    const { items } = fake.world;
    const parts = (part: string): string[] =>
      items
        .filter((item) => item.part === part)
        .map(({ guid }) => guid)
        .sort();
    const guidsOf = (state: string): string[] =>
      objects
        .filter((row) => row['state'] === state)
        .map((row) => String(row['content_guid']))
        .sort();
    expect(guidsOf('forgotten')).toEqual(parts('forgotten schedule'));
    expect(guidsOf('failing')).toEqual(parts('failing schedule'));
    expect(guidsOf('mailed')).toEqual(parts('mailed schedule'));
    expect(guidsOf('read')).toEqual(parts('read schedule'));
    const groups = await askView(warehouse, config, { view: connectSchedules, ...range });
    expect(groups.objects.find((row) => row['state'] === 'forgotten')).toMatchObject({ items: 96 });
  });

  it('usage: every look of a human in the range, of interfaces their hits', async () => {
    const { objects } = await askView(warehouse, config, { view: connectUsage, ...range, params: { split_by: [] } });
    const { visits, sessions, hits, items } = fake.world;
    // The range is widened to whole days.
    const from = Date.parse(`${range.from.slice(0, 10)}T00:00:00Z`);
    let [all, unknown] = [0, 0];
    for (const [log, isHits] of [
      [visits, false],
      [sessions, false],
      [hits, true],
    ] as const)
      for (let n = 0; n < log.length; n++) {
        const item = items[log.items[n] ?? -1];
        const counts = !isHits || item?.part === 'api';
        if (!counts || log.monitors[n] === true || (log.times[n] ?? 0) < from) continue;
        all += 1;
        if ((log.users[n] ?? -1) < 0) unknown += 1;
      }
    expect(objects).toMatchObject([{ visits: all, anonymous_visits: unknown }]);
    const byOwner = await askView(warehouse, config, {
      view: connectUsage,
      ...range,
      params: { group_by: ['owner_department'], split_by: [] },
    });
    expect(byOwner.objects.reduce((sum, row) => sum + Number(row['visits']), 0)).toBe(all);
    expect(byOwner.objects.length).toBeGreaterThan(1);
    const byType = await askView(warehouse, config, {
      view: connectUsage,
      ...range,
      params: { split_by: ['runtime'] },
    });
    expect(byType.objects.reduce((sum, row) => sum + Number(row['visits']), 0)).toBe(all);
    expect(byType.objects.some((row) => String(row['runtime']).includes('R 4.4.1'))).toBe(true);
  });
});

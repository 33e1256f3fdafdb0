import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { QueryFailure, QueryResponse, QueryResultBody } from '../../ingestor/src/contract/index.ts';
import { createOrganisation } from '../../test/support/organisation/index.ts';
import { replay, type Replayed } from '../../test/support/organisation/replay.ts';
import { columnOf, viewOf, type Params } from './lib/catalog.ts';
import type { ViewQuery } from './lib/query.ts';
import { allBuilt, choicesOf, filledIn, queriesOf, type Asked } from './test-boards.ts';

/**
 * Every query of every dashboard and alert rule, and every variable, against a real service that has the organisation's last
 * weeks: once as the platform sees it, once as an alert rule or a shared dashboard does.
 */
const organisation = createOrganisation({ now: Date.UTC(2026, 3, 2, 14), days: 21, people: 60 });
const { start, now } = organisation.frame;
const readToken = 'replay-read';
let replayed: Replayed;

beforeAll(async () => {
  replayed = await replay(organisation, {
    scrapeSeconds: 300,
    slowSeconds: 3600,
    config: {
      // Every question of every board within a minute is more than anybody asks.
      access: { read_token_scope: 'platform', reads_per_minute: 100_000 },
      // Sixty people: with the limits of a large organisation most of them would be one group.
      views: { small_groups: { min_people: 1, max_share: 1 } },
      // The story lies in the past.
      privacy: { person_months: 1200, leaver_days: 40_000 },
      warehouse: { retention_days: {} },
    },
  });
}, 1_800_000);
afterAll(() => replayed.remove());

/** Of these the story has none; Connect, Batch, Git and bills are not played here. */
const mayBeEmpty = new Set([
  'connect-cleanup',
  'connect-schedules',
  'connect-usage',
  'savings',
  'department-cost-anomalies',
  'runtime-migration',
  'right-size',
  'batch-runs',
  'batch-run-items',
  'repositories',
  'package-use',
  'data-transfer',
]);

const built = allBuilt();
const asked = built.flatMap((board) => {
  const variables = new Map(
    (board.dashboard.templating.list ?? []).map((each) => [each.name, choicesOf(each)[0] ?? '']),
  );
  return queriesOf(board).map((query) => ({
    ...query,
    audience: board.audience,
    params: filledIn(query.query, variables),
  }));
});

async function ask(query: ViewQuery, params: Params | Record<string, unknown>, scope: 'platform' | 'aggregate') {
  const response = await fetch(`${replayed.ingestor.url}/api/v1/query`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      connection: 'close',
      authorization: `Bearer ${readToken}`,
      ...(scope === 'aggregate' ? { 'x-sce-scope-without-person': 'aggregate' } : {}),
    },
    body: JSON.stringify({
      queries: [{ refId: 'A', view: query.view, params, ...(query.columns ? { columns: query.columns } : {}) }],
      // The story lies in the past, the polls of its sources do not.
      range: query.view === 'source-status' ? { from: 'now-1d', to: 'now' } : { from: start, to: now },
      maxDataPoints: 500,
    }),
  });
  expect(response.status).toBe(200);
  const { results } = (await response.json()) as QueryResponse;
  const result: QueryResultBody | QueryFailure = results['A']!;
  if ('error' in result) throw new Error(`${query.view}: ${result.error.code} ${result.error.message}`);
  return result;
}

const named = ({ board, panel }: Asked): string => `${board}: ${panel.title ?? ''}`;

describe('panels', () => {
  it.each(asked.map((one) => [named(one), one] as const))('%s', async (_, { query, params, audience }) => {
    const { columns, rows } = await ask(query, params, audience === 'public' ? 'aggregate' : 'platform');
    expect(columns.map(({ name }) => name)).toEqual(query.columns ?? columns.map(({ name }) => name));
    const ofConnect = params['of'] === 'content' || params['store'] === 'connect';
    if (!mayBeEmpty.has(query.view) && !ofConnect) expect(rows.length).toBeGreaterThan(0);
    // Money says what it is in.
    for (const { name, unit, type } of columns)
      if (type === 'number' && columnOf(query.view, name).unit === 'none' && rows.length > 0)
        expect(unit, name).toBe('currencyUSD');
  });

  it('every choice of every variable is one that the panels can be asked with', async () => {
    const wrong: string[] = [];
    for (const board of built) {
      const variables = board.dashboard.templating.list ?? [];
      const defaults = new Map(variables.map((each) => [each.name, choicesOf(each)[0] ?? '']));
      for (const variable of variables)
        for (const choice of choicesOf(variable).slice(1))
          for (const { query, panel } of queriesOf(board)) {
            if (!JSON.stringify(query.params).includes(`\${${variable.name}}`)) continue;
            await ask(query, filledIn(query, new Map([...defaults, [variable.name, choice]])), 'platform').catch(
              (error: unknown) => wrong.push(`${panel.title ?? ''}, ${variable.name}=${choice}: ${String(error)}`),
            );
          }
    }
    expect(wrong).toEqual([]);
  });

  it('filters by a department, a role and a kind as the panels have them', async () => {
    const values = new Map([
      ['department', 'Statistical Programming'],
      ['role', 'Statistician'],
      ['kind', 'interactive'],
      ['cluster', 'sce-prod'],
    ]);
    const wrong: string[] = [];
    for (const board of built.filter(({ audience }) => audience === 'team')) {
      const defaults = (board.dashboard.templating.list ?? []).map(
        (each) => [each.name, choicesOf(each)[0] ?? ''] as const,
      );
      for (const scope of ['platform', 'aggregate'] as const)
        for (const { query, panel } of queriesOf(board)) {
          if (scope === 'aggregate' && viewOf(query.view).leastScope !== 'aggregate') continue;
          await ask(query, filledIn(query, new Map([...defaults, ...values])), scope).catch((error: unknown) =>
            wrong.push(`${board.name}, ${panel.title ?? ''}, ${scope}: ${String(error)}`),
          );
        }
    }
    expect(wrong).toEqual([]);
  });
});

describe('variables', () => {
  const variables = built.flatMap(({ name, dashboard }) =>
    (dashboard.templating.list ?? []).flatMap((each) =>
      typeof each.query === 'object'
        ? [[`${name}: ${each.name}`, each.query as { values: string; view: string }] as const]
        : [],
    ),
  );

  it.each(variables)('%s', async (_, { values, view }) => {
    const url = `${replayed.ingestor.url}/api/v1/values/${values}?view=${view}&from=${String(start)}&to=${String(now)}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${readToken}`, connection: 'close' } });
    const body = (await response.json()) as { values?: unknown[] };
    expect(response.status, JSON.stringify(body)).toBe(200);
    expect(body.values?.length).toBeGreaterThan(0);
  });
});

describe('marks on the time axis', () => {
  it.each(
    built.flatMap(({ name, dashboard }) =>
      (dashboard.annotations.list ?? []).map(
        (each) => [`${name}: ${each.name}`, each.target as unknown as ViewQuery] as const,
      ),
    ),
  )('%s', async (_, query) => {
    const { columns } = await ask(query, query.params, 'aggregate');
    expect(columns.map(({ name }) => name)).toEqual(['time', 'time_end', 'title', 'text', 'tags']);
  });
});

interface Rule {
  readonly uid: string;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly relativeTimeRange: { readonly from: number };
    readonly model: ViewQuery & { readonly type?: string };
  }[];
}
const { groups } = parse(readFileSync('provisioning/alerting/rules.yaml', 'utf8')) as { groups: { rules: Rule[] }[] };

describe('alert rules', () => {
  const rules = groups.flatMap((group) => group.rules).map((rule) => [rule.uid, rule] as const);

  it.each(rules)('%s: one number for each set of labels', async (_, rule) => {
    for (const { model, datasourceUid } of rule.data) {
      if (datasourceUid !== 'sce-voice') continue;
      const { columns, rows } = await ask(model, model.params, 'aggregate');
      const number = columns.findIndex(({ type }) => type === 'number');
      const labels = rows.map((row) => JSON.stringify(row.filter((__, at) => at !== number)));
      expect(new Set(labels).size, `${rule.uid} ${model.refId}`).toBe(labels.length);
      for (const row of rows) expect(['number', 'object']).toContain(typeof row[number]);
      for (const row of rows)
        for (const [at, cell] of row.entries()) if (at !== number) expect(typeof cell).toBe('string');
    }
  });

  const valuesOf = async (uid: string, refId: string): Promise<Map<string, number>> => {
    const model = rules.find(([name]) => name === uid)?.[1].data.find((each) => each.refId === refId)?.model;
    if (!model) throw new Error(`${uid} has no ${refId}`);
    const { rows } = await ask(model, model.params, 'platform');
    return new Map(rows.map((row) => [row.slice(0, -1).join(' '), Number(row.at(-1))]));
  };

  it('hold on what the story has: a platform over its budget or not, idle roles, runtimes past their end', async () => {
    const [idle, containers] = [await valuesOf('sce-idle-role', 'A'), await valuesOf('sce-idle-role', 'B')];
    expect([...idle.keys()]).toEqual([...containers.keys()]);
    expect(
      [...idle].filter(([role, share]) => share > 0.6 && (containers.get(role) ?? 0) >= 20).length,
    ).toBeGreaterThan(0);
    expect((await valuesOf('sce-end-of-life', 'A')).get('R')).toBeGreaterThan(0);
    expect((await valuesOf('sce-forecast-budget-platform', 'A')).get('all')).toBeGreaterThan(0);
    for (const [, failures] of await valuesOf('sce-source-failing', 'A')) expect(failures).toBeLessThanOrEqual(2);
  });
});

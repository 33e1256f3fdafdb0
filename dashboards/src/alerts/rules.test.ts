import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { boards } from '../boards/index.ts';
import { buildBoard } from '../lib/board.ts';
import { columnOf, viewOf } from '../lib/catalog.ts';
import { runbookNames } from '../runbooks.ts';
import type { provisionedRule } from './rule.ts';

type Rule = ReturnType<typeof provisionedRule>;
interface RulesFile {
  readonly apiVersion: number;
  readonly groups: readonly {
    readonly name: string;
    readonly folder: string;
    readonly interval: string;
    readonly rules: readonly Rule[];
  }[];
}

const path = 'provisioning/alerting/rules.yaml';
const { apiVersion, groups } = parse(readFileSync(path, 'utf8')) as RulesFile;
const rules = groups.flatMap((group) => group.rules);
const dashboards = new Map(boards.map((board) => [board.uid, buildBoard(board)]));

describe(path, () => {
  it('is a file of Grafana’s alerting with rules of their own names', () => {
    expect(apiVersion).toBe(1);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
    for (const { uid } of rules) expect(uid).toMatch(/^[a-z-]{1,40}$/);
    for (const { folder, interval } of groups)
      expect([folder, interval]).toEqual(['SCE Voice', expect.stringMatching(/^\d+[mh]$/)]);
  });

  it('has the rules that are promised', () => {
    expect(rules.map(({ uid }) => uid).sort()).toEqual([
      'sce-batch-cost',
      'sce-batch-failing',
      'sce-connect-cleanup',
      'sce-connect-failing',
      'sce-connect-schedules',
      'sce-cost-anomaly',
      'sce-data-gap-cpu',
      'sce-data-gap-pods',
      'sce-end-of-life',
      'sce-forecast-budget-department',
      'sce-forecast-budget-platform',
      'sce-idle-role',
      'sce-node-idle',
      'sce-source-failing',
    ]);
  });
});

describe.each(rules)('$uid', (rule) => {
  const queries = rule.data.filter(({ datasourceUid }) => datasourceUid === 'sce-voice');

  it('has the one number and the labels that Grafana’s alerting takes from a table', () => {
    for (const { model } of queries) {
      if (!('view' in model)) throw new Error('no view');
      const columns = (model.columns ?? []).map((name) => columnOf(model.view, name));
      expect(columns.filter(({ type }) => type === 'number')).toHaveLength(1);
      expect(columns.filter(({ type }) => type !== 'number' && type !== 'string')).toEqual([]);
      expect(model.format).toBe('table');
      expect(viewOf(model.view).privacy.kind).not.toBe('persons');
    }
    const labels = queries.map(({ model }) => ('view' in model ? model.columns?.slice(0, -1) : null));
    for (const own of labels) expect(own).toEqual(labels[0]);
  });

  it('asks about the same length of time, now or earlier', () => {
    const spans = queries.map(({ relativeTimeRange: { from, to } }) => from - to);
    expect(new Set(spans).size).toBe(1);
    expect(spans[0]).toBeGreaterThanOrEqual(3600);
    for (const { refId, relativeTimeRange } of queries)
      expect(relativeTimeRange.to, refId).toBe(refId === 'Before' ? 7 * 86_400 : 0);
  });

  it('leads from its queries to its condition', () => {
    const ids = rule.data.map(({ refId }) => refId);
    expect(ids).toContain(rule.condition);
    const used = JSON.stringify(rule.data.map(({ model }) => ('expression' in model ? model.expression : '')));
    for (const [, id = ''] of used.matchAll(/\$(\w+)/g)) expect(ids).toContain(id);
    expect(ids.at(-1)).toBe(rule.condition);
  });

  it('says in words what is the matter, with values it has', () => {
    const { summary, description } = rule.annotations;
    expect(summary.length).toBeGreaterThan(20);
    expect(description.length).toBeGreaterThan(40);
    const text = summary + description;
    const labels = queries.flatMap(({ model }) => ('view' in model ? (model.columns ?? []) : []));
    for (const [, name = ''] of text.matchAll(/\$labels\.(\w+)/g)) expect(labels).toContain(name);
    for (const [, id = ''] of text.matchAll(/\$values\.(\w+)/g))
      expect(rule.data.map(({ refId }) => refId)).toContain(id);
    expect(text.split('{{').length).toBe(text.split('}}').length);
  });

  it('links the panel that shows the same, and a page that says what to do', () => {
    const panel = dashboards.get(rule.dashboardUid)?.panels?.find(({ id }) => id === rule.panelId);
    const shown = panel && 'targets' in panel ? (panel.targets ?? []) : [];
    const asked = queries.map(({ model }) => ('view' in model ? model.view : ''));
    expect(shown.map((query) => (query as unknown as { view: string }).view)).toEqual([asked[0]]);
    expect(rule.annotations.__panelId__).toBe(String(rule.panelId));
    const page = /viewPanel=panel-(\d+)$/.exec(rule.annotations.runbook_url)?.[1];
    const name = runbookNames[Number(page) - 1];
    expect(existsSync(`docs/runbooks/${name ?? ''}.md`)).toBe(true);
    const shownPage = dashboards.get('sce-runbooks')?.panels?.find(({ id }) => id === Number(page));
    expect(JSON.stringify(shownPage)).toContain('**Means:**');
  });
});

describe('examples', () => {
  const example = (name: string) =>
    parse(readFileSync(`provisioning/alerting/${name}.yaml.example`, 'utf8')) as Record<
      string,
      { name?: string; receiver?: string; routes?: { receiver: string; mute_time_intervals?: string[] }[] }[]
    >;

  it('of policies name contact points and mute times that are there', () => {
    const names = (example('contact-points')['contactPoints'] ?? []).map(({ name }) => name);
    const { policies = [], muteTimes = [] } = example('notification-policies');
    const routes = policies.flatMap((policy) => [policy, ...(policy.routes ?? [])]);
    expect(routes.length).toBeGreaterThan(2);
    for (const { receiver } of routes) expect(names).toContain(receiver);
    const muted = policies.flatMap(({ routes: all = [] }) => all.flatMap((route) => route.mute_time_intervals ?? []));
    for (const name of muted) expect(muteTimes.map((time) => time.name)).toContain(name);
  });
});

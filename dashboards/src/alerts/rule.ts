/* eslint-disable @typescript-eslint/no-deprecated -- Grafana 12 provisions files of the first schema; the second is not for files yet */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dataSourceUid, viewQuery, type Question } from '../lib/query.ts';
import { runbookUrl, type RunbookName } from '../runbooks.ts';

/** A condition that holds from `above` on and ends below `until`: what hovers about the limit does not come and go. */
export interface Limit {
  readonly above: number;
  /** Default: the same. */
  readonly until?: number;
}

export interface AlertRule {
  /** Never renamed: silences and notification policies know it. */
  readonly uid: string;
  readonly title: string;
  /** `A` is what the rule is about; the others are for the condition or the message. Text columns become labels. */
  readonly queries: Readonly<Record<string, Question>>;
  /** Of the queries, before the limit is looked at: `$A * ($B >= 20)`. Default `$A`. */
  readonly math?: string;
  readonly limit: Limit;
  readonly hours: number;
  /** Queries about an earlier time: refId → days before the others. */
  readonly daysAgo?: Readonly<Record<string, number>>;
  /** How long it must hold before it is told. */
  readonly for?: string;
  /** Without any row: nothing is wrong, or that is what is wrong. */
  readonly noData?: 'OK' | 'Alerting';
  readonly error?: 'KeepLast' | 'Error';
  readonly severity: 'info' | 'warning' | 'critical';
  /** With the values of the queries: `{{ $labels.role }}`, `{{ $values.A.Value }}`. */
  readonly summary: string;
  readonly description: string;
  readonly runbook: RunbookName;
  /** Dashboard, and the title of its panel that shows the same. */
  readonly panel: readonly [uid: string, title: string];
}

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly AlertRule[];
}

const expressions = '__expr__';

/** The rule as Grafana's file provisioning reads it. Throws when the panel it links is not there. */
export function provisionedRule(rule: AlertRule, dashboards: ReadonlyMap<string, Dashboard>) {
  const [dashboardUid, panelTitle] = rule.panel;
  const panel = dashboards.get(dashboardUid)?.panels?.find(({ title }) => title === panelTitle);
  if (panel?.id === undefined) throw new Error(`${rule.uid}: ${dashboardUid} has no panel "${panelTitle}"`);
  const queries = Object.entries(rule.queries).map(([refId, question]) => ({
    refId,
    relativeTimeRange: relativeRange(rule.hours, rule.daysAgo?.[refId] ?? 0),
    datasourceUid: dataSourceUid,
    model: viewQuery(refId, question),
  }));
  const input = rule.math === undefined ? 'A' : 'Value';
  const math = rule.math === undefined ? [] : [expression('Value', { type: 'math', expression: rule.math })];
  return {
    uid: rule.uid,
    title: rule.title,
    condition: 'Limit',
    data: [...queries, ...math, expression('Limit', threshold(input, rule.limit))],
    dashboardUid,
    panelId: panel.id,
    noDataState: rule.noData ?? 'OK',
    execErrState: rule.error ?? 'KeepLast',
    for: rule.for ?? '0s',
    annotations: {
      summary: unlessEmpty(rule.summary, rule.title),
      description: unlessEmpty(rule.description, 'There is no value.'),
      runbook_url: runbookUrl(rule.runbook),
      __dashboardUid__: dashboardUid,
      __panelId__: String(panel.id),
    },
    labels: { severity: rule.severity, product: 'sce-voice' },
    isPaused: false,
  };
}

function relativeRange(hours: number, daysAgo: number): { readonly from: number; readonly to: number } {
  const to = daysAgo * 86_400;
  return { from: to + hours * 3600, to };
}

/** Without data there are no values to write: a template that needs one would be shown as it stands. */
function unlessEmpty(text: string, instead: string): string {
  return `{{ if $values.A }}${text}{{ else }}${instead}{{ end }}`;
}

function expression(refId: string, model: Readonly<Record<string, unknown>>) {
  return {
    refId,
    relativeTimeRange: { from: 0, to: 0 },
    datasourceUid: expressions,
    model: { refId, datasource: { type: expressions, uid: expressions }, ...model },
  };
}

function threshold(input: string, { above, until }: Limit) {
  const back = until === undefined ? {} : { unloadEvaluator: { type: 'lt', params: [until] } };
  return {
    type: 'threshold',
    expression: input,
    conditions: [{ evaluator: { type: 'gt', params: [above] }, ...back }],
  };
}

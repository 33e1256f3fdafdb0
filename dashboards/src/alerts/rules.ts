import { uids } from '../boards/uids.ts';
import { polledRules } from './polled-rules.ts';
import type { AlertRule, RuleGroup } from './rule.ts';

const idleRole: AlertRule = {
  uid: 'sce-idle-role',
  title: 'A role leaves most of what it reserves idle',
  queries: {
    A: {
      view: 'idle-cores-summary',
      params: { group_by: ['role'], kind: 'interactive' },
      columns: ['role', 'idle_share'],
    },
    B: {
      view: 'idle-cores-summary',
      params: { group_by: ['role'], kind: 'interactive' },
      columns: ['role', 'containers'],
    },
  },
  // A few containers say little: with fewer than twenty the share counts as none.
  math: '$A * ($B >= 20)',
  limit: { above: 0.6, until: 0.5 },
  hours: 24,
  severity: 'warning',
  summary: '{{ $labels.role }}: {{ humanizePercentage $values.A.Value }} of the reserved cores are idle',
  description:
    'Over the last 24 hours (whole days) {{ $values.B.Value }} interactive containers of {{ $labels.role }} left {{ humanizePercentage $values.A.Value }} of the cores they reserve unused. The limit is 60 %; it ends below 50 %.',
  runbook: 'idle-role',
  panel: [uids.idle, 'By role'],
};

const costAnomaly: AlertRule = {
  uid: 'sce-cost-anomaly',
  title: 'A department costs more than usual',
  queries: {
    A: { view: 'department-cost-anomalies', columns: ['department', 'excess_cost'] },
    Cost: { view: 'department-cost-anomalies', columns: ['department', 'cost'] },
    Expected: { view: 'department-cost-anomalies', columns: ['department', 'expected_cost'] },
  },
  limit: { above: 0 },
  hours: 24,
  severity: 'warning',
  summary:
    '{{ $labels.department }} reserved for {{ printf "%.0f" $values.Cost.Value }} on the last complete day; {{ printf "%.0f" $values.Expected.Value }} is usual',
  description:
    'That is {{ printf "%.0f" $values.A.Value }} more than the median of such weekdays + max(4 · s, 50) of the last 84 days.',
  runbook: 'cost-anomaly',
  panel: [uids.cost, 'Departments, yesterday'],
};

function forecastOverBudget(of: 'platform' | 'department'): AlertRule {
  const params = of === 'department' ? { group_by: ['department'] } : {};
  const who = of === 'department' ? '{{ $labels.department }}' : 'The platform';
  return {
    uid: of === 'department' ? 'sce-forecast-budget-department' : 'sce-forecast-budget-platform',
    title: of === 'department' ? 'A department will exceed its budget' : 'The platform will exceed its budget',
    queries: {
      A: { view: 'cost-forecast', params, columns: ['department', 'budget_share'] },
      Forecast: { view: 'cost-forecast', params, columns: ['department', 'forecast_cost'] },
      Budget: { view: 'cost-forecast', params, columns: ['department', 'budget'] },
    },
    limit: { above: 1, until: 0.97 },
    hours: 24,
    severity: 'warning',
    summary: `${who} will have cost {{ printf "%.0f" $values.Forecast.Value }} by the end of the month: {{ humanizePercentage $values.A.Value }} of the budget of {{ printf "%.0f" $values.Budget.Value }}`,
    description:
      'Complete days of the month plus weekday medians with the trend of the last 84 days for the days left. It ends below 97 %.',
    runbook: 'forecast-over-budget',
    panel: of === 'department' ? [uids.cost, 'Forecast by department'] : [uids.cost, 'Share of the budget'],
  };
}

const nodeIdle: AlertRule = {
  uid: 'sce-node-idle',
  title: 'A node does nothing',
  queries: {
    A: { view: 'node-idle', columns: ['cluster', 'node', 'node_type', 'idle_share'] },
    B: { view: 'node-idle', columns: ['cluster', 'node', 'node_type', 'node_hours'] },
  },
  // A node that has just come is idle, and rightly so.
  math: '$A * ($B >= 20)',
  limit: { above: 0.95, until: 0.9 },
  hours: 24,
  severity: 'info',
  summary: 'Node {{ $labels.node }} ({{ $labels.node_type }}) is {{ humanizePercentage $values.A.Value }} idle',
  description:
    'Over the last 24 hours (whole days) {{ humanizePercentage $values.A.Value }} of the cores of {{ $labels.node }} in {{ $labels.cluster }} were reserved by nobody or reserved and not used; it was there for {{ printf "%.0f" $values.B.Value }} hours.',
  runbook: 'node-idle',
  panel: [uids.idle, 'Nodes'],
};

const endOfLife: AlertRule = {
  uid: 'sce-end-of-life',
  title: 'Containers are kept alive on a runtime past its end of life',
  queries: {
    A: { view: 'end-of-life', params: { by_release: false }, columns: ['release', 'containers'] },
    Overdue: { view: 'end-of-life', params: { by_release: false }, columns: ['release', 'overdue_days'] },
  },
  limit: { above: 0 },
  hours: 1,
  for: '24h',
  severity: 'info',
  summary:
    '{{ $values.A.Value }} containers run a release of {{ $labels.release }} past its end of life, for {{ $values.Overdue.Value }} days at most',
  description: 'For a day now. The dashboard lists the releases; who uses them is for those who may know.',
  runbook: 'end-of-life',
  panel: [uids.runtimes, 'Past, or within half a year of, the end of life'],
};

function dataGap(uid: string, metric: string, what: string, panel: string): AlertRule {
  return {
    uid,
    title: `No ${what} arrive`,
    queries: {
      A: { view: 'data-quality', params: { metric }, columns: ['job', 'newest_sample_age_seconds'] },
    },
    limit: { above: 900, until: 600 },
    hours: 1,
    noData: 'Alerting',
    error: 'Error',
    severity: 'critical',
    summary: `No ${what} from {{ $labels.job }} for {{ humanizeDuration $values.A.Value }}`,
    description: `The newest sample of ${metric} is older than 15 minutes, or there is none in 24 hours. What happens meanwhile will be shown as unknown, not as idle.`,
    runbook: 'data-gap',
    panel: [uids.quality, panel],
  };
}

const sourceFailing: AlertRule = {
  uid: 'sce-source-failing',
  title: 'A source fails again and again',
  queries: { A: { view: 'source-status', columns: ['source', 'instance', 'failures_in_row'] } },
  // The third failure in a row; one good run ends it.
  limit: { above: 2, until: 1 },
  hours: 24,
  severity: 'warning',
  summary: '{{ $labels.source }}/{{ $labels.instance }} has failed {{ $values.A.Value }} times in a row',
  description:
    'What it brought before stays, and grows old. The table of sources on the dashboard says what happened last.',
  runbook: 'source-failing',
  panel: [uids.quality, 'Sources'],
};

/** Every alert rule there is. */
export const ruleGroups: readonly RuleGroup[] = [
  {
    name: 'SCE Voice: use and money',
    interval: '1h',
    rules: [
      idleRole,
      nodeIdle,
      costAnomaly,
      forecastOverBudget('platform'),
      forecastOverBudget('department'),
      endOfLife,
    ],
  },
  {
    name: 'SCE Voice: data',
    interval: '5m',
    rules: [
      dataGap('sce-data-gap-cpu', 'container_cpu_usage_seconds_total', 'CPU samples', 'Age of CPU samples'),
      dataGap('sce-data-gap-pods', 'kube_pod_info', 'facts about pods', 'Age of pod facts'),
      sourceFailing,
    ],
  },
  { name: 'SCE Voice: Connect and Batch', interval: '1h', rules: polledRules },
];

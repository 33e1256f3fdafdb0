import type { DataFrame } from '@grafana/data';
import type { Catalog, ValuesResponse } from '../../../ingestor/src/contract/index.ts';
import { problemOf } from '../datasource/errors.ts';
import { type Answer, rowsOf } from './ask.ts';
import { format } from './figures.ts';
import { metricRows, staleSeconds } from './quality.ts';

export interface Check {
  readonly title: string;
  readonly state: 'ok' | 'warning' | 'error' | 'unknown';
  readonly says: string;
  /** What to do next. */
  readonly todo?: string;
}

/** What was asked to find out; an `error` where there is no answer. */
export interface Findings {
  /** Without a status: Grafana itself could not ask. */
  readonly health: { readonly status?: string; readonly message: string } | { readonly error: unknown };
  readonly catalog: Catalog | { readonly error: unknown };
  readonly departments: ValuesResponse | { readonly error: unknown };
  readonly quality: Answer;
  readonly cost: Answer;
  readonly carbon: Answer;
}

/** What the views of containers are made of, by who exports it. */
const needed: readonly { readonly from: string; readonly metrics: readonly string[]; readonly gives: string }[] = [
  {
    from: 'cAdvisor',
    metrics: ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes'],
    gives: 'what containers really use',
  },
  {
    from: 'kube-state-metrics',
    metrics: ['kube_pod_info', 'kube_pod_container_resource_requests', 'kube_node_status_allocatable'],
    gives: 'what is requested and offered',
  },
];

/** The state of the set-up, in the order in which one would mend it. */
export function checksOf(found: Findings): Check[] {
  return [
    reach(found.health),
    scope(found.catalog),
    ...needed.map((group) => metrics(found.quality, group)),
    directory(found.departments),
    prices(found.cost),
    carbon(found.carbon),
  ];
}

function reach(health: Findings['health']): Check {
  const title = 'The ingestor answers';
  if ('error' in health)
    return {
      title,
      state: 'error',
      says: problemOf(health.error).message,
      todo: 'Check address, token and TLS in the settings of the data source.',
    };
  if (health.status?.toLowerCase() === 'ok') return { title, state: 'ok', says: health.message };
  return {
    title,
    state: 'error',
    says: health.message,
    todo: 'Check address, token and TLS in the settings of the data source.',
  };
}

const scopes = {
  aggregate: 'groups of people, never one person',
  self: 'yourself',
  department: 'groups of your department',
  platform: 'everything, persons included; such reads are logged',
} as const;

function scope(catalog: Findings['catalog']): Check {
  const title = 'What you may see';
  if ('error' in catalog) return { title, state: 'unknown', says: problemOf(catalog.error).message };
  const { scope: own, views } = catalog;
  return { title, state: 'ok', says: `Scope ${own}: ${scopes[own]}. ${views.length} questions can be asked.` };
}

function metrics(quality: Answer, { from, metrics: names, gives }: (typeof needed)[number]): Check {
  const title = `${from} arrives`;
  if ('error' in quality) return { title, state: 'unknown', says: problemOf(quality.error).message };
  const rows = metricRows(quality.frame).filter(({ metric }) => names.includes(metric));
  const missing = names.filter((name) => !rows.some(({ metric, samples }) => metric === name && samples > 0));
  const todo = `Scrape ${from} and send it on with remote_write; provisioning/prometheus has the metrics that are needed.`;
  if (missing.length > 0)
    return { title, state: 'error', says: `Missing: ${missing.join(', ')}. Without it nobody knows ${gives}.`, todo };
  const age = Math.max(...names.map((name) => newestAge(rows, name)));
  if (age > staleSeconds)
    return {
      title,
      state: 'warning',
      says: `The newest sample is ${format('s', age)} old.`,
      todo: 'Look at Prometheus: is its remote_write queue stuck?',
    };
  return { title, state: 'ok', says: `${names.length} metrics, at most ${format('s', age)} old: ${gives}.` };
}

/** Of the freshest job that has the metric: an old job that was replaced is no fault. */
function newestAge(rows: ReturnType<typeof metricRows>, name: string): number {
  return Math.min(...rows.filter(({ metric }) => metric === name).map(({ ageSeconds }) => ageSeconds ?? Infinity));
}

function directory(departments: Findings['departments']): Check {
  const title = 'The directory of people is read';
  if ('error' in departments) return { title, state: 'unknown', says: problemOf(departments.error).message };
  const known = departments.values.filter(({ value }) => value !== 'unattributed' && value !== '');
  if (known.length > 0) return { title, state: 'ok', says: `${known.length} departments, small ones shown together.` };
  return {
    title,
    state: 'warning',
    says: 'No department is known: people are counted, but all of them are unattributed.',
    todo: 'Configure a feed under hr.feeds in sce-voice.yaml (CSV, LDAP or an API).',
  };
}

function prices(cost: Answer): Check {
  const title = 'Prices are set';
  if ('error' in cost) return { title, state: 'unknown', says: problemOf(cost.error).message };
  const rows = used(cost.frame);
  if (rows.length === 0)
    return { title, state: 'unknown', says: 'Nothing was used in the last 30 days, so nothing has a price yet.' };
  const without = rows.filter(({ cost: money }) => money === null).length;
  if (without === 0) {
    const currencies = [...new Set(rows.flatMap(({ currency }) => (currency === null ? [] : [String(currency)])))];
    return { title, state: 'ok', says: `All usage of the last 30 days has a price (${currencies.join(', ')}).` };
  }
  return {
    title,
    state: without === rows.length ? 'error' : 'warning',
    says:
      without === rows.length
        ? 'No usage has a price: there is no money in any view.'
        : 'Some usage has no price; sums that need it stay empty.',
    todo: 'Give a price of a core-hour and a GB-hour under prices in sce-voice.yaml, or import the cloud’s cost export.',
  };
}

function used(frame: DataFrame) {
  return rowsOf(frame).filter(({ core_hours: hours }) => Number(hours) > 0);
}

function carbon(answer: Answer): Check {
  const title = 'Carbon can be computed';
  if ('error' in answer) return { title, state: 'unknown', says: problemOf(answer.error).message };
  const known = rowsOf(answer.frame).some((row) =>
    Object.entries(row).some(([name, value]) => name.includes('kg') && value !== null),
  );
  if (known) return { title, state: 'ok', says: 'Coefficients and the grid’s intensity are known.' };
  return {
    title,
    state: 'warning',
    says: 'No coefficients, or no intensity of the grid. Everything else works without.',
    todo: 'Optional: carbon_coefficients and grid_intensity in sce-voice.yaml.',
  };
}

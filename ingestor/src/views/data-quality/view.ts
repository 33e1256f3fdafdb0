import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { defineView } from '../view.ts';
import type { ViewRow } from '../view.ts';

const arrivedSql = readSql(import.meta.url, 'query.sql');
const coverageSql = readSql(import.meta.url, 'coverage.sql');
const failedPollsSql = readSql(import.meta.url, 'failed-polls.sql');
const unmatchedSql = readSql(import.meta.url, 'unmatched.sql');
const rejectionsSql = readSql(import.meta.url, 'rejections.sql');

/** Coverage looks at about this many samples at most; with more, at one series in n. */
const coverageSamples = 4_000_000;

interface Arrived {
  job: string | null;
  metric: string | null;
  series: number;
  active_series: number;
  samples: number | null;
  newest_sample_at: Date | null;
}
interface Covered {
  job: string | null;
  metric: string | null;
  covered_buckets: number;
  alive_buckets: number;
}
interface FailedPoll {
  timestamp: Date;
  source: string;
  instance: string;
  outcome: string;
  error_code: string | null;
}
interface Unmatched {
  pods: number;
  covered_seconds: number | null;
  cpu_used_core_seconds: number | null;
}
interface Rejected {
  job: string | null;
  metric: string | null;
  reason: string;
  rejected: number;
}

export const dataQuality = defineView({
  id: 'data-quality',
  title: 'Data quality',
  topic: 'Operations',
  description: 'What arrives, how fresh and complete it is, and what was refused, by job and metric',
  parameters: Type.Object({
    window_hours: Type.Number({
      default: 24,
      minimum: 1,
      maximum: 168,
      description: 'Hours before the end of the range to look at',
    }),
    job: Type.String({ default: '', description: 'Only this job; empty: all' }),
    metric: Type.String({ default: '', description: 'Only this metric; empty: all' }),
  }),
  columns: [
    { name: 'job', displayName: 'Job', type: 'string', unit: null, description: 'Label job of the series' },
    { name: 'metric', displayName: 'Metric', type: 'string', unit: null, description: 'Name of the metric' },
    {
      name: 'samples',
      displayName: 'Samples',
      type: 'number',
      unit: 'short',
      description: 'Samples stored in the window',
    },
    {
      name: 'active_series',
      displayName: 'Active series',
      type: 'number',
      unit: 'short',
      description: 'Series with a sample in the window',
    },
    {
      name: 'series',
      displayName: 'Series',
      type: 'number',
      unit: 'short',
      description: 'Series known in the months of the range',
    },
    {
      name: 'newest_sample_at',
      displayName: 'Newest sample',
      type: 'time',
      unit: null,
      description: 'Empty: none in the window',
    },
    {
      name: 'newest_sample_age_seconds',
      displayName: 'Age',
      type: 'number',
      unit: 's',
      description: 'End of the range − newest sample',
    },
    {
      name: 'coverage',
      displayName: 'Coverage',
      type: 'number',
      unit: 'percentunit',
      description: 'Five-minute buckets with a sample ÷ those in which the series was alive',
    },
    {
      name: 'rejected',
      displayName: 'Rejected',
      type: 'number',
      unit: 'short',
      description: 'Samples refused in the window',
    },
    { name: 'rejected_reasons', displayName: 'Reasons', type: 'string', unit: null, description: 'Why, with counts' },
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed:
    'The last {window_hours} h of the range. Coverage: five-minute buckets with at least one sample ÷ buckets from the series’ first ' +
    'sample (or the window’s start) to its stale marker (or the window’s end), over {coverage_series}. A metric without samples in the window is listed with 0.',

  async run({ reader, range, now }, { window_hours: windowHours, job, metric }) {
    const to = range.to < now ? range.to : now;
    const from = new Date(to.getTime() - windowHours * 3_600_000);
    const earliest = range.from < from ? range.from : from;
    const month = new Date(Date.UTC(earliest.getUTCFullYear(), earliest.getUTCMonth(), 1));

    const arrived = await reader.rows<Arrived>(arrivedSql, [from, to, month, job, metric]);
    const samples = arrived.reduce((sum, row) => sum + (row.samples ?? 0), 0);
    const oneIn = Math.max(1, Math.ceil(samples / coverageSamples));
    const [covered, rejected, failedPolls, unmatched] = await Promise.all([
      reader.rows<Covered>(coverageSql, [from, to, month, job, metric, oneIn]),
      reader.rows<Rejected>(rejectionsSql, [from, to, job, metric]),
      reader.rows<FailedPoll>(failedPollsSql, [earliest, to]),
      reader.rows<Unmatched>(unmatchedSql, [from, to]),
    ]);

    const coveredBuckets = covered.reduce((sum, row) => sum + row.covered_buckets, 0);
    const aliveBuckets = covered.reduce((sum, row) => sum + row.alive_buckets, 0);
    return {
      rows: combine(to, arrived, covered, rejected),
      coverage: aliveBuckets > 0 ? Math.min(1, coveredBuckets / aliveBuckets) : null,
      facts: { window_hours: windowHours, coverage_series: oneIn === 1 ? 'all series' : `one series in ${oneIn}` },
      notices: [...failedPolls.map(sayFailure), ...unmatched.flatMap(sayUnmatched)],
    };
  },
});

function sayFailure({ timestamp, source, instance, outcome, error_code: code }: FailedPoll): string {
  return `The last poll of ${source}/${instance} (${timestamp.toISOString().slice(0, 16)}Z) was ${outcome}${code === null ? '' : `: ${code}`}; what it brought before stays`;
}

function sayUnmatched({ pods, covered_seconds: seconds, cpu_used_core_seconds: used }: Unmatched): string[] {
  if (!seconds) return [];
  return [
    `cAdvisor reports ${pods} pods that kube-state-metrics does not explain: ${Math.round(seconds)} container-seconds with ${((used ?? 0) / 3600).toFixed(1)} core-hours are in no view of containers. Check that kube_pod_info of their cluster and namespace arrives under the same cluster label`,
  ];
}

function combine(
  to: Date,
  arrived: readonly Arrived[],
  covered: readonly Covered[],
  rejected: readonly Rejected[],
): ViewRow[] {
  const key = (row: { job: string | null; metric: string | null }): string =>
    JSON.stringify([row.job ?? '', row.metric ?? '']);
  const coverage = new Map(covered.map((row) => [key(row), Math.min(1, row.covered_buckets / row.alive_buckets)]));
  const refused = new Map<string, Rejected[]>();
  for (const row of rejected) refused.set(key(row), [...(refused.get(key(row)) ?? []), row]);
  const known = new Set(arrived.map(key));
  const onlyRefused = [...refused.values()]
    .flatMap((rows) => rows.slice(0, 1))
    .filter((row) => !known.has(key(row)))
    .map((row) => ({
      job: row.job,
      metric: row.metric,
      series: 0,
      active_series: 0,
      samples: 0,
      newest_sample_at: null,
    }));
  return [...arrived, ...onlyRefused].map((row) => {
    const reasons = refused.get(key(row)) ?? [];
    return {
      job: row.job,
      metric: row.metric,
      samples: row.samples ?? 0,
      active_series: row.active_series,
      series: row.series,
      newest_sample_at: row.newest_sample_at,
      newest_sample_age_seconds: row.newest_sample_at && (to.getTime() - row.newest_sample_at.getTime()) / 1000,
      coverage: coverage.get(key(row)) ?? null,
      rejected: reasons.reduce((sum, { rejected: count }) => sum + count, 0),
      rejected_reasons: reasons.map(({ reason, rejected: count }) => `${reason}: ${count}`).join(', ') || null,
    };
  });
}

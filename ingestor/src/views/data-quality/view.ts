import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { defineView, type TimeRange, type ViewRow } from '../view.ts';
import { Arrivals, type SeriesTotal } from './arrivals.ts';
import { loadNames, type SeriesName } from './series-names.ts';

const knownSql = readSql(import.meta.url, 'query.sql');
const endedSql = readSql(import.meta.url, 'ended.sql');
const failedPollsSql = readSql(import.meta.url, 'failed-polls.sql');
const unmatchedSql = readSql(import.meta.url, 'unmatched.sql');
const rejectionsSql = readSql(import.meta.url, 'rejections.sql');
const bucketMs = 300_000;

interface Named {
  readonly job: string | null;
  readonly metric: string | null;
}
interface Known extends Named {
  readonly series: number;
}
/** What arrived of a metric in the window. */
interface Arrived extends Named {
  samples: number;
  active_series: number;
  newest: number;
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
    'sample (or the window’s start) to its stale marker (or the window’s end). A metric without samples in the window is listed with 0.',

  async run({ reader, range, now }, { window_hours: windowHours, job, metric }) {
    const to = range.to < now ? range.to : now;
    const from = new Date(to.getTime() - windowHours * 3_600_000);
    const earliest = range.from < from ? range.from : from;
    const month = new Date(Date.UTC(earliest.getUTCFullYear(), earliest.getUTCMonth(), 1));

    const window = { from, to };
    const [known, totals, ended, rejected, failedPolls, unmatched] = await Promise.all([
      reader.rows<Known>(knownSql, [month, to, job, metric]),
      Arrivals.of(reader).within(window),
      reader.rows<{ series: bigint | number | string; ended_at: Date }>(endedSql, [from, to]),
      reader.rows<Rejected>(rejectionsSql, [from, to, job, metric]),
      reader.rows<FailedPoll>(failedPollsSql, [earliest, to]),
      reader.rows<Unmatched>(unmatchedSql, [from, to]),
    ]);
    const names = await loadNames(
      reader,
      window,
      totals.map(({ series }) => series),
    );
    const endedAt = new Map(ended.map((row) => [String(row.series), row.ended_at.getTime()]));
    const arrived = arrivedByMetric(window, totals, names, endedAt);
    const shown = known.flatMap((row) => arrived.get(keyOf(row)) ?? []);
    const alive = shown.reduce((sum, row) => sum + row.alive_buckets, 0);
    const covered = shown.reduce((sum, row) => sum + row.covered_buckets, 0);
    return {
      rows: combine(to, known, arrived, rejected),
      coverage: alive > 0 ? Math.min(1, covered / alive) : null,
      facts: { window_hours: windowHours },
      notices: [...failedPolls.map(sayFailure), ...unmatched.flatMap(sayUnmatched)],
    };
  },
});

function keyOf({ job, metric }: Named): string {
  return JSON.stringify([job ?? '', metric ?? '']);
}

/** Series by job and metric. One is alive from the window's start, or its first sample, to the window's end, or its stale marker. */
function arrivedByMetric(
  { from, to }: TimeRange,
  totals: readonly SeriesTotal[],
  names: ReadonlyMap<string, SeriesName>,
  endedAt: ReadonlyMap<string, number>,
): Map<string, Arrived> {
  const bucketOf = (time: number): number => Math.floor(time / bucketMs) * bucketMs;
  const metrics = new Map<string, Arrived>();
  const keys = new Map<SeriesName, string>();
  for (const { series, samples, oldest, newest, buckets } of totals) {
    const name = names.get(series);
    if (name === undefined) continue;
    const key = keys.get(name) ?? keyOf(name);
    keys.set(name, key);
    let row = metrics.get(key);
    if (row === undefined)
      metrics.set(
        key,
        (row = { ...name, samples: 0, active_series: 0, newest: 0, covered_buckets: 0, alive_buckets: 0 }),
      );
    const begins = bucketOf(name.known_since < from ? from.getTime() : oldest);
    const ends = (endedAt.get(series) ?? 0) >= bucketOf(newest) ? bucketOf(newest) + bucketMs : to.getTime();
    row.samples += samples;
    row.active_series += 1;
    row.newest = Math.max(row.newest, newest);
    row.covered_buckets += buckets;
    row.alive_buckets += Math.floor((ends - begins) / 60_000) / 5;
  }
  return metrics;
}

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
  known: readonly Known[],
  arrived: ReadonlyMap<string, Arrived>,
  rejected: readonly Rejected[],
): ViewRow[] {
  const refused = new Map<string, Rejected[]>();
  for (const row of rejected) refused.set(keyOf(row), [...(refused.get(keyOf(row)) ?? []), row]);
  const names = new Set(known.map(keyOf));
  const onlyRefused = [...refused.values()]
    .flatMap((rows) => rows.slice(0, 1))
    .filter((row) => !names.has(keyOf(row)))
    .map((row) => ({ job: row.job, metric: row.metric, series: 0 }));
  return [...known, ...onlyRefused].map((row) => {
    const came = arrived.get(keyOf(row));
    const reasons = refused.get(keyOf(row)) ?? [];
    return {
      job: row.job,
      metric: row.metric,
      samples: came?.samples ?? 0,
      active_series: came?.active_series ?? 0,
      series: row.series,
      newest_sample_at: came ? new Date(came.newest) : null,
      newest_sample_age_seconds: came ? (to.getTime() - came.newest) / 1000 : null,
      coverage: came ? Math.min(1, came.covered_buckets / came.alive_buckets) : null,
      rejected: reasons.reduce((sum, { rejected: count }) => sum + count, 0),
      rejected_reasons: reasons.map(({ reason, rejected: count }) => `${reason}: ${count}`).join(', ') || null,
    };
  });
}

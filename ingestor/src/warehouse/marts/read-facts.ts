import { metricRange } from '../metric-range.ts';
import { readSql } from '../sql.ts';
import type { MartContext } from './mart-context.ts';
import type { NodeScan } from './node-rows.ts';
import { PodFactsCollector, type SeriesScan } from './pod-facts.ts';
import { pageRows, readPages, readRows } from './read-rows.ts';
import { detailLabel, toSeriesInfo, type SeriesInfo, type SeriesRow } from './series-info.ts';
import { withList } from './sql-list.ts';

const stageSql = readSql(import.meta.url, 'facts/stage-facts.sql');
const stagedSql = readSql(import.meta.url, 'facts/staged-facts.sql');
const uidsSql = readSql(import.meta.url, 'facts/pod-uids.sql');
const mixedSql = readSql(import.meta.url, 'facts/mixed.sql');
const positiveSql = readSql(import.meta.url, 'facts/positive.sql');
const staleSql = readSql(import.meta.url, 'facts/stale.sql');
const newSeriesSql = readSql(import.meta.url, 'facts/new-series.sql');

/** Of both generations of names: until 2.0 the resource was part of the name. The same list is in facts/stage-facts.sql. */
const scanned = [
  'kube_pod_info',
  'kube_pod_created',
  'kube_pod_start_time',
  'kube_pod_status_scheduled_time',
  'kube_pod_completion_time',
  'kube_pod_deletion_timestamp',
  'kube_pod_status_phase',
  'kube_pod_status_reason',
  'kube_pod_container_state_started',
  'kube_pod_container_resource_requests',
  'kube_pod_container_resource_limits',
  'kube_pod_container_status_terminated_reason',
  'kube_pod_container_status_last_terminated_reason',
  'kube_node_status_allocatable',
  'kube_pod_spec_volumes_persistentvolumeclaims_info',
  'kube_pod_container_resource_requests_cpu_cores',
  'kube_pod_container_resource_requests_memory_bytes',
  'kube_pod_container_resource_limits_cpu_cores',
  'kube_pod_container_resource_limits_memory_bytes',
  'kube_node_status_allocatable_cpu_cores',
  'kube_node_status_allocatable_memory_bytes',
];
const idOf = (metric: string): bigint => metricRange(metric).low;
const scannedIds = scanned.map(idOf);
/** A series for every state: only those that are true are read. */
const stateIds = ['kube_pod_status_phase', 'kube_pod_status_reason'].map(idOf);
/** Gauges of which it matters when they were 1, and that are staged while they are 0, too. */
const reasonIds = [
  'kube_pod_container_status_terminated_reason',
  'kube_pod_container_status_last_terminated_reason',
].map(idOf);
const hour = 3_600_000;
const longMin = -(2n ** 63n) + 1n;

interface StagedFact extends SeriesRow {
  readonly detail: string | null;
  readonly unit: string | null;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly first_value: number;
  readonly last_value: number;
  readonly min_value: number;
  readonly max_value: number;
}

interface Span {
  readonly first_positive_at: Date;
  readonly last_positive_at: Date;
}

export interface WindowFacts {
  readonly facts: PodFactsCollector;
  readonly nodeSeries: readonly Pick<NodeScan, 'info' | 'scan'>[];
}

/** What kube-state-metrics said in a window (with its margin), page by page: only pods and nodes are kept, not their series. */
export async function readFacts(
  context: MartContext,
  margin: readonly [Date, Date],
  months: readonly [Date, Date],
): Promise<WindowFacts> {
  const { reader } = context.warehouse;
  await reader.execute('truncate table mart_stage_facts');
  const list = { placeholder: '($7)', from: 7, length: scannedIds.length };
  await reader.execute(withList(stageSql, list), [...margin, ...months, ...stateIds, ...scannedIds]);
  const uidOf = await uidsByName(context);
  const positive = await positiveSpans(context, margin);

  const facts = new PodFactsCollector();
  const nodeSeries: { info: SeriesInfo; scan: SeriesScan }[] = [];
  for await (const page of readPages<StagedFact>(reader, stagedSql))
    for (const row of page) {
      const info = uidOf(
        toSeriesInfo(row, {
          ...(row.detail === null ? {} : { [detailLabel(row.metric)]: row.detail }),
          ...(row.unit === null ? {} : { unit: row.unit }),
        }),
      );
      const scan = toScan(row, positive);
      if (info.metric.startsWith('kube_node_')) nodeSeries.push({ info, scan });
      else facts.addScan(info, scan);
    }
  const info = metricRange('kube_pod_info');
  for (const row of await readRows<SeriesRow & { stale_at: Date }>(reader, staleSql, [
    ...margin,
    ...months,
    info.low,
    info.high,
  ]))
    facts.addStale(toSeriesInfo(row, {}), row.stale_at);
  for await (const row of newSeries(context, margin)) facts.addSeries(uidOf(row));
  return { facts, nodeSeries };
}

/** Series of which the labels matter, registered in the window. */
async function* newSeries(context: MartContext, [from, to]: readonly [Date, Date]): AsyncGenerator<SeriesInfo> {
  const hourOf = new Date(Math.floor(from.getTime() / hour) * hour);
  for (let last = longMin; ;) {
    const page = await readRows<SeriesRow & { labels: string | null }>(context.warehouse.reader, newSeriesSql, [
      hourOf,
      to,
      last,
      pageRows,
    ]);
    for (const row of page) yield toSeriesInfo(row, JSON.parse(row.labels ?? '{}') as Record<string, string>);
    if (page.length < pageRows) return;
    last = BigInt(page.at(-1)?.series ?? 0);
  }
}

/** Until 2.0 kube-state-metrics put the uid on few series: the others have it from the latest pod of their name. */
async function uidsByName(context: MartContext): Promise<(series: SeriesInfo) => SeriesInfo> {
  const key = ({ cluster, namespace, pod }: Record<'cluster' | 'namespace' | 'pod', string | null>): string =>
    [cluster ?? '', namespace ?? '', pod ?? ''].join('\0');
  const uids = new Map<string, { uid: string; last_at: Date }>();
  for (const row of await readRows<Record<'cluster' | 'namespace' | 'pod' | 'uid', string> & { last_at: Date }>(
    context.warehouse.reader,
    uidsSql,
  )) {
    const known = uids.get(key(row));
    if (known === undefined || known.last_at < row.last_at) uids.set(key(row), { uid: row.uid, last_at: row.last_at });
  }
  return (series) =>
    series.uid !== null || !series.metric.startsWith('kube_pod_')
      ? series
      : { ...series, uid: uids.get(key(series))?.uid ?? null };
}

/** When gauges that changed between 0 and 1 were 1: few of them do in a window. */
async function positiveSpans(context: MartContext, margin: readonly [Date, Date]): Promise<ReadonlyMap<bigint, Span>> {
  const { reader } = context.warehouse;
  const [mixed] = await readRows<{ series: number | bigint }>(reader, mixedSql);
  if (Number(mixed?.series ?? 0) === 0) return new Map();
  const list = { placeholder: '($3)', from: 3, length: reasonIds.length };
  const rows = await readRows<Span & { series: bigint | number }>(reader, withList(positiveSql, list), [
    ...margin,
    ...reasonIds,
  ]);
  return new Map(rows.map((row) => [BigInt(row.series), row]));
}

function toScan(row: StagedFact, positive: ReadonlyMap<bigint, Span>): SeriesScan {
  const isMixed = row.max_value > 0 && row.min_value <= 0;
  const found = isMixed ? positive.get(BigInt(row.series)) : undefined;
  const always = row.min_value > 0;
  return {
    series: row.series,
    first_at: row.first_at,
    last_at: row.last_at,
    first_value: row.first_value,
    last_value: row.last_value,
    min_value: row.min_value,
    max_value: row.max_value,
    first_positive_at: found?.first_positive_at ?? (always ? row.first_at : null),
    last_positive_at: found?.last_positive_at ?? (always ? row.last_at : null),
  };
}

import { metricRange } from '../metric-range.ts';
import { readSql } from '../sql.ts';
import type { CellValue, Row } from '../warehouse.ts';
import { earliest, fiveMinutes, latest, type ContainerRow } from './container-row.ts';
import { concerning, endedBy, type EndEvent, type EndRequest } from './ended-by.ts';
import type { MartContext } from './mart-context.ts';
import { endOf, mergeContainer } from './merge-container.ts';
import type { KnownNode, NodeScan } from './node-rows.ts';
import { PodFactsCollector, podKey, type SeriesScan } from './pod-facts.ts';
import type { SeriesInfo } from './series-cache.ts';
import { batches, withList } from './sql-list.ts';
import { writeVolumeOwners } from './volume-owners.ts';

const scanSql = readSql(import.meta.url, 'facts/scan.sql');
const positiveSql = readSql(import.meta.url, 'facts/positive.sql');
const staleSql = readSql(import.meta.url, 'facts/stale.sql');
const containersSql = readSql(import.meta.url, 'facts/containers.sql');
const containersOfPodsSql = readSql(import.meta.url, 'facts/containers-of-pods.sql');
const seriesOfPodsSql = readSql(import.meta.url, 'facts/series-of-pods.sql');
const endEventsSql = readSql(import.meta.url, 'facts/end-events.sql');
const endRequestsSql = readSql(import.meta.url, 'facts/end-requests.sql');
const nodesSql = readSql(import.meta.url, 'facts/nodes.sql');

/** Of both generations of names: until 2.0 the resource was part of the name. */
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
const scannedIds = scanned.map((metric) => metricRange(metric).low);
const day = 86_400_000;
/** Ends are looked at again for two days: events and audit lines may come late. */
const undecidedDays = 2;

export interface DimensionUpdate {
  /** Every container that was alive in or after the window, by id. */
  readonly rows: ReadonlyMap<string, ContainerRow>;
  readonly facts: PodFactsCollector;
  readonly nodeScans: readonly NodeScan[];
  readonly clusterSeenAt: ReadonlyMap<string, Date>;
  readonly staleFrom: Date | null;
}

/** Reads what kube-state-metrics said in a window and brings `containers` up to it. */
export async function updateContainers(context: MartContext, from: Date, to: Date): Promise<DimensionUpdate> {
  const { reader, writer } = context.warehouse;
  const margin: [Date, Date] = [new Date(from.getTime() - fiveMinutes), new Date(to.getTime() + fiveMinutes)];
  const info = metricRange('kube_pod_info');
  const [fresh, scans, stale, known] = await Promise.all([
    context.series.readNew(...margin),
    scanSeries(context, margin),
    queryAll<{ series: bigint | number; stale_at: Date }>(context, staleSql, [...margin, info.low, info.high]),
    reader.rows<ContainerRow>(containersSql, [new Date(from.getTime() - undecidedDays * day)]),
  ]);
  await context.series.ensure(
    [...scans, ...stale].map(({ series }) => BigInt(series)),
    ...margin,
  );

  const facts = new PodFactsCollector();
  const nodeSeries: { info: NonNullable<ReturnType<typeof context.series.get>>; scan: SeriesScan }[] = [];
  const uidOf = uidsByName(context, scans);
  for (const series of fresh) facts.addSeries(uidOf(series));
  for (const scan of scans) {
    const found = context.series.get(BigInt(scan.series));
    if (found === undefined) continue;
    const series = uidOf(found);
    if (series.metric.startsWith('kube_node_status_allocatable')) nodeSeries.push({ info: series, scan });
    else {
      facts.addScan(series, scan);
      // The node of a pod is on its info series, which may have been registered in an earlier window.
      if (series.metric === 'kube_pod_info') facts.addSeries(series);
    }
  }
  for (const { series, stale_at } of stale) {
    const found = context.series.get(BigInt(series));
    if (found !== undefined) facts.addStale(found, stale_at);
  }
  const clusterBefore = new Map(context.clusterSeenAt);
  for (const [cluster, seenAt] of facts.clusterSeenAt)
    if ((context.clusterSeenAt.get(cluster)?.getTime() ?? 0) < seenAt.getTime())
      context.clusterSeenAt.set(cluster, seenAt);

  const before = new Map(known.map((row) => [row.container_id, stored(row)]));
  await addMissing(context, before, facts);
  await learnAttributes(context, before, facts);
  const rows = new Map(before);
  for (const pod of facts.pods.values()) {
    if (pod.firstSeenAt === null) continue;
    for (const name of pod.containers.keys()) {
      const id = `${podKey(pod.cluster, pod.uid)}/${name}`;
      rows.set(
        id,
        mergeContainer(
          before.get(id),
          pod,
          name,
          context.rules,
          context.attributes.get(podKey(pod.cluster, pod.uid)) ?? {},
          context.personOf,
        ),
      );
    }
  }
  for (const [id, row] of rows)
    rows.set(id, { ...row, ended_at: endOf(row, context.clusterSeenAt.get(row.cluster) ?? null) });
  await decideEnds(context, rows, before);
  const changed = [...rows.values()].filter((row) => !sameRow(row, before.get(row.container_id)));
  if (changed.length > 0) {
    await writer.write([{ table: 'containers', rows: changed as unknown as Row[] }]);
    await context.warehouse.settle(['containers']);
  }
  await writeVolumeOwners(context, facts.claims, rows.values());
  return {
    rows,
    facts,
    nodeScans: await nodeScans(context, nodeSeries, from, to),
    clusterSeenAt: context.clusterSeenAt,
    staleFrom: staleFrom(rows, before, clusterBefore, from),
  };
}

/** Where earlier windows must be computed again: somebody ended earlier than was thought, or came back after a gap. */
function staleFrom(
  rows: ReadonlyMap<string, ContainerRow>,
  before: ReadonlyMap<string, ContainerRow>,
  clusterBefore: ReadonlyMap<string, Date>,
  from: Date,
): Date | null {
  let found: Date | null = null;
  const horizon = new Date(from.getTime() - day);
  for (const [id, row] of rows) {
    const old = before.get(id);
    const note = (at: Date | null | undefined): void => {
      if (at && at < from) found = earliest(found, at);
    };
    if (old === undefined) {
      // Scheduled while the cluster was reporting, yet seen only now. What is older than the data has no earlier windows.
      if (
        clusterBefore.has(row.cluster) &&
        row.scheduled_at !== null &&
        row.scheduled_at < new Date(from.getTime() - fiveMinutes)
      )
        note(latest(row.scheduled_at, horizon));
      continue;
    }
    if (old.ended_at?.getTime() !== row.ended_at?.getTime()) note(earliest(old.ended_at, row.ended_at));
    if (old.scheduled_at?.getTime() !== row.scheduled_at?.getTime())
      note(latest(earliest(old.scheduled_at, row.scheduled_at), horizon));
    // The cluster was silent before this window: what is alive was alive through the gap.
    const seen = clusterBefore.get(row.cluster);
    if (seen !== undefined && from.getTime() - seen.getTime() > fiveMinutes && row.last_seen_at > old.last_seen_at)
      note(seen);
  }
  return found;
}

async function queryAll<T>(context: MartContext, sql: string, parameters: readonly CellValue[]): Promise<T[]> {
  const { columns, rows } = await context.warehouse.reader.query(sql, parameters, { timeoutMs: 120_000 });
  return rows.map((cells) => Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]])) as T);
}

/** Until 2.0 kube-state-metrics put the uid on few series: the others have it from the latest pod of their name. */
function uidsByName(context: MartContext, scans: readonly SeriesScan[]): (series: SeriesInfo) => SeriesInfo {
  const key = ({ cluster, namespace, pod }: SeriesInfo): string => [cluster, namespace, pod].join('\0');
  const uids = new Map<string, { uid: string; at: Date }>();
  for (const scan of scans) {
    const info = context.series.get(BigInt(scan.series));
    if (info?.metric !== 'kube_pod_info' || info.uid === null) continue;
    const known = uids.get(key(info));
    if (known === undefined || known.at < scan.last_at) uids.set(key(info), { uid: info.uid, at: scan.last_at });
  }
  return (series) =>
    series.uid !== null || !series.metric.startsWith('kube_pod_')
      ? series
      : { ...series, uid: uids.get(key(series))?.uid ?? null };
}

/** Statistics per series, with the times above zero of those that were not always. */
async function scanSeries(context: MartContext, margin: readonly [Date, Date]): Promise<SeriesScan[]> {
  type Scan = Omit<SeriesScan, 'first_positive_at' | 'last_positive_at'>;
  const list = { placeholder: '($3)', from: 3, length: scannedIds.length };
  const scans = await queryAll<Scan>(context, withList(scanSql, list), [...margin, ...scannedIds]);
  const isMixed = (scan: Scan): boolean => scan.max_value > 0 && scan.min_value <= 0;
  const positive = new Map<bigint, { first_positive_at: Date; last_positive_at: Date }>();
  if (scans.some(isMixed))
    for (const row of await queryAll<{ series: bigint | number; first_positive_at: Date; last_positive_at: Date }>(
      context,
      withList(positiveSql, list),
      [...margin, ...scannedIds],
    ))
      positive.set(BigInt(row.series), row);
  return scans.map((scan) => {
    const found = isMixed(scan) ? positive.get(BigInt(scan.series)) : undefined;
    const always = scan.min_value > 0;
    return {
      ...scan,
      first_positive_at: found?.first_positive_at ?? (always ? scan.first_at : null),
      last_positive_at: found?.last_positive_at ?? (always ? scan.last_at : null),
    };
  });
}

/** Pods of the window that ended long ago or were never seen: their rows must not be made anew. */
async function addMissing(
  context: MartContext,
  before: Map<string, ContainerRow>,
  facts: PodFactsCollector,
): Promise<void> {
  const known = new Set([...before.values()].map(({ cluster, uid }) => podKey(cluster, uid)));
  const missing = [...facts.pods].filter(([key]) => !known.has(key)).map(([, { uid }]) => uid);
  for (const uids of batches(missing))
    for (const row of await queryAll<ContainerRow>(
      context,
      withList(containersOfPodsSql, { placeholder: '($1)', from: 1, length: uids.length }),
      uids,
    ))
      before.set(row.container_id, stored(row));
}

/** Labels are registered once a month: those of a pod already known may be in an earlier window, or in no memory after a start. */
async function learnAttributes(
  context: MartContext,
  before: ReadonlyMap<string, ContainerRow>,
  facts: PodFactsCollector,
): Promise<void> {
  const wanted: string[] = [];
  const old = new Set([...before.values()].map(({ cluster, uid }) => podKey(cluster, uid)));
  for (const [key, pod] of facts.pods) {
    if (!context.attributes.has(key) && old.has(key)) wanted.push(pod.uid);
    context.attributes.set(key, { ...context.attributes.get(key), ...pod.attributes });
  }
  for (const uids of batches(wanted))
    for (const { cluster, uid, labels } of await queryAll<{ cluster: string | null; uid: string; labels: string }>(
      context,
      withList(seriesOfPodsSql, { placeholder: '($1)', from: 1, length: uids.length }),
      uids,
    )) {
      const key = podKey(cluster ?? '', uid);
      const marks = Object.entries(JSON.parse(labels) as Record<string, string>).filter(
        ([name]) => name.startsWith('label_') || name.startsWith('annotation_'),
      );
      context.attributes.set(key, { ...Object.fromEntries(marks), ...context.attributes.get(key) });
    }
}

async function decideEnds(
  context: MartContext,
  rows: Map<string, ContainerRow>,
  before: ReadonlyMap<string, ContainerRow>,
): Promise<void> {
  const windowMs = context.config.platform.event_window_seconds * 1000;
  const open = [...rows.values()].filter(
    (row) =>
      row.ended_at !== null &&
      (row.ended_by === null || row.ended_by === 'unknown' || !sameRow(row, before.get(row.container_id))),
  );
  for (const row of rows.values())
    if (row.ended_at === null && row.ended_by !== null)
      rows.set(row.container_id, { ...row, ended_by: null, ended_reason: null });
  if (open.length === 0) return;
  const times = open.map(({ ended_at }) => ended_at?.getTime() ?? 0);
  const span = [
    new Date(times.reduce((a, b) => Math.min(a, b)) - windowMs),
    new Date(times.reduce((a, b) => Math.max(a, b)) + windowMs + 1),
  ];
  const events = (await queryAll<EndEvent>(context, endEventsSql, span)).map((event) => ({
    ...event,
    server_user: context.personOf(event.server_user),
  }));
  const requests = await queryAll<EndRequest>(context, endRequestsSql, span);
  for (const row of open) {
    const decided = endedBy(row, concerning(row, events, windowMs), concerning(row, requests, windowMs), {
      platform: context.config.platform,
      actingFor: context.actingFor,
    });
    rows.set(row.container_id, { ...row, ended_by: decided.endedBy, ended_reason: decided.reason || null });
  }
}

async function nodeScans(
  context: MartContext,
  series: readonly Pick<NodeScan, 'info' | 'scan'>[],
  from: Date,
  to: Date,
): Promise<NodeScan[]> {
  const start = new Date(Math.floor(from.getTime() / day) * day);
  const known = await context.warehouse.reader.rows<
    KnownNode & { timestamp: Date; cluster: string | null; node: string }
  >(nodesSql, [start, to]);
  const key = (at: number, cluster: string, node: string): string => [at, cluster, node].join('\0');
  const byNode = new Map(known.map((row) => [key(row.timestamp.getTime(), row.cluster ?? '', row.node), row]));
  return series.map(({ info, scan }) => ({
    info,
    scan,
    nodeType: context.series.nodeType(info.cluster, info.node ?? ''),
    knownOf: (at) => byNode.get(key(at, info.cluster, info.node ?? '')),
  }));
}

/** An empty symbol may come back as NULL. */
function stored(
  row: Omit<ContainerRow, 'cluster' | 'namespace' | 'pod' | 'visits'> & {
    cluster: string | null;
    namespace: string | null;
    pod: string | null;
    visits: number | bigint;
  },
): ContainerRow {
  return {
    ...row,
    cluster: row.cluster ?? '',
    namespace: row.namespace ?? '',
    pod: row.pod ?? '',
    visits: Number(row.visits),
  };
}

function sameRow(left: ContainerRow, right: ContainerRow | undefined): boolean {
  if (right === undefined) return false;
  return (Object.keys(left) as (keyof ContainerRow)[]).every((key) => cell(left[key]) === cell(right[key]));
}

function cell(value: CellValue | undefined): CellValue | undefined {
  return value instanceof Date ? value.getTime() : value;
}

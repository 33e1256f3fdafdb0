import { readSql } from '../sql.ts';
import type { CellValue, Row } from '../warehouse.ts';
import { earliest, fiveMinutes, latest, type ContainerRow } from './container-row.ts';
import { concerning, endedBy, type EndEvent, type EndRequest } from './ended-by.ts';
import type { MartContext } from './mart-context.ts';
import { endOf, mergeContainer } from './merge-container.ts';
import { monthsOf } from './months.ts';
import type { KnownNode, NodeScan } from './node-rows.ts';
import { podKey, type PodFactsCollector } from './pod-facts.ts';
import { readFacts } from './read-facts.ts';
import { readRows } from './read-rows.ts';
import { batches, withList } from './sql-list.ts';
import { writeVolumeOwners } from './volume-owners.ts';

const containersSql = readSql(import.meta.url, 'facts/containers.sql');
const containersOfPodsSql = readSql(import.meta.url, 'facts/containers-of-pods.sql');
const seriesOfPodsSql = readSql(import.meta.url, 'facts/series-of-pods.sql');
const endEventsSql = readSql(import.meta.url, 'facts/end-events.sql');
const endRequestsSql = readSql(import.meta.url, 'facts/end-requests.sql');
const nodesSql = readSql(import.meta.url, 'facts/nodes.sql');
const nodeTypesSql = readSql(import.meta.url, 'facts/node-types.sql');

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
  const months = monthsOf(...margin);
  const [{ facts, nodeSeries }, known] = await Promise.all([
    readFacts(context, margin, months),
    readRows<ContainerRow>(reader, containersSql, [new Date(from.getTime() - undecidedDays * day)]),
  ]);
  const clusterBefore = new Map(context.clusterSeenAt);
  for (const [cluster, seenAt] of facts.clusterSeenAt)
    if ((context.clusterSeenAt.get(cluster)?.getTime() ?? 0) < seenAt.getTime())
      context.clusterSeenAt.set(cluster, seenAt);

  const before = new Map(known.map((row) => [row.container_id, stored(row)]));
  await addMissing(context, before, facts);
  await learnAttributes(context, before, facts);
  const rows = new Map(before);
  const knownOf = containersByPod(before.values());
  for (const [key, pod] of facts.pods) {
    if (pod.firstSeenAt === null) continue;
    // A container without requests may show only where series are registered: it is there as long as its pod is.
    for (const name of new Set([...pod.containers.keys(), ...(knownOf.get(key) ?? [])])) {
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
  forgetAttributes(context, rows);
  return {
    rows,
    facts,
    nodeScans: await nodeScans(context, nodeSeries, months, from, to),
    clusterSeenAt: context.clusterSeenAt,
    staleFrom: staleFrom(rows, before, clusterBefore, from),
  };
}

function containersByPod(rows: Iterable<ContainerRow>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { cluster, uid, container } of rows) {
    const known = names.get(podKey(cluster, uid));
    if (known) known.push(container);
    else names.set(podKey(cluster, uid), [container]);
  }
  return names;
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

/** Pods of the window that ended long ago or were never seen: their rows must not be made anew. */
async function addMissing(
  context: MartContext,
  before: Map<string, ContainerRow>,
  facts: PodFactsCollector,
): Promise<void> {
  const known = new Set([...before.values()].map(({ cluster, uid }) => podKey(cluster, uid)));
  const missing = [...facts.pods].filter(([key]) => !known.has(key)).map(([, { uid }]) => uid);
  for (const uids of batches(missing))
    for (const row of await readRows<ContainerRow>(
      context.warehouse.reader,
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
    for (const { cluster, uid, labels } of await readRows<{ cluster: string | null; uid: string; labels: string }>(
      context.warehouse.reader,
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

/** Only pods of the dimension's window can be asked for again soon; others are read anew. */
function forgetAttributes(context: MartContext, rows: ReadonlyMap<string, ContainerRow>): void {
  const wanted = new Set([...rows.values()].map(({ cluster, uid }) => podKey(cluster, uid)));
  for (const key of context.attributes.keys()) if (!wanted.has(key)) context.attributes.delete(key);
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
  const events = (await readRows<EndEvent>(context.warehouse.reader, endEventsSql, span)).map((event) => ({
    ...event,
    server_user: context.personOf(event.server_user),
  }));
  const requests = await readRows<EndRequest>(context.warehouse.reader, endRequestsSql, span);
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
  months: readonly [Date, Date],
  from: Date,
  to: Date,
): Promise<NodeScan[]> {
  const start = new Date(Math.floor(from.getTime() / day) * day);
  const { reader } = context.warehouse;
  const known = await reader.rows<KnownNode & { timestamp: Date; cluster: string | null; node: string }>(nodesSql, [
    start,
    to,
  ]);
  const types = await reader.rows<{ cluster: string | null; node: string; type: string | null }>(nodeTypesSql, months);
  const typeOf = new Map(types.map(({ cluster, node, type }) => [`${cluster ?? ''}\0${node}`, type]));
  const key = (at: number, cluster: string, node: string): string => [at, cluster, node].join('\0');
  const byNode = new Map(known.map((row) => [key(row.timestamp.getTime(), row.cluster ?? '', row.node), row]));
  return series.map(({ info, scan }) => ({
    info,
    scan,
    // '' = not known: kube-state-metrics exports node labels only when told to.
    nodeType: typeOf.get(`${info.cluster}\0${info.node ?? ''}`) ?? '',
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

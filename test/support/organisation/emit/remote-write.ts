import type { Node, Pod } from '../cluster.ts';
import { memoryBytes } from '../load.ts';
import type { Organisation } from '../organisation.ts';
import { SECOND_MS, bucketAt, ceilTo, floorTo } from '../time.ts';
import { claimGauges, nodeGauges } from './node-series.ts';
import { cgroupSeries, changesOf, podGauges } from './pod-series.ts';
import type { CgroupSeries, GaugeSeries } from './pod-series.ts';
import { RequestWriter, SampleList } from './protobuf.ts';

export interface RemoteWriteOptions {
  /** Interval of cAdvisor's samples; whole multiples of it since 1970. A divisor of 300. */
  readonly scrapeSeconds: number;
  /**
   * Interval of kube-state-metrics and volumes (default: the same). `kube_pod_info`, `kube_node_info` and allocatable are
   * sent at every scrape, and every change at its scrape, all the same.
   */
  readonly slowSeconds?: number;
  /** Time that one request spans (default: one scrape, as a live sender; a back-fill takes an hour). */
  readonly sliceSeconds?: number;
  /** A request is closed at this number (default 20,000). */
  readonly maxSamples?: number;
  /** `full`: also blank-container, `POD` and network rows. `lean`: a sender that drops them (default `full`). */
  readonly rows?: 'full' | 'lean';
  /** The hole in the data (default true). */
  readonly faults?: boolean;
}

export interface WriteRequest {
  /** Snappy-compressed remote-write 1.0 body. */
  readonly body: Buffer;
  readonly samples: number;
  readonly series: number;
  /** The slice of time it belongs to, epoch ms. */
  readonly from: number;
  readonly to: number;
}

interface LivePod {
  readonly pod: Pod;
  readonly cgroups: readonly CgroupSeries[];
  readonly gauges: readonly GaugeSeries[];
  readonly changes: readonly number[];
}

interface LiveNode {
  readonly node: Node;
  readonly gauges: readonly GaugeSeries[];
}

/**
 * The cluster's samples of [from, to) as write requests, in time order, made as they are pulled. Samples stand at whole
 * multiples of the interval. Series that end get a stale marker at the scrape that misses them.
 */
export function* remoteWriteRequests(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
  options: RemoteWriteOptions,
): Generator<WriteRequest> {
  const scrapeMs = options.scrapeSeconds * 1000;
  if (300 % options.scrapeSeconds !== 0)
    throw new RangeError(`scrapeSeconds must divide 300, not ${String(options.scrapeSeconds)}`);
  const slowMs = (options.slowSeconds ?? options.scrapeSeconds) * 1000;
  const sliceMs = (options.sliceSeconds ?? options.scrapeSeconds) * 1000;
  const maxSamples = options.maxSamples ?? 20_000;
  const noise = options.rows !== 'lean';
  const { cluster, faults, frame } = organisation;
  const hole = options.faults === false ? null : faults.hole;
  const writer = new RequestWriter();
  const list = new SampleList();
  let pods: LivePod[] = [];
  let nodes: LiveNode[] = [];
  let nextPod = 0;
  const byCreation = [...cluster.nodes].sort((a, b) => a.createdAt - b.createdAt);
  let nextNode = 0;

  let from = ceilTo(range.from, scrapeMs);
  while (from < range.to) {
    // Slices end at whole multiples, so that none spans two days.
    const to = Math.min(floorTo(from, sliceMs) + sliceMs, range.to);
    const gone = (end: number): boolean => ceilTo(end, scrapeMs) < from;
    pods = pods.filter(({ pod }) => !gone(pod.removedAt));
    nodes = nodes.filter(({ node }) => !gone(node.removedAt));
    for (let pod = cluster.pods[nextPod]; pod !== undefined && pod.createdAt < to; pod = cluster.pods[++nextPod])
      if (!gone(pod.removedAt))
        pods.push({
          pod,
          cgroups: cgroupSeries(pod, frame.start, noise),
          gauges: [...podGauges(pod), ...claimGauges(pod)],
          changes: changesOf(pod),
        });
    for (let node = byCreation[nextNode]; node !== undefined && node.createdAt < to; node = byCreation[++nextNode])
      if (!gone(node.removedAt)) nodes.push({ node, gauges: nodeGauges(node) });
    for (const { pod, cgroups, gauges, changes } of pods) {
      const holed = hole !== null && pod.node !== null && hole.has(pod.node) ? hole : null;
      for (const series of cgroups) {
        writeCgroup(writer, list, series, { from, to, scrapeMs, holed });
        if (writer.samples >= maxSamples) yield { ...writer.take(), from, to };
      }
      writeGauges(
        writer,
        list,
        gauges,
        { from, to, scrapeMs, slowMs },
        { start: pod.createdAt, end: pod.removedAt, changes },
      );
      if (writer.samples >= maxSamples) yield { ...writer.take(), from, to };
    }
    for (const { node, gauges } of nodes) {
      writeGauges(
        writer,
        list,
        gauges,
        { from, to, scrapeMs, slowMs },
        { start: node.createdAt, end: node.removedAt, changes: [node.createdAt] },
      );
    }
    if (writer.samples > 0) yield { ...writer.take(), from, to };
    from = to;
  }
}

interface Slice {
  readonly from: number;
  readonly to: number;
  readonly scrapeMs: number;
}

/** The scrape that first misses something that ended at `end`, if it is in the slice; else -1. */
function staleTime(end: number, from: number, to: number, scrapeMs: number): number {
  if (end === Number.POSITIVE_INFINITY) return -1;
  const at = ceilTo(end, scrapeMs);
  return at >= from && at < to ? at : -1;
}

function writeCgroup(
  writer: RequestWriter,
  list: SampleList,
  series: CgroupSeries,
  slice: Slice & { readonly holed: { readonly from: number; readonly to: number } | null },
): void {
  const { cgroup, counter, load, noise } = series;
  const { from, to, scrapeMs, holed } = slice;
  const first = Math.max(from, ceilTo(cgroup.from, scrapeMs));
  const end = Math.min(to, cgroup.to);
  let staleAt = staleTime(cgroup.to, from, to, scrapeMs);
  // A kubelet that cannot be scraped makes Prometheus mark all of its series as stale, once.
  const lost = holed === null ? -1 : ceilTo(holed.from, scrapeMs);
  if (holed !== null && staleAt >= holed.from && staleAt < holed.to) staleAt = -1;
  if (lost >= first && lost < end) staleAt = lost;
  list.clear();
  for (let at = first; at < end; at += scrapeMs)
    if (holed === null || at < holed.from || at >= holed.to) list.push(at, counter.at(at));
  // The marker must stand behind the samples it ends; those after a hole make a series of their own in the request.
  list.staleAt = staleAt;
  writer.add(series.cpu, list);
  if (noise !== null) writer.add(noise.podCpu, list);
  for (let i = 0; i < list.length; i += 1) list.values[i] = memoryBytes(load, bucketAt(list.times[i]!));
  writer.add(series.memory, list);
  if (noise === null) return;
  writer.add(noise.podMemory, list);
  for (let i = 0; i < list.length; i += 1) list.values[i] = (list.times[i]! - cgroup.from) / 1e8;
  writer.add(noise.pauseCpu, list);
  for (let i = 0; i < list.length; i += 1) list.values[i] = Math.floor((list.times[i]! - cgroup.from) * 1.7);
  writer.add(noise.network, list);
}

interface SlowSlice extends Slice {
  readonly slowMs: number;
}

interface Life {
  readonly start: number;
  readonly end: number;
  readonly changes: readonly number[];
}

/** Scrapes of a slice at which gauges are sent: the slow grid, and the first scrape after each change, and the last one. */
function slowTimes({ from, to, scrapeMs, slowMs }: SlowSlice, { start, end, changes }: Life): readonly number[] {
  const low = Math.max(from, ceilTo(start, scrapeMs));
  const high = Math.min(to, end);
  const times: number[] = [];
  for (let at = ceilTo(low, slowMs); at < high; at += slowMs) times.push(at);
  if (slowMs === scrapeMs) return times;
  const extra = changes.map((at) => ceilTo(at, scrapeMs));
  if (end !== Number.POSITIVE_INFINITY) extra.push(floorTo(end - 1, scrapeMs));
  for (const at of extra) if (at >= low && at < high && !times.includes(at)) times.push(at);
  return times.sort((a, b) => a - b);
}

function writeGauges(
  writer: RequestWriter,
  list: SampleList,
  gauges: readonly GaugeSeries[],
  slice: SlowSlice,
  life: Life,
): void {
  const times = slowTimes(slice, life);
  const beats = slowTimes({ ...slice, slowMs: slice.scrapeMs }, life);
  const staleAt = staleTime(life.end, slice.from, slice.to, slice.scrapeMs);
  if (beats.length === 0 && staleAt < 0) return;
  for (const series of gauges) {
    list.clear();
    for (const at of series.beat === true ? beats : times) {
      const value = series.value(at);
      if (value !== null) list.push(at, value);
    }
    if (staleAt >= 0 && series.value(staleAt - SECOND_MS) !== null) list.staleAt = staleAt;
    writer.add(series.labels, list);
  }
}

/** The same requests with what a sender does to them: some twice, some six hours late. */
export function* withDelivery(
  requests: Iterable<WriteRequest>,
  faults: { readonly duplicateEvery: number; readonly lateEvery: number; readonly lateMs: number },
): Generator<WriteRequest> {
  const late: WriteRequest[] = [];
  let count = 0;
  for (const request of requests) {
    count += 1;
    while (late[0] !== undefined && late[0].to + faults.lateMs <= request.from) yield late.shift()!;
    if (count % faults.lateEvery === 0) {
      late.push(request);
      continue;
    }
    yield request;
    if (count % faults.duplicateEvery === 0) yield request;
  }
  yield* late;
}

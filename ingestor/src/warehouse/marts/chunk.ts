import { metricRange } from '../metric-range.ts';
import { readSql } from '../sql.ts';
import type { CellValue, Row, TableRows } from '../warehouse.ts';
import { aliveSpans, type AliveSpan, type RequestChange } from './alive.ts';
import { SeriesAssigner, type SplitSeries } from './assign-series.ts';
import { fiveMinutes } from './container-row.ts';
import { ContainerNumbers } from './container-numbers.ts';
import { cover, type Sample } from './cover.ts';
import { updateContainers, type DimensionUpdate } from './dimension.ts';
import type { MartContext } from './mart-context.ts';
import { monthsOf } from './months.ts';
import { nodeRows } from './node-rows.ts';
import { stageSeries } from './stage-series.ts';
import { together } from './together.ts';

const sql = (name: string): string => readSql(import.meta.url, name);
const statements = {
  cpu: sql('usage/stage-cpu.sql'),
  resets: sql('usage/stage-resets.sql'),
  memory: sql('usage/stage-memory.sql'),
  usage: sql('usage/container-usage.sql'),
  existing: sql('usage/existing.sql'),
  unmatched: sql('usage/unmatched.sql'),
  unmatchedRows: sql('usage/unmatched-rows.sql'),
  nodeUsage: sql('usage/node-usage.sql'),
  hourly: sql('daily/container-usage-1h.sql'),
  splitSamples: sql('facts/split-samples.sql'),
  valueSpans: sql('facts/value-spans.sql'),
};
const cpuMetric = 'container_cpu_usage_seconds_total';
const memoryMetric = 'container_memory_working_set_bytes';
const day = 86_400_000;
/** Container-buckets from which on a window is done in two halves. */
const largeWindow = 100_000;

export interface ChunkResult {
  /** Earliest time before the window at which what was computed no longer holds (a container that ended earlier, or came back). */
  readonly staleFrom: Date | null;
  readonly unmatchedSeries: number;
}

/** Rolls up one window of at most a day, aligned to five minutes: dimension, container_usage, node_usage, container_usage_1h. Repeatable. */
export async function rollUpChunk(context: MartContext, from: Date, to: Date): Promise<ChunkResult> {
  const { reader, writer } = context.warehouse;
  const margin: [Date, Date] = [new Date(from.getTime() - fiveMinutes), new Date(to.getTime() + fiveMinutes)];
  const ids = (metric: string): [bigint, bigint] => [metricRange(metric).low, metricRange(metric).high];
  for (const table of ['mart_stage_cpu', 'mart_stage_resets', 'mart_stage_memory'])
    await reader.execute(`truncate table ${table}`);

  // Two of about the same length at a time: of each a part is done by all workers, and a part by one.
  const [, dimension] = await together([
    reader
      .execute(statements.memory, [...margin, ...ids(memoryMetric)])
      .then(() => reader.execute(statements.cpu, [...margin, ...ids(cpuMetric)])),
    reader.execute(statements.resets, [...margin, ...ids(cpuMetric)]).then(() => updateContainers(context, from, to)),
  ]);
  const chunk = context.nextChunk();
  const changes = await requestChanges(context, dimension, margin);
  const spans = aliveSpans(
    dimension.rows.values(),
    { from, to },
    dimension.clusterSeenAt,
    dimension.facts.pods,
    changes,
  );
  const numbers = new ContainerNumbers(context, dimension.rows);
  const [existing, { split, unmatched }] = await together([
    reader.rows<Existing>(statements.existing, [from, to]),
    stageSeries(context, {
      from,
      months: monthsOf(...margin),
      chunk,
      assigner: new SeriesAssigner(dimension.rows.values(), dimension.facts.pods),
      numbers,
    }),
  ]);
  for (const { container_id: id, node } of existing) numbers.of(id, node);
  const stage: TableRows[] = [
    {
      table: 'mart_stage_alive',
      rows: spans.map((span) => ({
        timestamp: span.from,
        chunk,
        container_no: numbers.of(span.containerId),
        until: span.until,
        cpu_request_cores: span.cpuRequestCores,
        memory_request_bytes: span.memoryRequestBytes,
      })),
    },
    { table: 'mart_stage_pieces', rows: await splitPieces(context, split, margin, chunk, numbers) },
    { table: 'nodes', rows: nodeRows(dimension.nodeScans, from, to) },
  ];
  stage.push({ table: 'mart_stage_containers', rows: numbers.rows(from, chunk) });
  const filled = stage.filter(({ rows }) => rows.length > 0);
  await writer.write(filled);
  await context.warehouse.settle(['mart_stage_series', 'mart_stage_unmatched', ...filled.map(({ table }) => table)]);

  const buckets = (to.getTime() - from.getTime()) / fiveMinutes;
  const isTakenBack = isOutside(existing, spans);
  await together(
    partsOf(from, to, numbers.size).map(([start, end]) => {
      const size = (end.getTime() - start.getTime()) / fiveMinutes;
      return reader.execute(statements.usage, [start, end, chunk, size, isTakenBack ? end : start]);
    }),
  );
  const hours: [Date, Date] = [
    new Date(Math.floor(from.getTime() / 3_600_000) * 3_600_000),
    new Date(Math.ceil(to.getTime() / 3_600_000) * 3_600_000),
  ];
  await together([
    reader.execute(statements.nodeUsage, [from, to, buckets, new Date(Math.floor(from.getTime() / day) * day)]),
    reader.execute(statements.hourly, hours),
  ]);
  await rollUpUnmatched(context, from, to, chunk, unmatched);
  return { staleFrom: dimension.staleFrom, unmatchedSeries: unmatched };
}

interface Existing {
  readonly container_id: string;
  readonly node: string | null;
  readonly first_bucket: Date;
  readonly last_bucket: Date;
}

/** Whether there are rows of buckets in which their containers are not alive any more: those inside are written anew. */
function isOutside(existing: readonly Existing[], spans: readonly AliveSpan[]): boolean {
  const alive = new Map<string, { from: number; until: number }>();
  for (const { containerId, from, until } of spans) {
    const known = alive.get(containerId) ?? { from: Infinity, until: -Infinity };
    alive.set(containerId, {
      from: Math.min(known.from, from.getTime()),
      until: Math.max(known.until, until.getTime()),
    });
  }
  return existing.some(({ container_id: id, first_bucket: first, last_bucket: last }) => {
    const span = alive.get(id);
    return span === undefined || first.getTime() + fiveMinutes <= span.from || last.getTime() >= span.until;
  });
}

/** The halves of a large window, which two workers do at the same time; a small one whole, for each statement compiles anew. */
function partsOf(from: Date, to: Date, containers: number): (readonly [Date, Date])[] {
  const buckets = (to.getTime() - from.getTime()) / fiveMinutes;
  if (buckets * containers < largeWindow) return [[from, to]];
  const middle = new Date(from.getTime() + Math.floor(buckets / 2) * fiveMinutes);
  return [
    [from, middle],
    [middle, to],
  ];
}

/** Most windows have none, and none from before. */
async function rollUpUnmatched(
  context: MartContext,
  from: Date,
  to: Date,
  chunk: number,
  series: number,
): Promise<void> {
  const { reader } = context.warehouse;
  const [before] = await reader.rows<{ rows: number | bigint }>(statements.unmatchedRows, [from, to]);
  if (series > 0 || Number(before?.rows) > 0) await reader.execute(statements.unmatched, [from, to, chunk]);
}

async function requestChanges(
  context: MartContext,
  dimension: DimensionUpdate,
  margin: readonly [Date, Date],
): Promise<RequestChange[]> {
  const changing = new Map<bigint, { containerId: string; resource: 'cpu' | 'memory' }>();
  for (const pod of dimension.facts.pods.values())
    for (const [name, container] of pod.containers)
      for (const { series, resource } of container.changing)
        changing.set(series, { containerId: `${pod.cluster}/${pod.uid}/${name}`, resource });
  if (changing.size === 0) return [];
  const { low, high } = metricRange('kube_pod_container_resource_requests');
  const spans = await context.warehouse.reader.rows<{ series: bigint | number; value: number; first_at: Date }>(
    statements.valueSpans,
    [...margin, low, high],
  );
  return spans.flatMap(({ series, value, first_at }) => {
    const found = changing.get(BigInt(series));
    return found === undefined ? [] : [{ ...found, at: first_at, value }];
  });
}

/** The exact path: JupyterHub pods of one name without `id` label, or restarts inside one cgroup. */
async function splitPieces(
  context: MartContext,
  split: readonly SplitSeries[],
  margin: readonly [Date, Date],
  chunk: number,
  numbers: ContainerNumbers,
): Promise<Row[]> {
  if (split.length === 0) return [];
  const { reader, writer } = context.warehouse;
  // Negative: a list of wanted series, not an assignment.
  const wanted = -chunk;
  await writer.write([
    {
      table: 'mart_stage_series',
      rows: split.map(({ series }) => ({
        timestamp: margin[0],
        chunk: wanted,
        series,
        container_no: null,
        started_at: null,
        coverage_weight: 0,
      })),
    },
  ]);
  await context.warehouse.settle(['mart_stage_series']);
  const result: Row[] = [];
  for (const metric of [cpuMetric, memoryMetric]) {
    const samples = new Map<bigint, Sample[]>();
    const { rows } = await reader.query(
      statements.splitSamples,
      [...margin, metricRange(metric).low, metricRange(metric).high, wanted],
      { timeoutMs: 120_000 },
    );
    for (const [series, at, value] of rows as [CellValue, Date, number][]) {
      const id = BigInt(series as bigint | number);
      const list = samples.get(id);
      if (list === undefined) samples.set(id, [{ at: at.getTime(), value }]);
      else list.push({ at: at.getTime(), value });
    }
    for (const { series, segments, coverageWeight } of split.filter((candidate) => candidate.metric === metric)) {
      const pieces = cover(samples.get(series) ?? [], segments, metric === cpuMetric ? 'counter' : 'gauge');
      for (const piece of pieces)
        result.push({
          timestamp: new Date(piece.bucket),
          chunk,
          container_no: numbers.of(piece.containerId),
          series,
          resource: metric === cpuMetric ? 'cpu' : 'memory',
          covered_seconds: (piece.coveredMs / 1000) * coverageWeight,
          amount: piece.amount,
          highest_value: piece.highest,
        });
    }
  }
  return result;
}

import { readSql } from '../sql.ts';
import type { WarehouseReader } from '../warehouse.ts';

const hour = 3_600_000;
const day = 24 * hour;
const bucket = 300_000;
const sliver = 2 * bucket;
const partitionsSql = readSql(import.meta.url, 'hours/partitions.sql');
const rolledUpSql = readSql(import.meta.url, 'hours/rolled-up.sql');
const countSql = readSql(import.meta.url, 'hours/count.sql');

export interface Range {
  readonly from: Date;
  readonly to: Date;
}

export interface RawState {
  /** Latest sample; null = none at all. */
  readonly end: Date | null;
  /** Hours with more rows than when they were last rolled up, with their rows now, in order. */
  readonly dirty: ReadonlyMap<number, number>;
  /** Start of the oldest raw partition when older ones were dropped: nothing before it may be computed again. */
  readonly floor: Date | null;
}

/**
 * Finds what is new by counting: QuestDB knows the rows of a partition without reading them, and a count over an hour of
 * the designated timestamp reads nothing either. Needs no help of those who write, and survives any crash of theirs.
 * Fewer rows than before means that raw data were dropped: such an hour is never computed again.
 */
export async function readRawState(reader: WarehouseReader): Promise<RawState> {
  const partitions = await reader.rows<{ day: Date; rows: number | bigint; newest: Date }>(partitionsSql);
  const rolledUp = await reader.rows<{ timestamp: Date; sample_rows: number }>(rolledUpSql);
  const before = new Map(rolledUp.map((row) => [row.timestamp.getTime(), row.sample_rows]));
  const dayRows = new Map<number, number>();
  for (const [at, rows] of before) dayRows.set(startOf(at, day), (dayRows.get(startOf(at, day)) ?? 0) + rows);
  const now = new Map<number, number>();
  let end: Date | null = null;
  for (const { day: start, rows, newest } of partitions) {
    now.set(start.getTime(), (now.get(start.getTime()) ?? 0) + Number(rows));
    if (end === null || newest > end) end = newest;
  }
  const dirty = new Map<number, number>();
  for (const [start, rows] of [...now].sort(([left], [right]) => left - right)) {
    if (rows === dayRows.get(start)) continue;
    const counts = await Promise.all(Array.from({ length: 24 }, (_, index) => countRows(reader, start + index * hour)));
    counts.forEach((count, index) => {
      const at = start + index * hour;
      if (count > (before.get(at) ?? 0)) dirty.set(at, count);
    });
  }
  const oldest = partitions.length === 0 ? null : Math.min(...now.keys());
  const dropped = oldest !== null && [...before].some(([at, rows]) => at < oldest && rows > 0);
  return { end, dirty, floor: dropped ? new Date(oldest) : null };
}

async function countRows(reader: WarehouseReader, from: number): Promise<number> {
  const [row] = await reader.rows<{ rows: number | bigint }>(countSql, [new Date(from), new Date(from + hour)]);
  return Number(row?.rows ?? 0);
}

/**
 * What to compute, in time order, each about a UTC day: everything from the watermark to `end`, holes included, and the
 * dirty hours before it with five minutes on both sides (a late sample changes the pairs of its neighbours).
 */
export function rangesToCompute(state: RawState, watermark: Date | null, end: Date): Range[] {
  const spans: [number, number][] = [...state.dirty.keys()].map((at) => [
    at - bucket,
    Math.min(at + hour + bucket, Math.ceil(end.getTime() / bucket) * bucket),
  ]);
  if (watermark !== null && end > watermark)
    spans.push([startOf(watermark.getTime(), bucket) - bucket, Math.ceil((end.getTime() + 1) / bucket) * bucket]);
  const floor = state.floor === null ? -Infinity : state.floor.getTime() + bucket;
  spans.sort(([left], [right]) => left - right);
  const merged: [number, number][] = [];
  for (const [from, to] of spans) {
    const start = Math.max(from, floor);
    const last = merged.at(-1);
    if (start >= to) continue;
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([start, to]);
  }
  return merged.flatMap(([from, to]) => splitDays(from, to));
}

/** Cut at UTC midnights; what lies at most ten minutes beyond one stays with its neighbour. */
export function splitDays(from: number, to: number): Range[] {
  const ranges: Range[] = [];
  for (let start = from; start < to;) {
    const midnight = startOf(start, day) + day;
    let next = Math.min(to, midnight);
    // Ten minutes beside a day are not worth a window of their own.
    if (next - start <= sliver) next = Math.min(to, midnight + day);
    if (to - next <= sliver) next = to;
    ranges.push({ from: new Date(start), to: new Date(next) });
    start = next;
  }
  return ranges;
}

function startOf(at: number, unit: number): number {
  return Math.floor(at / unit) * unit;
}

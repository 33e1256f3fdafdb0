import { readSql } from '../../warehouse/sql.ts';
import { dayLabel } from '../money/day.ts';
import { loadPriceBook, type PriceBook } from '../money/price-book.ts';
import type { ViewContext } from '../view.ts';

const sql = {
  content: readSql(import.meta.url, 'content.sql'),
  lastSeen: readSql(import.meta.url, 'last-seen.sql'),
  logs: readSql(import.meta.url, 'logs.sql'),
  runs: readSql(import.meta.url, 'runs.sql'),
  recentJobs: readSql(import.meta.url, 'recent-jobs.sql'),
  schedules: readSql(import.meta.url, 'schedules.sql'),
};
export const dayMs = 86_400_000;
const yearDays = 365;
const gb = 2 ** 30;
/** A schedule that began yesterday is not multiplied by 365. */
const leastDaysObserved = 7;

export interface ContentItem {
  readonly server: string;
  readonly content_guid: string;
  readonly name: string | null;
  readonly title: string | null;
  readonly owner: string | null;
  readonly is_locked: boolean;
  readonly created_at: Date;
  readonly last_deployed_at: Date | null;
  readonly bundle_id: string | null;
  readonly app_mode: string;
  readonly category: string | null;
  readonly cpu_request_cores: number | null;
  readonly memory_request_bytes: number | null;
  readonly min_processes: number | null;
  readonly r_version: string | null;
  readonly python_version: string | null;
  readonly quarto_version: string | null;
  readonly tags: string | null;
  readonly bundles: number | null;
  readonly bytes_total: number | null;
  readonly bytes_active: number | null;
}

export interface LogSpan {
  readonly server: string;
  readonly log: string;
  readonly is_available: boolean;
  readonly begins_at: Date | null;
  readonly known_until: Date | null;
}

export interface RecentJob {
  readonly server: string;
  readonly content_guid: string;
  readonly job_key: string;
  readonly tag: string;
  readonly outcome: string;
  readonly timestamp: Date;
  readonly exit_code: number | null;
  readonly is_scheduled: boolean;
  readonly of_all: number;
  readonly of_kind: number;
}

export interface ScheduleRow {
  readonly server: string;
  readonly content_guid: string;
  readonly schedule_key: string;
  readonly type: string;
  readonly definition: string | null;
  readonly time_zone: string | null;
  readonly is_active: boolean;
  readonly mailed_to: string;
  readonly starts_at: Date | null;
}

interface RunsRow {
  readonly server: string;
  readonly content_guid: string;
  readonly is_scheduled: boolean;
  readonly runs: number;
  readonly first_run_at: Date;
  readonly seconds: number | null;
  readonly failed: number;
}

interface SeenRow {
  readonly server: string;
  readonly content_guid: string;
  readonly last_seen_at: Date;
}

/** Runs of an item over the year before; of one that is younger, carried on to a year. */
export interface Runs {
  readonly runs: number;
  readonly failed: number;
  readonly seconds: number;
  /** Null: some of it has no price. */
  readonly cost: number | null;
  /** What a year of this amounts to ÷ what was observed. */
  readonly toYear: number;
}

export interface ConnectFacts {
  /** Everything is as of this time. */
  readonly until: Date;
  readonly items: readonly ContentItem[];
  readonly lastSeen: ReadonlyMap<string, Date>;
  readonly logs: ReadonlyMap<string, LogSpan>;
  readonly recentJobs: ReadonlyMap<string, readonly RecentJob[]>;
  readonly schedules: ReadonlyMap<string, readonly ScheduleRow[]>;
  /** All runs, scheduled runs. */
  readonly runs: ReadonlyMap<string, Runs>;
  readonly scheduledRuns: ReadonlyMap<string, Runs>;
  readonly book: PriceBook;
  /** Of the bytes an item holds, in a year; null without a price. */
  storageCost(item: ContentItem): number | null;
}

export function itemKey({
  server,
  content_guid: guid,
}: {
  readonly server: string;
  readonly content_guid: string;
}): string {
  return `${server} ${guid}`;
}

/** What takes long to read: the last look at each item ever, and the cost of a year of runs. What is not read is empty. */
export interface FactsNeeded {
  readonly looks: boolean;
  readonly runs: boolean;
}

/** What the findings are made of. */
export async function loadConnectFacts(
  context: ViewContext,
  server: string,
  needed: FactsNeeded = { looks: true, runs: true },
): Promise<ConnectFacts> {
  const { reader, range, now, config } = context;
  const until = range.to < now ? range.to : now;
  const [items, seen, logs, jobs, schedules, book] = await Promise.all([
    reader.rows<ContentItem>(sql.content, [until, server]),
    needed.looks ? reader.rows<SeenRow>(sql.lastSeen, [until]) : [],
    reader.rows<LogSpan>(sql.logs),
    reader.rows<RecentJob>(sql.recentJobs, [until]),
    reader.rows<ScheduleRow>(sql.schedules, [until, server]),
    loadPriceBook(reader, ''),
  ]);
  const byItem = new Map(items.map((item) => [itemKey(item), item]));
  const zone = config.organisation.time_zone;
  const coresOf = (item: ContentItem): number => item.cpu_request_cores ?? config.connect.default_cpu_request_cores;
  const gigabytesOf = (item: ContentItem): number =>
    item.memory_request_bytes === null ? config.connect.default_memory_request_gb : item.memory_request_bytes / gb;
  const costOf = (item: ContentItem, seconds: number, at: Date): number | null => {
    const day = dayLabel(at, zone);
    const [cpu, memory] = [book.price('cpu', '', day), book.isCharged('memory') ? book.price('memory', '', day) : 0];
    if (cpu === null || memory === null) return null;
    return (seconds / 3600) * (coresOf(item) * cpu + gigabytesOf(item) * memory);
  };
  const runs = new Map<string, Runs>();
  const scheduledRuns = new Map<string, Runs>();
  for (const { from, to } of needed.runs ? priceSpans(book, until) : [])
    for (const row of await reader.rows<RunsRow>(sql.runs, [from, to, until])) {
      const item = byItem.get(itemKey(row));
      if (!item) continue;
      const cost = costOf(item, row.seconds ?? 0, from);
      add(runs, itemKey(row), row, cost, until);
      if (row.is_scheduled) add(scheduledRuns, itemKey(row), row, cost, until);
    }
  return {
    until,
    items,
    lastSeen: new Map(seen.map((row) => [itemKey(row), row.last_seen_at])),
    logs: new Map(logs.map((row) => [`${row.server} ${row.log}`, row])),
    recentJobs: grouped(jobs),
    schedules: grouped(schedules),
    runs,
    scheduledRuns,
    book,
    storageCost: ({ bytes_total: bytes }) => {
      const price = book.price('storage', '', dayLabel(until, zone));
      return price === null || bytes === null ? null : (bytes / gb) * price * 12;
    },
  };
}

/** The year before, cut where a price changes. */
function priceSpans(book: PriceBook, until: Date): { from: Date; to: Date }[] {
  const start = until.getTime() - yearDays * dayMs;
  const cuts = book
    .changeDays()
    .map((day) => day.getTime())
    .filter((at) => at > start && at < until.getTime())
    .sort((a, b) => a - b);
  const edges = [start, ...new Set(cuts), until.getTime()];
  return edges.slice(1).map((to, index) => ({ from: new Date(edges[index] ?? start), to: new Date(to) }));
}

function add(all: Map<string, Runs>, key: string, row: RunsRow, cost: number | null, until: Date): void {
  const before = all.get(key);
  const days = Math.max(leastDaysObserved, Math.min(yearDays, (until.getTime() - row.first_run_at.getTime()) / dayMs));
  all.set(key, {
    runs: (before?.runs ?? 0) + row.runs,
    failed: (before?.failed ?? 0) + row.failed,
    seconds: (before?.seconds ?? 0) + (row.seconds ?? 0),
    cost: before === undefined ? cost : before.cost === null || cost === null ? null : before.cost + cost,
    // Spans come in order of time: the first has the first run.
    toYear: before?.toYear ?? yearDays / days,
  });
}

function grouped<T extends { readonly server: string; readonly content_guid: string }>(
  rows: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const own = groups.get(itemKey(row));
    if (own) own.push(row);
    else groups.set(itemKey(row), [row]);
  }
  return groups;
}

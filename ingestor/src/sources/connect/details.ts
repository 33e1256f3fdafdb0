import { isSceError } from '../../errors.ts';
import { hashKey } from '../../warehouse/hash-key.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { CellValue, Row } from '../../warehouse/warehouse.ts';
import { PLATFORM_EVENTS, activityRows } from './activity-rows.ts';
import { bundleRow, jobRow } from './decode-jobs.ts';
import { includedSchedules, lastRunOf, volatileScheduleColumns } from './decode-schedules.ts';
import { text, without, type Json } from './json.ts';
import { packageRows, type StoredPackage } from './packages.ts';
import { pagedArray, wholeArray } from './paging.ts';
import type { ConnectPeople } from './people.ts';
import type { ConnectRun } from './run.ts';
import { mayHaveSchedules, readSchedules } from './schedules.ts';
import { Snapshot, decoded } from './snapshot.ts';
import type { ItemState } from './state.ts';

const sql = {
  bundles: readSql(import.meta.url, 'stored-bundles.sql'),
  bundleRows: readSql(import.meta.url, 'stored-bundle-rows.sql'),
  jobs: readSql(import.meta.url, 'stored-jobs.sql'),
  packages: readSql(import.meta.url, 'stored-packages.sql'),
  schedules: readSql(import.meta.url, 'stored-schedules.sql'),
  storage: readSql(import.meta.url, 'stored-storage.sql'),
};
/** Items between two checkpoints. */
const batchSize = 40;
/** So many items that cannot be read, with none between them that can, are the server's failure. */
const mostFailuresInARow = 10;
const hourSeconds = 3600;
/** Newest jobs of an item decide how often it is read. */
const openOutcomes = new Set<CellValue | undefined>(['running']);

interface Due {
  readonly guid: string;
  readonly item: Json;
  readonly signature: string;
}

/** What one item's details add to the tables, and how it stands afterwards. */
interface Details {
  readonly jobs: readonly Row[];
  readonly bundles: readonly Row[] | null;
  readonly packages: readonly Json[] | null;
  readonly schedules: readonly Row[] | null;
  readonly isOpen: boolean;
}

/**
 * Jobs, bundles, schedules and packages: one to four requests for each item, so only for those that have changed since they were
 * read last, that are in use, or that have not been looked at for a day. Progress is kept every few items.
 */
export async function readDetails(run: ConnectRun, items: readonly Json[], people: ConnectPeople): Promise<void> {
  const due = items.flatMap((item) => dueItem(run, item) ?? []);
  const storedStorage = await Snapshot.load(run.context.warehouse.reader, sql.storage, [run.name]);
  const storedSchedules = await Snapshot.load(run.context.warehouse.reader, sql.schedules, [run.name]);
  let failuresInARow = 0;
  for (let start = 0; start < due.length; start += batchSize) {
    const batch = due.slice(start, start + batchSize);
    run.run.progress(start, due.length, 'items');
    const results = await Promise.allSettled(batch.map((each) => readItem(run, each, people)));
    const read: { due: Due; details: Details }[] = [];
    for (const [index, result] of results.entries()) {
      const each = batch[index];
      if (each === undefined) continue;
      if (result.status === 'rejected') {
        run.run.signal.throwIfAborted();
        const status = isSceError(result.reason) ? Number(result.reason.details['status'] ?? 0) : -1;
        if (status < 0 || status === 401 || status === 429 || ++failuresInARow >= mostFailuresInARow)
          throw result.reason;
        run.unreadable += 1;
        run.run.log.warn({ content: each.guid, reason: String(result.reason) }, 'details of an item could not be read');
      } else {
        failuresInARow = 0;
        if (result.value !== null) read.push({ due: each, details: result.value });
      }
    }
    await writeBatch(run, read, storedStorage, storedSchedules);
    for (const { due: each, details } of read) {
      const bundle = text(each.item['bundle_id']);
      const before = run.state.items[each.guid];
      const packages = details.packages !== null ? bundle : before?.p;
      run.state.items[each.guid] = {
        s: each.signature,
        t: Math.floor(run.run.startedAt.getTime() / 1000),
        ...(details.isOpen ? { a: 1 } : {}),
        ...(packages ? { p: packages } : {}),
      };
    }
    await run.checkpoint();
  }
}

function dueItem(run: ConnectRun, item: Json): Due | null {
  const guid = text(item['guid']);
  if (guid === null) return null;
  const signature = signatureOf(item);
  const state = run.state.items[guid];
  if (state?.s === signature && !isStale(run, state)) return null;
  return { guid, item, signature };
}

function isStale(run: ConnectRun, state: ItemState): boolean {
  const { active_hours: active, details_hours: rest } = run.context.config.connect;
  const age = run.run.startedAt.getTime() / 1000 - state.t;
  // An interval of 0 hours means with every poll, but not twice in one that was broken off.
  return age > 0 && age >= (state.a === 1 ? Math.min(active, rest) : rest) * hourSeconds;
}

/** What the list says of an item that has to do with its details. The next run of a schedule moves all the time. */
function signatureOf(item: Json): string {
  const schedules = Array.isArray(item['schedules'])
    ? (item['schedules'] as Json[]).map((each) => without(each, ['next_run', 'last_run']))
    : [];
  return hashKey(
    text(item['bundle_id']) ?? '',
    text(item['last_deployed_time']) ?? '',
    JSON.stringify(schedules),
    lastRunOf(item),
  ).toString(36);
}

/** Null: the item is gone since the list was made; the next list decides. */
async function readItem(run: ConnectRun, { guid, item }: Due, people: ConnectPeople): Promise<Details | null> {
  const { client, context } = run;
  const path = `v1/content/${encodeURIComponent(guid)}`;
  const jobs = await jobsOf(run, guid);
  if (jobs === 'item') return null;
  const bundles = await pagedArray(client, `${path}/bundles`);
  if (bundles === 'item') return null;
  const bundle = text(item['bundle_id']);
  const wantsPackages = bundle !== null && run.state.items[guid]?.p !== bundle && run.has('packages');
  const packages = wantsPackages ? await packagesOf(run, path) : null;
  const included = includedSchedules(run.name, guid, item, () => 'unknown');
  const schedules =
    mayHaveSchedules(item) || (included?.length ?? 0) > 0 ? await readSchedules(run, guid, item) : included;
  const jobRows = decoded(jobs.map((job) => jobRow(run.name, guid, job, context.pseudonymiser)));
  run.rowsRead += jobs.length + (bundles === 'endpoint' ? 0 : bundles.length) + (packages?.length ?? 0);
  return {
    jobs: jobRows,
    bundles: bundles === 'endpoint' ? null : decoded(bundles.map((each) => bundleRow(run.name, guid, each, people))),
    packages,
    schedules,
    isOpen:
      jobRows.some((row) => openOutcomes.has(row['outcome'])) ||
      (schedules ?? []).some((row) => row['is_active'] === true),
  };
}

async function jobsOf(run: ConnectRun, guid: string): Promise<Json[] | 'item'> {
  const id = encodeURIComponent(guid);
  if (run.has('jobs')) {
    const jobs = await wholeArray(run.client, `v1/content/${id}/jobs`);
    if (jobs !== 'endpoint') return jobs;
    run.note('jobs', false);
  }
  const jobs = await wholeArray(run.client, `applications/${id}/jobs`);
  return jobs === 'endpoint' ? [] : jobs;
}

async function packagesOf(run: ConnectRun, path: string): Promise<Json[] | null> {
  const packages = await wholeArrayOrPages(run, `${path}/packages`);
  if (packages === 'endpoint') run.note('packages', false);
  return typeof packages === 'string' ? null : packages;
}

/** A bare array, or pages: the interface has had both. */
async function wholeArrayOrPages(run: ConnectRun, path: string): Promise<Json[] | 'item' | 'endpoint'> {
  const answer = await run.client.get(path, { page_size: 100_000 });
  if (answer.missing !== null) return answer.missing;
  if (Array.isArray(answer.json)) return answer.json as Json[];
  const { results, total } = (answer.json ?? {}) as { results?: Json[]; total?: number };
  const all = [...(results ?? [])];
  for (let page = 2; all.length < (total ?? 0) && (results?.length ?? 0) > 0; page++) {
    const next = await run.client.get(path, { page_number: page, page_size: results?.length });
    const rows = next.missing === null ? ((next.json as { results?: Json[] } | null)?.results ?? []) : [];
    if (rows.length === 0) break;
    all.push(...rows);
  }
  return all;
}

async function writeBatch(
  run: ConnectRun,
  read: readonly { readonly due: Due; readonly details: Details }[],
  storedStorage: Snapshot,
  storedSchedules: Snapshot,
): Promise<void> {
  if (read.length === 0) return;
  const guids = read.map(({ due }) => due.guid);
  const { reader } = run.context.warehouse;
  const some = (text: string): string =>
    text.replace('in ($2)', `in (${guids.map((_, at) => `$${at + 2}`).join(', ')})`);
  const [jobs, bundles, packages] = await Promise.all([
    Snapshot.load(reader, some(sql.jobs), [run.name, ...guids]),
    Snapshot.load(reader, some(sql.bundles), [run.name, ...guids]),
    reader.rows<StoredPackage>(some(sql.packages), [run.name, ...guids]),
  ]);
  const byItem = new Map<string, StoredPackage[]>();
  for (const row of packages) byItem.set(row.content_guid, [...(byItem.get(row.content_guid) ?? []), row]);
  const bundleRows = read.flatMap(({ details }) => details.bundles ?? []);
  await run.write({
    connect_jobs: read.flatMap(({ details }) => details.jobs.map((row) => dated(jobs, row, 'job_key'))),
    connect_bundles: [
      ...bundleRows.map((row) => dated(bundles, row, 'bundle_id')),
      ...(await goneBundles(run, read, bundles)),
    ],
    connect_packages: read.flatMap(({ due, details }) =>
      details.packages === null ? [] : packageRows(run, due, details.packages, byItem.get(due.guid) ?? []),
    ),
    connect_schedules: read.flatMap(({ due, details }) =>
      details.schedules === null ? [] : scheduleRows(run, due.guid, details.schedules, storedSchedules),
    ),
    connect_storage: run.has('storage')
      ? []
      : read.map(({ due, details }) => sumOfBundles(run, due, details, storedStorage)),
    [PLATFORM_EVENTS]: activityRows(run.name, bundleRows, 'other', (row) => row['created_by'], run.run.startedAt),
  });
}

function dated(stored: Snapshot, row: Row, id: string): Row | null {
  const at = row['timestamp'];
  return at instanceof Date ? stored.changed(`${String(row['content_guid'])} ${String(row[id])}`, at, row) : null;
}

/** Bundles that the server has thrown away (it keeps a limited number of each item). */
async function goneBundles(
  run: ConnectRun,
  read: readonly { readonly due: Due; readonly details: Details }[],
  stored: Snapshot,
): Promise<Row[]> {
  const listed = new Set(
    read.flatMap(({ details }) =>
      (details.bundles ?? []).map((row) => `${String(row['content_guid'])} ${String(row['bundle_id'])}`),
    ),
  );
  const complete = new Set(read.filter(({ details }) => details.bundles !== null).map(({ due }) => due.guid));
  const gone = new Set(stored.missing(listed).filter((key) => complete.has(key.split(' ')[0] ?? '')));
  const rows: Row[] = [];
  for (const guid of new Set([...gone].map((key) => key.split(' ')[0] ?? '')))
    for (const row of await run.context.warehouse.reader.rows<Row>(sql.bundleRows, [run.name, guid])) {
      const key = `${guid} ${String(row['bundle_id'])}`;
      const at = row['timestamp'];
      if (!gone.has(key) || !(at instanceof Date)) continue;
      const changed = stored.changed(key, at, { ...without(row, ['row_hash']), is_deleted: true });
      if (changed) rows.push(changed);
    }
  return rows;
}

function scheduleRows(run: ConnectRun, guid: string, rows: readonly Row[], stored: Snapshot): (Row | null)[] {
  const keyOf = (row: Row): string => `${guid} ${String(row['schedule_key'])}`;
  const listed = new Set(rows.map(keyOf));
  const gone = stored.missing(listed).filter((key) => key.startsWith(`${guid} `));
  return [
    ...rows.map((row) => stored.changed(keyOf(row), run.day, row, volatileScheduleColumns)),
    ...gone.map((key) =>
      stored.changed(key, run.day, {
        server: run.name,
        content_guid: guid,
        schedule_key: key.slice(guid.length + 1),
        is_active: false,
        is_deleted: true,
      }),
    ),
  ];
}

function sumOfBundles(run: ConnectRun, { guid }: Due, { bundles }: Details, stored: Snapshot): Row | null {
  if (bundles === null) return null;
  const bytes = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Number(row['size_bytes'] ?? 0), 0);
  return stored.changed(guid, run.day, {
    server: run.name,
    content_guid: guid,
    bundles: bundles.length,
    bytes_total: bytes(bundles),
    bytes_active: bytes(bundles.filter((row) => row['is_active'] === true)),
    source: 'bundles',
  });
}

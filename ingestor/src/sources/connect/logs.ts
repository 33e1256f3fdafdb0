import { isSceError } from '../../errors.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { PLATFORM_EVENTS, activityRows } from './activity-rows.ts';
import { auditRow, hitRow, Ordinals, sessionRow, visitRow, type UsageContext } from './decode-usage.ts';
import { keysetPages, wholeArray } from './paging.ts';
import { decoded } from './snapshot.ts';
import type { ConnectRun } from './run.ts';
import type { LogName, LogState } from './state.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Events that the server writes late. */
const overlapMs = 10 * minute;
/** Sessions are written again when they end. */
const sessionOverlapMs = day;
const longestOpenMs = 30 * day;
const pagesPerCheckpoint = 5;
const longestWindowMs = 32 * day;
const shortestWindowMs = minute;
const fewHits = 2_000;
const manyHits = 20_000;
/** Rows of `connect_logs` are unique by their day, which is therefore always the same. */
const fixedTime = new Date(Date.UTC(2000, 0, 1));
const fresh = (): LogState => ({ until: null, begins: null, complete: false });

/** New page views and sessions, in order of time, from where the last reading ended. */
export async function readUsage(run: ConnectRun, usage: UsageContext, log: 'visits' | 'sessions'): Promise<void> {
  const isVisits = log === 'visits';
  const path = isVisits ? 'v1/instrumentation/content/visits' : 'v1/instrumentation/shiny/usage';
  const state = (run.state.logs[log] ??= fresh());
  const knownUntil = run.client.now();
  const from = startOf(state, isVisits ? overlapMs : sessionOverlapMs);
  const ordinals = new Ordinals();
  let rows: Row[] = [];
  let pages = 0;
  let open: Date | null = null;
  const flush = async (): Promise<void> => {
    await run.write({
      [isVisits ? 'connect_visits' : 'connect_sessions']: rows,
      [PLATFORM_EVENTS]: activityRows(run.name, rows, 'page', (row) => row['person'], run.run.startedAt),
    });
    for (const guid of new Set(rows.map((row) => String(row['content_guid'])))) markUsed(run, guid);
    const last = rows.at(-1)?.['timestamp'];
    if (last instanceof Date) state.until = last.toISOString();
    rows = [];
    await run.checkpoint();
  };
  // Old history comes with data_version 1 only.
  const filters = { asc_order: true, min_data_version: 1, ...(from === null ? {} : { from: from.toISOString() }) };
  for await (const page of keysetPages(run.client, path, filters)) {
    run.rowsRead += page.rows.length;
    for (const event of page.rows) {
      const row = isVisits ? visitRow(event, ordinals, usage) : sessionRow(event, ordinals, usage);
      if (row === null) continue;
      const at = row['timestamp'] as Date;
      state.begins ??= at.toISOString();
      if (!isVisits && row['ended_at'] === null) open ??= at;
      rows.push(row);
    }
    run.run.progress(run.rowsRead, null, log);
    if (++pages % pagesPerCheckpoint === 0) await flush();
  }
  await flush();
  state.complete = true;
  if (!isVisits) state.open = open?.toISOString() ?? null;
  await finish(run, log, knownUntil);
}

/** New hits, in windows of time: there are no pages. A window that is too much for the server is halved. */
export async function readHits(run: ConnectRun, usage: UsageContext): Promise<void> {
  if (!run.has('hits')) return noLog(run, 'hits');
  const state = (run.state.logs.hits ??= fresh());
  const until = run.client.now();
  const first = until.getTime() - run.server.history_days * day;
  let from = state.until === null ? first : Date.parse(state.until) - overlapMs;
  let width = state.until === null ? day : longestWindowMs;
  while (from < until.getTime()) {
    const to = Math.min(from + width, until.getTime());
    let answer;
    try {
      answer = await wholeArray(run.client, 'v1/instrumentation/content/hits', {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
      });
    } catch (error) {
      const status = isSceError(error) ? error.details['status'] : null;
      const isTooMuch =
        isSceError(error) && error.code === 'SOURCE_FAILED' && (status === undefined || Number(status) >= 500);
      if (!isTooMuch || width / 2 < shortestWindowMs) throw error;
      width /= 2;
      continue;
    }
    if (typeof answer === 'string') {
      run.note('hits', false);
      return noLog(run, 'hits');
    }
    run.rowsRead += answer.length;
    const rows = decoded(answer.map((hit) => hitRow(hit, usage)));
    const times = rows.map((row) => (row['timestamp'] as Date).getTime());
    const earliest = times.reduce((least, at) => Math.min(least, at), Infinity);
    if (Number.isFinite(earliest)) state.begins ??= new Date(earliest).toISOString();
    await run.write({ connect_hits: rows });
    for (const guid of new Set(rows.map((row) => String(row['content_guid'])))) markUsed(run, guid);
    state.until = new Date(to).toISOString();
    await run.checkpoint();
    run.run.progress(Math.round((to - first) / day), run.server.history_days, 'days of hits');
    if (answer.length < fewHits) width = Math.min(width * 2, longestWindowMs);
    if (answer.length > manyHits) width /= 2;
    // Both ends of a window belong to it: what lies on the edge comes twice, and is one row by its id.
    from = to;
  }
  run.note('hits', true);
  state.complete = true;
  await finish(run, 'hits', until);
}

/** New administrative events. There is no filter by time: the last page is read again. */
export async function readAudit(run: ConnectRun, usage: UsageContext): Promise<void> {
  const state = (run.state.logs.audit ??= fresh());
  const knownUntil = run.client.now();
  const read = async (start: string | null): Promise<number> => {
    let cursor = start;
    let count = 0;
    for await (const page of keysetPages(run.client, 'v1/audit_logs', { ascOrder: true }, start)) {
      const rows = decoded(page.rows.map((event) => auditRow(event, usage)));
      count += page.rows.length;
      state.begins ??= rows[0] ? (rows[0]['timestamp'] as Date).toISOString() : null;
      await run.write({ connect_audit: rows });
      state.cursor = cursor;
      cursor = page.next;
      await run.checkpoint();
    }
    run.rowsRead += count;
    return count;
  };
  const known = state.cursor ?? null;
  try {
    // A cursor that was thrown away is refused, or answers with nothing where there was something.
    if ((await read(known)) === 0 && known !== null) await read(null);
  } catch (error) {
    if (known === null || !isSceError(error) || error.details['status'] !== 400) throw error;
    await read(null);
  }
  state.complete = true;
  await finish(run, 'audit', knownUntil);
}

function startOf(state: LogState, overlap: number): Date | null {
  if (state.until === null) return null;
  const until = Date.parse(state.until);
  // The reading that was broken off goes on with the second it was in.
  if (!state.complete) return new Date(until);
  const open = state.open ? Math.max(Date.parse(state.open), until - longestOpenMs) : Infinity;
  return new Date(Math.min(until - overlap, open));
}

function markUsed(run: ConnectRun, guid: string): void {
  const item = run.state.items[guid];
  if (item) item.a = 1;
}

async function finish(run: ConnectRun, log: LogName, knownUntil: Date): Promise<void> {
  const begins = run.state.logs[log]?.begins ?? null;
  await run.write({ connect_logs: [logRow(run, log, true, begins === null ? null : new Date(begins), knownUntil)] });
}

async function noLog(run: ConnectRun, log: LogName): Promise<void> {
  await run.write({ connect_logs: [logRow(run, log, false, null, null)] });
}

function logRow(run: ConnectRun, log: LogName, isAvailable: boolean, begins: Date | null, until: Date | null): Row {
  return {
    timestamp: fixedTime,
    server: run.name,
    log,
    is_available: isAvailable,
    begins_at: begins,
    known_until: until,
  };
}

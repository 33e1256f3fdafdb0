import { isSceError } from '../../errors.ts';
import { hashKey } from '../../warehouse/hash-key.ts';
import { readSql } from '../../warehouse/sql.ts';
import { lastRunOf } from './decode-schedules.ts';
import { text, without, type Json } from './json.ts';
import type { ConnectPeople } from './people.ts';
import { readItem, type Details, type Due } from './read-item.ts';
import type { ConnectRun } from './run.ts';
import { Snapshot } from './snapshot.ts';
import type { ItemState } from './state.ts';
import { writeBatch } from './write-details.ts';

const sql = {
  schedules: readSql(import.meta.url, 'stored-schedules.sql'),
  storage: readSql(import.meta.url, 'stored-storage.sql'),
};
/** Items between two checkpoints. */
const batchSize = 40;
/** So many items that cannot be read, with none between them that can, are the server's failure. */
const mostFailuresInARow = 10;
const hourSeconds = 3600;

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

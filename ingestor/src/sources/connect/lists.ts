import { SceError } from '../../errors.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { contentRow, userRow } from './decode-content.ts';
import { number, record, records, text, without, type Json } from './json.ts';
import { offsetListing, wholeArray } from './paging.ts';
import { ConnectPeople } from './people.ts';
import type { ConnectRun } from './run.ts';
import { Snapshot, decoded } from './snapshot.ts';

const sql = {
  users: readSql(import.meta.url, 'stored-users.sql'),
  userRows: readSql(import.meta.url, 'stored-user-rows.sql'),
  content: readSql(import.meta.url, 'stored-content.sql'),
  contentRows: readSql(import.meta.url, 'stored-content-rows.sql'),
  groups: readSql(import.meta.url, 'stored-groups.sql'),
  storage: readSql(import.meta.url, 'stored-storage.sql'),
  environments: readSql(import.meta.url, 'stored-environments.sql'),
};
const runtimes = ['r', 'python', 'quarto', 'nodejs'] as const;
/** Columns of a user that alone are no reason for another row: somebody is active every day. */
const volatileUserColumns = ['active_on'];

export interface Users {
  readonly people: ConnectPeople;
  readonly count: number;
}

/** Accounts. Those that a stable listing no longer has are gone. */
export async function readUsers(run: ConnectRun): Promise<Users> {
  const listing = await offsetListing(run.client, 'v1/users', 'guid');
  if (listing === 'endpoint') throw notConnect(run, 'v1/users');
  run.rowsRead += listing.items.length;
  const people = await ConnectPeople.load(run.context, run.name, listing.items);
  const stored = await Snapshot.load(run.context.warehouse.reader, sql.users, [run.name]);
  const rows = decoded(listing.items.map((user) => userRow(run.name, user, people)));
  const listed = new Set(rows.map((row) => String(row['account'])));
  const gone = listing.isStable ? new Set(stored.missing(listed)) : new Set<string>();
  if (!listing.isStable) run.unreadable += 1;
  await run.write({
    connect_users: [
      ...rows.map((row) => stored.changed(String(row['account']), run.day, row, volatileUserColumns)),
      ...(await closed(run, stored, gone, sql.userRows, 'account')),
    ],
  });
  return { people, count: listing.items.length };
}

/**
 * The content list, which is one answer. An item that it no longer has is gone only when the server says so when asked for it: a
 * list may be cut short by rights.
 */
export async function readContent(run: ConnectRun, people: ConnectPeople): Promise<Json[]> {
  const items = await wholeArray(run.client, 'v1/content', { include: 'owner,tags,schedule' });
  if (typeof items === 'string') throw notConnect(run, 'v1/content');
  run.rowsRead += items.length;
  const stored = await Snapshot.load(run.context.warehouse.reader, sql.content, [run.name]);
  const rows = decoded(items.map((item) => contentRow(run.name, item, people)));
  const gone = new Set<string>();
  for (const guid of stored.missing(new Set(rows.map((row) => String(row['content_guid']))))) {
    const answer = await run.client.get(`v1/content/${encodeURIComponent(guid)}`);
    if (answer.missing === 'item') gone.add(guid);
    else run.unreadable += 1;
  }
  await run.write({
    connect_content: [
      ...rows.map((row) => stored.changed(String(row['content_guid']), run.day, row)),
      ...(await closed(run, stored, gone, sql.contentRows, 'content_guid')),
    ],
  });
  run.state.items = Object.fromEntries(Object.entries(run.state.items).filter(([guid]) => !gone.has(guid)));
  return items;
}

/** Groups and their members. */
export async function readGroups(run: ConnectRun, people: ConnectPeople): Promise<void> {
  const listing = await offsetListing(run.client, 'v1/groups', 'guid');
  if (listing === 'endpoint') return;
  const rows: Row[] = [];
  let isStable = listing.isStable;
  for (const group of listing.items) {
    const guid = text(group['guid']);
    if (guid === null) continue;
    const common = {
      server: run.name,
      group_guid: guid,
      group_name: people.clean(text(group['name'])),
      is_member: true,
    };
    rows.push({ ...common, person: '' });
    const members = await offsetListing(run.client, `v1/groups/${encodeURIComponent(guid)}/members`, 'guid');
    if (members === 'endpoint' || !members.isStable) isStable = false;
    if (members === 'endpoint') continue;
    run.rowsRead += members.items.length;
    for (const member of members.items) {
      const person = people.byGuid(text(member['guid']));
      if (person !== null) rows.push({ ...common, person });
    }
  }
  const stored = await Snapshot.load(run.context.warehouse.reader, sql.groups, [run.name]);
  const keyOf = (row: Row): string => `${String(row['group_guid'])} ${String(row['person'])}`;
  const listed = new Set(rows.map(keyOf));
  const left = (isStable ? stored.missing(listed) : []).map((key) => {
    const [guid = '', person = ''] = key.split(' ');
    return stored.changed(key, run.day, { server: run.name, group_guid: guid, person, is_member: false });
  });
  await run.write({ connect_groups: [...rows.map((row) => stored.changed(keyOf(row), run.day, row)), ...left] });
}

/** Bytes of items, from servers that tell; the others' are summed up from bundles when these are read. */
export async function readStorage(run: ConnectRun): Promise<void> {
  if (!run.has('storage')) return;
  const listing = await offsetListing(run.client, 'v1/content/storage', 'content_guid');
  run.note('storage', listing !== 'endpoint');
  if (listing === 'endpoint') return;
  run.rowsRead += listing.items.length;
  const stored = await Snapshot.load(run.context.warehouse.reader, sql.storage, [run.name]);
  await run.write({
    connect_storage: listing.items.map((item) => {
      const guid = text(item['content_guid']);
      const bundles = record(item['bundles']);
      if (guid === null) return null;
      return stored.changed(guid, run.day, {
        server: run.name,
        content_guid: guid,
        bundles: number(bundles?.['count']),
        bytes_total: number(bundles?.['bytes_total']),
        bytes_active: number(bundles?.['bytes_active']),
        source: 'storage',
      });
    }),
  });
}

/** Execution environments and the runtimes of the server. */
export async function readEnvironments(run: ConnectRun): Promise<void> {
  const found: { kind: string; name: string; version: string }[] = [];
  const environments = await wholeArray(run.client, 'v1/environments');
  if (typeof environments !== 'string')
    for (const each of environments)
      found.push({ kind: 'environment', name: text(each['name']) ?? text(each['title']) ?? '', version: '' });
  for (const kind of runtimes) {
    const answer = await run.client.get(`v1/server_settings/${kind}`);
    if (answer.missing !== null) continue;
    for (const each of records(record(answer.json)?.['installations']))
      found.push({
        kind,
        name: text(each['image_name']) ?? text(each['cluster_name']) ?? '',
        version: text(each['version']) ?? '',
      });
  }
  const stored = await Snapshot.load(run.context.warehouse.reader, sql.environments, [run.name]);
  const keyOf = ({ kind, name, version }: (typeof found)[number]): string => `${kind} | ${name} | ${version}`;
  const listed = new Set(found.map(keyOf));
  await run.write({
    connect_environments: [
      ...found.map((each) => stored.changed(keyOf(each), run.day, { server: run.name, ...each, is_deleted: false })),
      ...stored.missing(listed).map((key) => {
        const [kind = '', name = '', version = ''] = key.split(' | ');
        return stored.changed(key, run.day, { server: run.name, kind, name, version, is_deleted: true });
      }),
    ],
  });
}

/** The newest rows of what is gone, once more and as deleted. */
async function closed(
  run: ConnectRun,
  stored: Snapshot,
  gone: ReadonlySet<string>,
  rowsSql: string,
  column: string,
): Promise<(Row | null)[]> {
  if (gone.size === 0) return [];
  const rows = await run.context.warehouse.reader.rows<Row>(rowsSql, [run.name]);
  return rows
    .filter((row) => gone.has(String(row[column])))
    .map((row) =>
      stored.changed(String(row[column]), run.day, { ...without(row, ['timestamp', 'row_hash']), is_deleted: true }),
    );
}

function notConnect(run: ConnectRun, path: string): SceError {
  return new SceError(
    'SOURCE_FAILED',
    `Connect ${run.name}: there is no ${path} at ${run.server.url}; is the url right, without /__api__?`,
  );
}

import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { PLATFORM_EVENTS, activityRows } from './activity-rows.ts';
import { volatileScheduleColumns } from './decode-schedules.ts';
import { without } from './json.ts';
import { packageRows, type StoredPackage } from './packages.ts';
import type { Details, Due } from './read-item.ts';
import type { ConnectRun } from './run.ts';
import { Snapshot } from './snapshot.ts';

const sql = {
  bundles: readSql(import.meta.url, 'stored-bundles.sql'),
  bundleRows: readSql(import.meta.url, 'stored-bundle-rows.sql'),
  jobs: readSql(import.meta.url, 'stored-jobs.sql'),
  packages: readSql(import.meta.url, 'stored-packages.sql'),
};

/** Writes what the details of some items have changed; `storedStorage` and `storedSchedules` are those of the whole server. */
export async function writeBatch(
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

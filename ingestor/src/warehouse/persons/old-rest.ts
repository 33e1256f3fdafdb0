import type { Row, Warehouse, WarehouseReader } from '../warehouse.ts';
import { batches, holdsExpired, literal, type Expired } from './expired.ts';

/** Any code that stands for a person or something named after one; group keys and erased ones are not. */
const code = '(u|p|pod|pvc|owner|name|label|annotation|text|path|session|server|job|drive)_[0-9a-f]{16}';

interface CodeColumns {
  readonly table: string;
  readonly columns: readonly string[];
  /** What says how old a row is, when it is not its timestamp. */
  readonly age?: string;
}

/** Where codes stand beside the person of a row. A code alone still joins what one person did. */
const codes: readonly CodeColumns[] = [
  {
    table: 'platform_events',
    columns: ['server_user', 'actor', 'acting_for', 'pod', 'server_name', 'session', 'path'],
  },
  { table: 'kubernetes_audit', columns: ['actor', 'impersonated', 'pod'] },
  { table: 'series', columns: ['pod'] },
  { table: 'unmatched_usage', columns: ['pod'] },
  // Whose a claim is stays known as long as it is mounted: its old days must not lead there.
  { table: 'volume_usage_1d', columns: ['claim'] },
  { table: 'connect_bundles', columns: ['created_by'] },
  { table: 'connect_jobs', columns: ['pod_owner'] },
  { table: 'connect_audit', columns: ['actor'] },
  { table: 'aws_batch_jobs', columns: ['job_name'] },
  { table: 'home_drives', columns: ['drive'] },
  // A row is of when a claim was mounted first; it is old when the person has not mounted it for so long.
  { table: 'volume_owners', columns: ['claim', 'user_key'], age: 'last_mounted_on' },
];
const texts = [
  { table: 'series', column: 'labels' },
  { table: 'exemplars', column: 'labels' },
  { table: 'exemplars', column: 'trace_id' },
  { table: 'kubernetes_audit', column: 'annotations' },
  { table: 'connect_bundles', column: 'source_repository' },
  { table: 'poll_runs', column: 'error' },
  { table: 'aws_batch_jobs', column: 'job_definition' },
  { table: 'aws_batch_jobs', column: 'pipeline' },
] as const;

/** Clears codes that are not the person of a fact from everything before `cutoff`. Statements that find nothing are not run. */
export async function anonymiseRest(reader: WarehouseReader, cutoff: Date, signal?: AbortSignal): Promise<void> {
  for (const { table, columns, age = 'timestamp' } of codes)
    for (const column of columns) {
      signal?.throwIfAborted();
      const where = `${age} < $1 and ${column} ~ '^${code}$'`;
      if (await holds(reader, table, where, cutoff))
        await reader.execute(`update ${table} set ${column} = null where ${where}`, [cutoff]);
    }
  for (const { table, column } of texts) {
    signal?.throwIfAborted();
    const where = `timestamp < $1 and ${column} ~ '${code}'`;
    if (await holds(reader, table, where, cutoff))
      await reader.execute(
        `update ${table} set ${column} = regexp_replace(${column}, '${code}', 'expired') where ${where}`,
        [cutoff],
      );
  }
}

async function holds(reader: WarehouseReader, table: string, where: string, cutoff: Date): Promise<boolean> {
  return (await reader.rows(`select timestamp from ${table} where ${where} limit 1`, [cutoff])).length > 0;
}

/** Workspaces follow their containers: the group key of the last, and themselves as their key. */
export async function anonymiseWorkspaces(warehouse: Warehouse, expired: Expired): Promise<void> {
  const workspaces = await warehouse.reader.rows<Row>(
    `select * from workspaces where ${holdsExpired('user_key', expired)} and ended_at < $1 and not is_alive`,
    [expired.until],
  );
  for (const batch of batches(workspaces)) {
    const ids = batch.map((row) => literal(String(row['workspace_id']))).join(', ');
    const containers = await warehouse.reader.rows<{ workspace_id: string; user_key: string | null }>(
      `select workspace_id, user_key from containers where workspace_id in (${ids}) and not (${holdsExpired('user_key', expired)}) order by timestamp`,
    );
    const keys = new Map(containers.map((row) => [row.workspace_id, row.user_key]));
    await warehouse.writer.write([
      {
        table: 'workspaces',
        rows: batch.map((row) => ({
          ...row,
          user_key: keys.get(String(row['workspace_id'])) ?? null,
          workspace_key: row['workspace_id'] ?? null,
        })),
      },
    ]);
  }
  if (workspaces.length > 0) await warehouse.settle(['workspaces']);
}

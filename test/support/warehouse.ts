import { afterAll, inject } from 'vitest';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { identifier } from '../../ingestor/src/warehouse/sql.ts';
import { loadMigration, migrate } from '../../ingestor/src/warehouse/migrate.ts';
import type { Migration } from '../../ingestor/src/warehouse/migrate.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { allMigrations } from './migrations.ts';

export { startOwnQuestdb, type OwnQuestdb } from './own-questdb.ts';

export interface UseWarehouseOptions {
  /** Files to migrate, default all that the product knows; `[]` for an empty database. */
  readonly migrations?: readonly URL[];
}

/**
 * A real, empty, migrated QuestDB: the one of this vitest worker, with every table dropped first. Call it in `beforeAll`
 * (or in each test for a clean one); it is closed after the file. `warehouse.connection` and `.ilp` hold its addresses.
 */
export async function useWarehouse(options: UseWarehouseOptions = {}): Promise<QuestdbWarehouse> {
  // Its tables are about to go; its connections would only add up.
  await closeAll();
  const response = await fetch(`${inject('questdbBroker')}/${process.env['VITEST_POOL_ID'] ?? '1'}`);
  if (!response.ok) throw new Error(await response.text());
  const warehouse = new QuestdbWarehouse((await response.json()) as QuestdbConnection, { queryTimeoutMs: 30_000 });
  open.push(warehouse);
  const files = options.migrations ?? allMigrations();
  await empty(warehouse, files);
  await migrate(warehouse, { files, version: 'test' });
  return warehouse;
}

const open: QuestdbWarehouse[] = [];

async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((warehouse) => warehouse.close()));
}

afterAll(closeAll);

/**
 * Leaves nothing of the test file before. When the migrations are the same as last time, tables that were never written
 * to are kept: dropping and creating all of them takes seconds on a busy machine.
 */
async function empty(warehouse: QuestdbWarehouse, files: readonly URL[]): Promise<void> {
  const tables = await warehouse.reader.rows<{ name: string; sequencerTxn: number }>(
    'select name, sequencerTxn from wal_tables()',
  );
  const migrations = await Promise.all(files.map(loadMigration));
  const isSame =
    tables.some(({ name }) => name === 'schema_migrations') && (await recorded(warehouse)) === fingerprint(migrations);
  const ours = new Set(isSame ? migrations.flatMap(createdTables) : []);
  await Promise.all(
    tables
      .filter(({ name, sequencerTxn }) => !name.startsWith('sys.') && (!ours.has(name) || sequencerTxn > 0))
      .map(({ name }) => warehouse.reader.execute(`drop table if exists ${identifier(name)}`)),
  );
  warehouse.schemas.refresh();
}

async function recorded(warehouse: QuestdbWarehouse): Promise<string> {
  const rows = await warehouse.reader.rows<Migration>('select name, checksum from schema_migrations');
  return fingerprint(rows);
}

function createdTables({ statements }: Migration): string[] {
  return statements.flatMap((statement) => /create\s+table\s+if\s+not\s+exists\s+"?(\w+)/i.exec(statement)?.[1] ?? []);
}

function fingerprint(migrations: readonly Pick<Migration, 'name' | 'checksum'>[]): string {
  return migrations
    .map(({ name, checksum }) => `${name} ${checksum}`)
    .sort()
    .join('\n');
}

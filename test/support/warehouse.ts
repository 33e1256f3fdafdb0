import { afterAll, inject } from 'vitest';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { identifier } from '../../ingestor/src/warehouse/sql.ts';
import { migrate } from '../../ingestor/src/warehouse/migrate.ts';
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
  const response = await fetch(`${inject('questdbBroker')}/${process.env['VITEST_POOL_ID'] ?? '1'}`);
  if (!response.ok) throw new Error(await response.text());
  const warehouse = new QuestdbWarehouse((await response.json()) as QuestdbConnection, { queryTimeoutMs: 30_000 });
  open.push(warehouse);
  await dropAllTables(warehouse);
  await migrate(warehouse, { files: options.migrations ?? allMigrations(), version: 'test' });
  return warehouse;
}

const open: QuestdbWarehouse[] = [];

afterAll(async () => {
  await Promise.all(open.splice(0).map((warehouse) => warehouse.close()));
});

async function dropAllTables(warehouse: QuestdbWarehouse): Promise<void> {
  const tables = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
  await Promise.all(
    tables
      .filter(({ table_name }) => !table_name.startsWith('sys.') && !table_name.startsWith('telemetry'))
      .map(({ table_name }) => warehouse.reader.execute(`drop table if exists ${identifier(table_name)}`)),
  );
  warehouse.schemas.refresh();
}

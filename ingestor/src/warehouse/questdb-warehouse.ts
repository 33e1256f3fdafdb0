import type { QuestdbConnection } from './connection.ts';
import { ilpEndpoint, type IlpEndpoint } from './ilp-endpoint.ts';
import { QuestdbReader } from './reader.ts';
import { TableSchemas } from './table-schema.ts';
import type { Warehouse, WarehouseReader, WarehouseWriter } from './warehouse.ts';
import { QuestdbWriter } from './writer.ts';

export interface QuestdbWarehouseOptions {
  readonly queryTimeoutMs: number;
  /** Called before every write; may throw, see free-space.ts. */
  readonly guard?: () => void;
}

/** A `Warehouse` on a QuestDB that runs somewhere. */
export class QuestdbWarehouse implements Warehouse {
  readonly connection: QuestdbConnection;
  readonly ilp: IlpEndpoint;
  readonly schemas: TableSchemas;
  readonly #reader: QuestdbReader;
  readonly #writer: QuestdbWriter;

  constructor(connection: QuestdbConnection, options: QuestdbWarehouseOptions) {
    this.connection = connection;
    this.ilp = ilpEndpoint(connection);
    this.#reader = new QuestdbReader(connection, { queryTimeoutMs: options.queryTimeoutMs });
    this.schemas = new TableSchemas(this.#reader);
    this.#writer = new QuestdbWriter(connection, this.schemas, options.guard);
  }

  get reader(): WarehouseReader {
    return this.#reader;
  }

  get writer(): WarehouseWriter {
    return this.#writer;
  }

  async settle(tables: readonly string[]): Promise<void> {
    for (const table of tables) await this.#reader.settle(table);
  }

  /** Asks once as each account. Throws `SETUP` when QuestDB refuses one, `WAREHOUSE_UNAVAILABLE` when it does not answer. */
  async assertAccounts(): Promise<void> {
    await this.#writer.assertAccount();
    await this.#reader.assertAccounts();
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#writer.close()]);
  }
}

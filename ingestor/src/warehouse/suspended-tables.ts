import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import type { FreeSpace } from './free-space.ts';
import { identifier, readSql } from './sql.ts';
import type { WarehouseReader } from './warehouse.ts';

const suspendedSql = readSql(import.meta.url, 'suspended-tables.sql');

/**
 * Watches for tables that QuestDB has suspended: rows are still acknowledged, but readers no longer see them. Once there
 * is space again they are resumed; nothing acknowledged is lost meanwhile.
 */
export class SuspendedTables {
  readonly #reader: WarehouseReader;
  readonly #freeSpace: FreeSpace;
  readonly #log: Logger;
  #names: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(reader: WarehouseReader, freeSpace: FreeSpace, log: Logger) {
    this.#reader = reader;
    this.#freeSpace = freeSpace;
    this.#log = log;
  }

  /** Suspended as of the last check. */
  get names(): readonly string[] {
    return this.#names;
  }

  async check(): Promise<void> {
    const rows = await this.#reader.rows<{ name: string; error_message: string }>(suspendedSql);
    this.#names = rows.map((row) => row.name);
    if (rows.length === 0 || this.#freeSpace.isReserveReached) return;
    for (const { name, error_message: reason } of rows) {
      this.#log.warn({ table: name, reason }, 'QuestDB has suspended a table; resuming it');
      await this.#reader.execute(`alter table ${identifier(name)} resume wal`);
    }
  }

  start(everyMs = 10_000): void {
    const tick = async (): Promise<void> => {
      await this.check().catch((error: unknown) =>
        this.#log.debug(`cannot look for suspended tables: ${messageOf(error)}`),
      );
      if (this.#timer === undefined) return;
      this.#timer = setTimeout(() => void tick(), everyMs);
      this.#timer.unref();
    };
    this.#timer = setTimeout(() => void tick(), everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The one door to storage: sources write through `WarehouseWriter`, views and marts read through `WarehouseReader`. */

/** Column values as the warehouse takes them. Timestamps are `Date`s; LONG columns take bigint or a safe integer. */
export type CellValue = string | number | bigint | boolean | Date | null;

/** One row by column name. Columns that are absent or null stay NULL. */
export type Row = Readonly<Record<string, CellValue>>;

/** Rows for one table. The table must exist (auto-creation is off) and its designated timestamp must be in every row. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly Row[];
}

export interface WarehouseWriter {
  /**
   * Resolves when QuestDB has acknowledged every row; tables are written in the order given.
   * Safe to repeat: every table has DEDUP keys. Throws `WAREHOUSE_UNAVAILABLE` (retry later) or
   * `WRITE_REJECTED` (a row does not fit its table; nothing of that table was stored).
   */
  write(batches: readonly TableRows[]): Promise<void>;
  /**
   * The fast path of `samples`: line protocol (version 2, designated timestamps in milliseconds) that the caller has
   * encoded and validated. One request, one transaction, no retry; `lines` may be reused once this settles.
   * Throws as `write` does.
   */
  writeLines(table: string, lines: Uint8Array): Promise<void>;
}

export interface QueryColumn {
  readonly name: string;
  /** QuestDB's type, lower case: `long`, `double`, `symbol`, `varchar`, `timestamp`, `boolean`, … */
  readonly type: string;
}

/** A result set: `rows[i][j]` belongs to `columns[j]`. LONG is number (bigint when not safe), TIMESTAMP is Date (UTC). */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly (readonly CellValue[])[];
}

export interface WarehouseReader {
  /** Runs SQL with bound parameters `$1 … $n`. Throws `WAREHOUSE_UNAVAILABLE`, `QUERY_TIMEOUT` or `INTERNAL`. */
  query(sql: string, parameters?: readonly CellValue[], options?: { timeoutMs?: number }): Promise<QueryResult>;
  /** The same rows as objects by column name. */
  rows<T extends object = Record<string, CellValue>>(sql: string, parameters?: readonly CellValue[]): Promise<T[]>;
  /** Statements without a result (DDL, `INSERT … SELECT`), as the writing account. Resolves when visible to readers. */
  execute(sql: string, parameters?: readonly CellValue[], options?: { timeoutMs?: number }): Promise<void>;
}

export interface Warehouse {
  readonly writer: WarehouseWriter;
  readonly reader: WarehouseReader;
  /** Waits until everything acknowledged so far for `tables` is visible to queries. */
  settle(tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

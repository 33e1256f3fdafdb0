import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import pg from 'pg';
import type { QuestdbConnection } from './connection.ts';
import { queryTimeout, toSceError } from './pg-errors.ts';
import { questdbTypes, toParameter, typeName } from './pg-types.ts';
import { writtenTable } from './written-table.ts';
import type { CellValue, QueryResult, WarehouseReader } from './warehouse.ts';

export interface ReaderOptions {
  /** For `query` and `rows` unless the call says otherwise. */
  readonly queryTimeoutMs: number;
  /** Connections for queries; QuestDB runs each on one worker, so more than its workers only queue. */
  readonly connections?: number;
  /** Until a connection stands, not until one is free. */
  readonly connectTimeoutMs?: number;
}

/** Statements that fill marts may run long; they are not somebody waiting at a dashboard. */
const defaultExecuteTimeoutMs = 10 * 60_000;
const defaultConnectTimeoutMs = 5_000;
const expired = Symbol('expired');

/** Reads over the PG wire: `query` as the read-only account, `execute` as the writing one. */
export class QuestdbReader implements WarehouseReader {
  readonly #readPool: Connections;
  readonly #writePool: Connections;
  readonly #queryTimeoutMs: number;

  constructor(connection: QuestdbConnection, options: ReaderOptions) {
    this.#queryTimeoutMs = options.queryTimeoutMs;
    const connectTimeoutMs = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
    this.#readPool = makePool(connection, connection.pgReader, options.connections ?? 4, connectTimeoutMs);
    this.#writePool = makePool(connection, connection.pgWriter, 3, connectTimeoutMs);
  }

  query(
    sql: string,
    parameters: readonly CellValue[] = [],
    options: { timeoutMs?: number } = {},
  ): Promise<QueryResult> {
    return run(this.#readPool, sql, parameters, options.timeoutMs ?? this.#queryTimeoutMs);
  }

  async rows<T extends object = Record<string, CellValue>>(
    sql: string,
    parameters: readonly CellValue[] = [],
  ): Promise<T[]> {
    return asObjects<T>(await this.query(sql, parameters));
  }

  async execute(
    sql: string,
    parameters: readonly CellValue[] = [],
    options: { timeoutMs?: number } = {},
  ): Promise<void> {
    const timeoutMs = options.timeoutMs ?? defaultExecuteTimeoutMs;
    await run(this.#writePool, sql, parameters, timeoutMs);
    const table = writtenTable(sql);
    if (table !== null) await this.settle(table, timeoutMs);
  }

  /** Waits until every acknowledged row of a table is visible to queries. */
  async settle(table: string, timeoutMs: number = defaultExecuteTimeoutMs): Promise<void> {
    await run(this.#writePool, `select wait_wal_table('${table.replaceAll("'", "''")}')`, [], timeoutMs);
  }

  /** Throws `SETUP` when QuestDB refuses the reading or the writing account. */
  async assertAccounts(): Promise<void> {
    await run(this.#readPool, 'select 1', [], this.#queryTimeoutMs);
    await run(this.#writePool, 'select 1', [], this.#queryTimeoutMs);
  }

  async close(): Promise<void> {
    await Promise.all([this.#readPool.pool.end(), this.#writePool.pool.end()]);
  }
}

function asObjects<T extends object>(result: QueryResult): T[] {
  const names = result.columns.map((column) => column.name);
  // Names set one after the other: objects of one shape, which answers of many thousand rows wait less for.
  return result.rows.map((row) => {
    const object: Record<string, CellValue> = {};
    let index = 0;
    for (const name of names) object[name] = row[index++] ?? null;
    return object as T;
  });
}

/**
 * A pool and who may ask it for a connection: it never has to queue, so its time-out is that of connecting alone. A board
 * that opens with many questions waits its turn; only a QuestDB that does not answer is called away.
 */
interface Connections {
  readonly pool: pg.Pool;
  readonly turn: LimitFunction;
}

function makePool(
  connection: QuestdbConnection,
  account: { user: string; password: string },
  max: number,
  connectTimeoutMs: number,
): Connections {
  const pool = new pg.Pool({
    host: connection.pgHost,
    port: connection.pgPort,
    database: connection.pgDatabase,
    user: account.user,
    password: account.password,
    max,
    types: questdbTypes,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: 'sce-voice',
  });
  // An idle connection breaks when QuestDB goes away; the next query reports it. Unhandled it would end the process.
  pool.on('error', () => undefined);
  // A client in use emits on itself: without a listener a connection that is reset would end the process.
  // Its query rejects, which is what callers see.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, turn: pLimit(max) };
}

function run(
  { pool, turn }: Connections,
  sql: string,
  parameters: readonly CellValue[],
  timeoutMs: number,
): Promise<QueryResult> {
  return turn(() => runNow(pool, sql, parameters, timeoutMs));
}

async function runNow(
  pool: pg.Pool,
  sql: string,
  parameters: readonly CellValue[],
  timeoutMs: number,
): Promise<QueryResult> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw toSceError(error, sql, timeoutMs);
  }
  const deadline = new AbortController();
  try {
    const query = client.query<CellValue[], CellValue[]>({
      text: sql,
      values: parameters.map(toParameter),
      rowMode: 'array',
    });
    const late = sleep(timeoutMs, expired, { signal: deadline.signal }).catch(() => expired);
    const answer = await Promise.race([query, late]);
    if (typeof answer === 'symbol') throw queryTimeout(sql, timeoutMs);
    client.release();
    return {
      columns: answer.fields.map((field) => ({ name: field.name, type: typeName(field.dataTypeID) })),
      rows: answer.rows,
    };
  } catch (error) {
    // QuestDB stops a query when its connection goes: closing it is how a timed-out query is cancelled.
    client.release(!(error instanceof pg.DatabaseError));
    throw toSceError(error, sql, timeoutMs);
  } finally {
    deadline.abort();
  }
}

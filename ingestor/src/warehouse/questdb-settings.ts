import type { Credentials } from './credentials.ts';

export interface QuestdbSettings {
  readonly httpPort: number;
  readonly pgPort: number;
  readonly heapMb: number;
  /** `sync`: acknowledged rows survive power loss. `nosync`: they survive a crash of the process only (tests). */
  readonly commitMode: 'sync' | 'nosync';
  /** Longest query QuestDB itself allows; the reader's own limits are shorter. */
  readonly queryTimeoutSeconds: number;
  readonly credentials: Credentials;
}

export const httpUser = 'sce_voice';
export const pgUser = 'sce_voice';
export const pgReadUser = 'sce_voice_read';
export const loopback = '127.0.0.1';

const pageSize = '256k';

/**
 * Environment of the embedded server: everything QuestDB is told, so that its `server.conf` stays untouched.
 * (reference: `show parameters` lists each key, its value and where it came from).
 */
export function questdbEnvironment(settings: QuestdbSettings): Record<string, string> {
  const { credentials } = settings;
  return {
    QDB_HTTP_BIND_TO: `${loopback}:${settings.httpPort}`,
    QDB_HTTP_USER: httpUser,
    QDB_HTTP_PASSWORD: credentials.questdb_http_password,
    QDB_PG_NET_BIND_TO: `${loopback}:${settings.pgPort}`,
    QDB_PG_USER: pgUser,
    QDB_PG_PASSWORD: credentials.questdb_pg_password,
    QDB_PG_READONLY_USER_ENABLED: 'true',
    QDB_PG_READONLY_USER: pgReadUser,
    QDB_PG_READONLY_PASSWORD: credentials.questdb_pg_read_password,
    QDB_LINE_TCP_ENABLED: 'false',
    QDB_HTTP_MIN_ENABLED: 'false',
    QDB_TELEMETRY_ENABLED: 'false',
    // A misspelt column or table is an error, not a new column.
    QDB_LINE_AUTO_CREATE_NEW_COLUMNS: 'false',
    QDB_LINE_AUTO_CREATE_NEW_TABLES: 'false',
    QDB_CAIRO_COMMIT_MODE: settings.commitMode,
    // Default pages pre-allocate 168 MB of disk for a table of seven columns; these 36 MB.
    QDB_CAIRO_WRITER_DATA_APPEND_PAGE_SIZE: pageSize,
    QDB_CAIRO_WAL_WRITER_DATA_APPEND_PAGE_SIZE: pageSize,
    QDB_CAIRO_O3_COLUMN_MEMORY_SIZE: pageSize,
    QDB_CAIRO_WRITER_DATA_INDEX_VALUE_APPEND_PAGE_SIZE: pageSize,
    // A late sample rewrites its partition from where it belongs: cut the partition there instead of copying a day.
    // Measured with the next one: a third less CPU per row (docs/decisions/0003-where-ingest-time-goes.md).
    QDB_CAIRO_O3_PARTITION_SPLIT_MIN_SIZE: '1048576',
    QDB_QUERY_TIMEOUT: `${settings.queryTimeoutSeconds}s`,
    QDB_LOG_W_STDOUT_LEVEL: 'CRITICAL,ERROR,ADVISORY',
    ...workerEnvironment(),
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
}

/**
 * Idle workers spin, yield, nap and then sleep. Thresholds are loop counts, the time-out is milliseconds asleep: short
 * ones leave the cores to the ingestor between two commits, where the defaults spin up to 10,000 rounds.
 */
function workerEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const pool of ['SHARED', 'HTTP', 'PG', 'WAL_APPLY', 'MAT_VIEW_REFRESH', 'EXPORT', 'VIEW_COMPILER']) {
    env[`QDB_${pool}_WORKER_YIELD_THRESHOLD`] = '5';
    env[`QDB_${pool}_WORKER_NAP_THRESHOLD`] = '20';
    env[`QDB_${pool}_WORKER_SLEEP_THRESHOLD`] = '50';
    env[`QDB_${pool}_WORKER_SLEEP_TIMEOUT`] = '10';
  }
  // Nothing here has views of either kind; their workers need not look ten times as often as a query may come.
  for (const pool of ['MAT_VIEW_REFRESH', 'VIEW_COMPILER']) {
    env[`QDB_${pool}_WORKER_COUNT`] = '1';
    env[`QDB_${pool}_WORKER_SLEEP_TIMEOUT`] = '200';
  }
  return env;
}

/** Arguments of `java`. The serial collector keeps the resident size small: QuestDB's data live outside the heap. */
export function javaArguments(
  jar: string,
  directory: string,
  settings: QuestdbSettings,
  extra: readonly string[] = [],
): string[] {
  return [
    `-Xmx${settings.heapMb}m`,
    // Left alone the heap starts at a sixty-fourth of the machine, and fills it before the first collection.
    '-Xms32m',
    '-XX:+UseSerialGC',
    '-Duser.timezone=UTC',
    '-Dfile.encoding=UTF-8',
    ...extra,
    '-cp',
    jar,
    'io.questdb.ServerMain',
    '-d',
    directory,
  ];
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pRetry from 'p-retry';
import { SceError, isSceError, messageOf } from '../errors.ts';
import { splitStatements } from './split-statements.ts';
import { identifier, readSql } from './sql.ts';
import type { Warehouse } from './warehouse.ts';
import { writtenTable } from './written-table.ts';

export interface MigrateOptions {
  /** Files in the order to apply them. A file, once applied, never changes: add `tables.2.sql` beside it. */
  readonly files: readonly URL[];
  /** Version of the code, recorded with what it applies. */
  readonly version: string;
}

export interface Migration {
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

/**
 * Brings the tables up to the code and returns the names applied now. Every statement has to be idempotent
 * (`if not exists`), so that two ingestors may do this at once: QuestDB has no lock to take.
 * Throws `MIGRATION_CHANGED` (an applied file was edited) or `SCHEMA_NEWER` (the database knows files that we do not).
 */
export async function migrate(warehouse: Warehouse, options: MigrateOptions): Promise<string[]> {
  const migrations = await Promise.all(options.files.map(loadMigration));
  assertNamesAreUnique(migrations);
  for (const statement of splitStatements(readSql(import.meta.url, 'schema-migrations.sql')))
    await run(warehouse, statement, 'schema_migrations');
  const applied = await readApplied(warehouse);
  refuseNewer(applied, migrations);
  const pending = migrations.filter((migration) => isPending(migration, applied));
  for (const migration of pending)
    for (const statement of migration.statements) await run(warehouse, statement, migration.name);
  // Recorded at the end: after a crash half-way the statements run again, which changes nothing.
  if (pending.length > 0) await record(warehouse, pending, options.version);
  return pending.map((migration) => migration.name);
}

/** `sources/prometheus/tables.sql`: the path below `src`, the same from sources, image or checkout. */
export function migrationName(file: URL): string {
  const path = decodeURIComponent(file.pathname);
  const match = /\/(?:src|dist)\/((?:(?!\/(?:src|dist)\/).)+)$/.exec(path);
  return match?.[1] ?? path.split('/').slice(-2).join('/');
}

/** A migration file as it is recorded and run. */
export async function loadMigration(file: URL): Promise<Migration> {
  const text = await readFile(file, 'utf8');
  // Git may check files out with CRLF; that is no change.
  const checksum = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
  return { name: migrationName(file), checksum, statements: splitStatements(text) };
}

function assertNamesAreUnique(migrations: readonly Migration[]): void {
  const seen = new Set<string>();
  for (const { name } of migrations) {
    if (seen.has(name)) throw new SceError('INTERNAL', `two migration files are called ${name}`);
    seen.add(name);
  }
}

async function readApplied(warehouse: Warehouse): Promise<Map<string, { checksum: string; version: string }>> {
  const rows = await warehouse.reader.rows<{ name: string; checksum: string; applied_by_version: string }>(
    'select name, checksum, applied_by_version from schema_migrations order by timestamp',
  );
  return new Map(rows.map((row) => [row.name, { checksum: row.checksum, version: row.applied_by_version }]));
}

function refuseNewer(applied: ReadonlyMap<string, { version: string }>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = [...applied].filter(([name]) => !known.has(name));
  if (unknown.length === 0) return;
  const list = unknown.map(([name, { version }]) => `${name} (by ${version})`).join(', ');
  throw new SceError(
    'SCHEMA_NEWER',
    `the database was migrated by a newer sce-voice: it has ${list}, which this version does not know; run that version or a later one`,
    {
      details: { unknown: unknown.map(([name]) => name) },
    },
  );
}

function isPending(migration: Migration, applied: ReadonlyMap<string, { checksum: string; version: string }>): boolean {
  const row = applied.get(migration.name);
  if (row === undefined) return true;
  if (row.checksum === migration.checksum) return false;
  throw new SceError(
    'MIGRATION_CHANGED',
    `${migration.name} has changed since sce-voice ${row.version} applied it; restore the file and put the change into a new one beside it (tables.2.sql)`,
    { details: { name: migration.name, applied: row.checksum, now: migration.checksum } },
  );
}

const overtaken = /duplicate column|already exists|either no-op|busy/i;
const addedColumn = /\badd\s+column\s+if\s+not\s+exists\s+"?(\w+)/i;

/**
 * Another ingestor may be doing the same: between QuestDB's check of `if not exists` and its change it lets two through
 * and refuses the second, so a refusal counts only if the work is still not done.
 */
async function run(warehouse: Warehouse, statement: string, name: string): Promise<void> {
  const attempt = async (): Promise<void> => {
    try {
      await warehouse.reader.execute(statement);
    } catch (error) {
      if (!overtaken.test(messageOf(error)) || !(await isColumnThere(warehouse, statement))) throw error;
    }
  };
  try {
    await pRetry(attempt, {
      retries: 6,
      minTimeout: 100,
      factor: 1.5,
      randomize: true,
      shouldRetry: ({ error }) => overtaken.test(error.message),
    });
  } catch (error) {
    if (!isSceError(error) || error.code !== 'INTERNAL') throw error;
    throw new SceError('INTERNAL', `migration ${name} failed: ${error.message}`, {
      cause: error,
      details: { ...error.details, name },
    });
  }
}

async function isColumnThere(warehouse: Warehouse, statement: string): Promise<boolean> {
  const [table, column] = [writtenTable(statement), addedColumn.exec(statement)?.[1]];
  if (table === null || column === undefined) return false;
  const columns = await warehouse.reader.rows<{ column: string }>(`show columns from ${identifier(table)}`);
  return columns.some((row) => row.column === column);
}

async function record(warehouse: Warehouse, migrations: readonly Migration[], version: string): Promise<void> {
  const timestamp = new Date();
  const rows = migrations.map(({ name, checksum }) => ({ timestamp, name, checksum, applied_by_version: version }));
  await warehouse.writer.write([{ table: 'schema_migrations', rows }]);
  await warehouse.settle(['schema_migrations']);
}

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { migrate, migrationName } from './migrate.ts';
import type { QuestdbWarehouse } from './questdb-warehouse.ts';

let directory: string;
let warehouse: QuestdbWarehouse;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sce-voice-migrate-'));
  await mkdir(join(directory, 'src', 'sources', 'tea'), { recursive: true });
});
beforeEach(async () => {
  warehouse = await useWarehouse({ migrations: [] });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, sql: string): Promise<URL> {
  const path = join(directory, 'src', 'sources', 'tea', name);
  await writeFile(path, sql);
  return pathToFileURL(path);
}

const cups = `-- Cups; "grain": cup
create table if not exists tea_cups (timestamp timestamp, id long, note varchar /* free; text */)
timestamp(timestamp) partition by month wal dedup upsert keys(timestamp, id);
`;
const milk = 'alter table tea_cups add column if not exists milk_ml double;';

async function columns(): Promise<string[]> {
  return [...(await warehouse.schemas.of('tea_cups')).columns.keys()];
}

test('applies files once, in order, and records them', async () => {
  const files = [await file('tables.sql', cups), await file('tables.2.sql', milk)];
  const names = ['sources/tea/tables.sql', 'sources/tea/tables.2.sql'];
  expect(await migrate(warehouse, { files, version: '1.0.0' })).toEqual(names);
  expect(await migrate(warehouse, { files, version: '1.0.1' })).toEqual([]);
  expect(await columns()).toEqual(['timestamp', 'id', 'note', 'milk_ml']);
  const recorded = await warehouse.reader.rows(
    'select name, applied_by_version from schema_migrations order by name desc',
  );
  expect(recorded).toEqual(names.map((name) => ({ name, applied_by_version: '1.0.0' })));
});

test('a file added later is applied to a database that has the earlier ones', async () => {
  const first = await file('tables.sql', cups);
  await migrate(warehouse, { files: [first], version: '1' });
  await warehouse.writer.write([{ table: 'tea_cups', rows: [{ timestamp: new Date(1e12), id: 1, note: 'kept' }] }]);
  await migrate(warehouse, { files: [first, await file('tables.2.sql', milk)], version: '2' });
  await warehouse.settle(['tea_cups']);
  expect(await warehouse.reader.rows('select note, milk_ml from tea_cups')).toEqual([{ note: 'kept', milk_ml: null }]);
});

test('refuses an applied file that was edited, but not for its line ends', async () => {
  const url = await file('tables.sql', cups);
  await migrate(warehouse, { files: [url], version: '1.0.0' });
  await file('tables.sql', cups.replaceAll('\n', '\r\n'));
  expect(await migrate(warehouse, { files: [url], version: '1.0.0' })).toEqual([]);
  await file('tables.sql', cups.replace('note', 'remark'));
  await expect(migrate(warehouse, { files: [url], version: '1.0.0' })).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    message: expect.stringMatching(/sources\/tea\/tables\.sql has changed since sce-voice 1\.0\.0/) as unknown,
  });
  expect(await columns()).toContain('note');
});

test('refuses a database that a newer version has migrated', async () => {
  const first = await file('tables.sql', cups);
  await migrate(warehouse, { files: [first, await file('tables.2.sql', milk)], version: '2.0.0' });
  await expect(migrate(warehouse, { files: [first], version: '1.0.0' })).rejects.toMatchObject({
    code: 'SCHEMA_NEWER',
    details: { unknown: ['sources/tea/tables.2.sql'] },
  });
});

test('two ingestors may migrate at once', async () => {
  const files = [await file('tables.sql', cups), await file('tables.2.sql', milk)];
  await Promise.all([1, 2, 3].map((n) => migrate(warehouse, { files, version: String(n) })));
  expect(await columns()).toEqual(['timestamp', 'id', 'note', 'milk_ml']);
  expect(await migrate(warehouse, { files, version: '4' })).toEqual([]);
});

test('a statement that QuestDB refuses is reported with its file, and nothing is recorded', async () => {
  const url = await file('tables.sql', 'create table if not exists tea_pots (timestamp tymestamp);');
  await expect(migrate(warehouse, { files: [url], version: '1' })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: expect.stringMatching(/^migration sources\/tea\/tables\.sql failed: .*tymestamp/) as unknown,
  });
  expect(await warehouse.reader.rows('select name from schema_migrations')).toEqual([]);
});

test.each([
  ['file:///app/ingestor/src/sources/prometheus/tables.sql', 'sources/prometheus/tables.sql'],
  ['file:///src/x/ingestor/dist/warehouse/marts/tables.2.sql', 'warehouse/marts/tables.2.sql'],
  ['file:///a%20b/src/sources/hr/tables.sql', 'sources/hr/tables.sql'],
])('%s is called %s wherever it is installed', (url, name) => {
  expect(migrationName(new URL(url))).toBe(name);
});

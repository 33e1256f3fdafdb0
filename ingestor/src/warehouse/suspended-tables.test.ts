import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { FreeSpace } from './free-space.ts';
import type { QuestdbWarehouse } from './questdb-warehouse.ts';
import { SuspendedTables } from './suspended-tables.ts';

const log = pino({ level: 'silent' });
let warehouse: QuestdbWarehouse;

beforeEach(async () => {
  warehouse = await useWarehouse({ migrations: [] });
  await warehouse.reader.execute(
    'create table t (timestamp timestamp, id long) timestamp(timestamp) partition by day wal',
  );
  await warehouse.reader.execute('alter table t suspend wal');
  // Acknowledged all the same, but not yet seen by readers.
  await warehouse.writer.write([{ table: 't', rows: [{ timestamp: new Date(1e12), id: 1 }] }]);
});

test('a suspended table is told and resumed; what was acknowledged meanwhile appears', async () => {
  expect(await warehouse.reader.rows('select id from t')).toEqual([]);
  const suspended = new SuspendedTables(warehouse.reader, new FreeSpace(tmpdir(), 0), log);
  await suspended.check();
  expect(suspended.names).toEqual(['t']);
  await expect.poll(() => warehouse.reader.rows('select id from t'), { timeout: 20_000 }).toEqual([{ id: 1 }]);
  await suspended.check();
  expect(suspended.names).toEqual([]);
});

test('without space it is told, and left until there is some', async () => {
  const suspended = new SuspendedTables(warehouse.reader, new FreeSpace(tmpdir(), 2 ** 40), log);
  await suspended.check();
  await suspended.check();
  expect(suspended.names).toEqual(['t']);
  await new SuspendedTables(warehouse.reader, new FreeSpace(tmpdir(), 0), log).check();
});

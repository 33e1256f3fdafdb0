import { expect, test, beforeAll, describe } from 'vitest';
import { useWarehouse } from '../support/warehouse.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { QuestdbWarehouse as Client } from '../../ingestor/src/warehouse/questdb-warehouse.ts';

// An hour from UTC, and with a summer time: what reads or writes local time shows here.
process.env['TZ'] = 'Europe/Berlin';

let warehouse: QuestdbWarehouse;

beforeAll(async () => {
  warehouse = await useWarehouse({ migrations: [] });
  await warehouse.reader.execute(`create table every_type (
    timestamp timestamp, a_long long, an_int int, a_short short, a_byte byte, a_double double, a_float float,
    a_boolean boolean, a_symbol symbol, a_varchar varchar, a_string string, a_date date, a_time timestamp, a_uuid uuid
  ) timestamp(timestamp) partition by month wal dedup upsert keys(timestamp, a_long)`);
});

const timestamp = new Date('2026-10-25T00:30:00.123Z');

const values = {
  a_long: -9_000_000_000_000_000_001n,
  an_int: -2_147_483_647,
  a_short: -32_768,
  a_byte: 127,
  a_double: 0.1,
  a_float: 1.5,
  a_boolean: true,
  a_symbol: 'a b,c=d\\e "f"\nünïcödé',
  a_varchar: 'line\nbreak, comma=\\ "quote" 雪 😀',
  a_string: 'text',
  a_date: new Date('2026-03-29T01:30:00.001Z'),
  a_time: new Date('2026-03-29T02:30:00.999Z'),
  a_uuid: '11111111-2222-3333-4444-555555555555',
};

async function readBack(id: number | bigint): Promise<Record<string, unknown>[]> {
  await warehouse.settle(['every_type']);
  return warehouse.reader.rows('select * from every_type where a_long = $1', [id]);
}

test('the process is not in UTC, so that local time would show', () => {
  expect(new Date('2026-07-01T00:00:00Z').getTimezoneOffset()).toBe(-120);
});

test('a row of all types is read as it was written', async () => {
  await warehouse.writer.write([{ table: 'every_type', rows: [{ timestamp, ...values }] }]);
  expect(await readBack(values.a_long)).toEqual([{ timestamp, ...values }]);
});

test('what is null or absent is NULL; a byte, a short and a boolean know none', async () => {
  await warehouse.writer.write([
    { table: 'every_type', rows: [{ timestamp, a_long: 1, a_double: null, a_symbol: null }] },
  ]);
  const empty = Object.fromEntries(Object.keys(values).map((name) => [name, null]));
  expect(await readBack(1)).toEqual([{ timestamp, ...empty, a_long: 1, a_short: 0, a_byte: 0, a_boolean: false }]);
});

test.each([
  ['the largest safe integer', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['one that a number cannot hold', 2n ** 53n + 1n, 2n ** 53n + 1n],
  ['the largest', 2n ** 63n - 1n, 2n ** 63n - 1n],
  ['a small bigint', 7n, 7],
])('LONG: %s', async (_, written, read) => {
  await warehouse.writer.write([{ table: 'every_type', rows: [{ timestamp, a_long: written }] }]);
  expect(await readBack(written)).toMatchObject([{ a_long: read }]);
});

test('doubles keep every bit', async () => {
  const doubles = [-0, 5e-324, Number.MAX_VALUE, 1 / 3, 1e22];
  const rows = doubles.map((a_double, index) => ({ timestamp, a_long: 100 + index, a_double }));
  await warehouse.writer.write([{ table: 'every_type', rows }]);
  await warehouse.settle(['every_type']);
  const read = await warehouse.reader.rows(
    'select a_double from every_type where a_long between $1 and $2',
    [100, 104],
  );
  expect(read.map((row) => row['a_double'])).toEqual(doubles);
});

test('a row written twice is there once, the later one', async () => {
  for (const a_double of [1, 2])
    await warehouse.writer.write([{ table: 'every_type', rows: [{ timestamp, a_long: 200, a_double }] }]);
  expect(await readBack(200)).toMatchObject([{ a_double: 2 }]);
});

test('times bind and come back in UTC', async () => {
  const [row] = await warehouse.reader.rows(
    'select min(timestamp) as first, count() as n from every_type where timestamp >= $1 and timestamp < $2',
    [timestamp, new Date(timestamp.getTime() + 1)],
  );
  expect(row).toMatchObject({ first: timestamp });
  expect(row?.['n']).toBeGreaterThan(0);
});

test('columns are named and typed', async () => {
  const { columns } = await warehouse.reader.query(
    'select timestamp, a_long, a_double, a_symbol, a_boolean from every_type limit 0',
  );
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'timestamp timestamp',
    'a_long long',
    'a_double double',
    'a_symbol varchar',
    'a_boolean boolean',
  ]);
});

describe('refused before anything is sent', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown column', { a_lnog: 1 }, 'there is no column "a_lnog"'],
    ['NaN', { a_double: NaN }, 'column "a_double" is NaN'],
    ['infinity', { a_double: -Infinity }, 'column "a_double" is -Infinity'],
    ['an unsafe integer', { a_long: 2 ** 53 }, 'column "a_long" is long, but the value is number'],
    ['a fraction', { a_long: 1.5 }, 'column "a_long" is long'],
    ['the LONG that means NULL', { a_long: -(2n ** 63n) }, 'QuestDB reads as NULL'],
    ['more than a LONG', { a_long: 2n ** 63n }, 'does not fit long'],
    ['more than an INT', { an_int: 2 ** 31 }, 'does not fit int'],
    ['text for a number', { a_double: '1' }, 'column "a_double" is double, but the value is string "1"'],
    ['a number for a time', { a_time: 1 }, 'column "a_time" is timestamp'],
    ['a time for text', { a_varchar: new Date(1) }, 'column "a_varchar" is varchar, but the value is a Date'],
    ['an invalid time', { a_time: new Date(NaN) }, 'column "a_time" is an invalid date'],
    ['a time before 1970', { timestamp: new Date(-1) }, 'before 1970'],
    ['no time', { timestamp: null }, 'designated timestamp "timestamp" is missing'],
  ])('%s', async (_, row, message) => {
    const rows = [{ timestamp, a_long: 300 }, { timestamp, a_long: 301, ...row } as never];
    await expect(warehouse.writer.write([{ table: 'every_type', rows }])).rejects.toMatchObject({
      code: 'WRITE_REJECTED',
      message: expect.stringMatching(/^table "every_type", row 2: /) as unknown,
      details: { table: 'every_type', row: 1 },
    });
    await expect(warehouse.writer.write([{ table: 'every_type', rows }])).rejects.toThrow(message);
    expect(await readBack(300)).toEqual([]);
  });

  test('an unknown table, named, and not made', async () => {
    await expect(warehouse.writer.write([{ table: 'nowhere', rows: [{ timestamp }] }])).rejects.toMatchObject({
      code: 'WRITE_REJECTED',
      details: { table: 'nowhere' },
    });
    expect(await warehouse.reader.rows("select table_name from tables() where table_name = 'nowhere'")).toEqual([]);
  });
});

test('lines that name an unknown column or table are refused by QuestDB itself', async () => {
  for (const line of ['every_type a_lnog=1i 1700000000000t\n', 'nowhere a=1i 1700000000000t\n'])
    await expect(warehouse.writer.writeLines('every_type', Buffer.from(line))).rejects.toMatchObject({
      code: 'WRITE_REJECTED',
    });
});

describe('errors of queries', () => {
  test('wrong SQL says where', async () => {
    await expect(warehouse.reader.query('select nope from every_type')).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('nope') as unknown,
      details: { position: 8 },
    });
  });

  test('a query over its time is cut off, and the next one works', async () => {
    const forEver = 'select count() from long_sequence(200000000000) where x % 7 = rnd_int(1, 5, 0)';
    await expect(warehouse.reader.query(forEver, [], { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'QUERY_TIMEOUT',
    });
    const running = "select query from query_activity() where query like 'select count() from long_sequence%'";
    await expect.poll(() => warehouse.reader.rows(running), { timeout: 20_000 }).toEqual([]);
  });

  test('the account of `query` cannot write', async () => {
    await expect(warehouse.reader.query("insert into every_type (timestamp) values ('2026-01-01')")).rejects.toThrow(
      /permission denied/i,
    );
    await expect(warehouse.reader.query('create table t (a int)')).rejects.toThrow(/permission denied/i);
  });

  test.each([
    ['http', { http: { user: 'sce_voice', password: 'wrong' } }],
    ['http', { http: null }],
    ['pgReader', { pgReader: { user: 'sce_voice_read', password: 'wrong' } }],
    ['pgWriter', { pgWriter: { user: 'sce_voice', password: 'wrong' } }],
  ])('a wrong %s password is refused', async (_, wrong) => {
    const other = new Client({ ...warehouse.connection, ...wrong }, { queryTimeoutMs: 5_000 });
    await expect(other.assertAccounts()).rejects.toMatchObject({ code: 'SETUP' });
    await other.close();
  });

  test('nobody there is WAREHOUSE_UNAVAILABLE, soon', async () => {
    const other = new Client(
      { ...warehouse.connection, httpUrl: 'http://127.0.0.1:1', pgPort: 1 },
      { queryTimeoutMs: 5_000 },
    );
    await expect(other.reader.query('select 1')).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
    await expect(other.writer.writeLines('x', Buffer.from(''))).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
    });
    await other.close();
  });
});

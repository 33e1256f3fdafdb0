import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { applyRetention } from './retention.ts';
import type { RetentionOptions } from './retention.ts';
import type { QuestdbWarehouse } from './questdb-warehouse.ts';

const now = new Date('2026-06-30T12:00:00Z');
const days = ['2026-06-01', '2026-06-10', '2026-06-20', '2026-06-29', '2026-06-30'];
const log = pino({ level: 'silent' });
let warehouse: QuestdbWarehouse;

beforeEach(async () => {
  warehouse = await useWarehouse({ migrations: [] });
  for (const table of ['kept', 'aged']) {
    await warehouse.reader.execute(
      `create table ${table} (timestamp timestamp, id long) timestamp(timestamp) partition by day wal dedup upsert keys(timestamp, id)`,
    );
    const rows = days.flatMap((day) =>
      [0, 23].map((hour) => ({ timestamp: new Date(`${day}T${String(hour).padStart(2, '0')}:30:00Z`), id: hour })),
    );
    await warehouse.writer.write([{ table, rows }]);
  }
  await warehouse.settle(['kept', 'aged']);
});

function retain(options: Partial<RetentionOptions>): Promise<number> {
  return applyRetention({ reader: warehouse.reader, retentionDays: { aged: 10 }, log, now: () => now, ...options });
}

async function daysIn(table: string): Promise<string[]> {
  const rows = await warehouse.reader.rows<{ timestamp: Date }>(
    `select timestamp from ${table} where id = 0 order by timestamp`,
  );
  return rows.map(({ timestamp }) => timestamp.toISOString().slice(0, 10));
}

test('drops whole partitions by age, and no other table', async () => {
  const dropped: unknown[] = [];
  // The 20th has a row at 23:30, less than ten days before noon of the 30th: its partition stays whole.
  expect(await retain({ onDropped: (...what) => dropped.push(what) })).toBe(2);
  expect(await daysIn('aged')).toEqual(days.slice(2));
  expect(await daysIn('kept')).toEqual(days);
  expect(dropped).toEqual([['aged', 2, 4]]);
  expect(await retain({})).toBe(0);
});

test.each([
  ['not rolled up at all', new Date(0), days],
  ['rolled up to the middle of a partition', new Date('2026-06-10T20:00:00Z'), days.slice(1)],
  ['rolled up beyond the retention', new Date('2026-06-30T00:00:00Z'), days.slice(2)],
])('%s: nothing goes before its roll-up', async (_, watermark, left) => {
  await retain({ watermark: async () => watermark });
  expect(await daysIn('aged')).toEqual(left);
});

test('without a watermark a table goes by age', async () => {
  await retain({ watermark: async () => null });
  expect(await daysIn('aged')).toEqual(days.slice(2));
});

test('an unknown table, or a failing watermark, does not keep the others', async () => {
  const watermark = async (table: string): Promise<Date | null> => {
    if (table === 'kept') throw new Error('no mart');
    return null;
  };
  expect(await retain({ retentionDays: { nowhere: 1, kept: 1, aged: 10 }, watermark })).toBe(2);
  expect(await daysIn('kept')).toEqual(days);
});

test('a late row for a dropped day is stored, and goes again', async () => {
  await retain({});
  await warehouse.writer.write([{ table: 'aged', rows: [{ timestamp: new Date('2026-06-01T01:00:00Z'), id: 0 }] }]);
  await warehouse.settle(['aged']);
  expect(await daysIn('aged')).toEqual([days[0], ...days.slice(2)]);
  expect(await retain({})).toBe(1);
});

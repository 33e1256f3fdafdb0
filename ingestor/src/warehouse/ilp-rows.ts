import { SenderBufferV2, SenderOptions } from '@questdb/nodejs-client';
import { SceError, messageOf } from '../errors.ts';
import type { TableSchema } from './table-schema.ts';
import type { CellValue, Row } from './warehouse.ts';

/** The client's protocol-2 buffer with what it lacks: its `intColumn` takes numbers only, so an id above 2^53 would change. */
class RowBuffer extends SenderBufferV2 {
  longColumn(name: string, value: bigint): void {
    this.writeColumn(name, value, () => {
      const text = `${value}i`;
      this.checkCapacity([text], text.length);
      this.write(text);
    });
  }
}

const longMinimum = -(2n ** 63n);

/** Encodes rows of one table as line protocol, typed by the table's schema. Throws `WRITE_REJECTED` naming table, column and row. */
export function encodeRows(schema: TableSchema, rows: readonly Row[]): Buffer {
  const options = new SenderOptions('http::addr=unused;protocol_version=2;max_buf_size=1073741824');
  const buffer = new RowBuffer(options);
  rows.forEach((row, index) => {
    try {
      encodeRow(buffer, schema, row);
    } catch (error) {
      throw new SceError('WRITE_REJECTED', `table "${schema.table}", row ${index + 1}: ${messageOf(error)}`, {
        cause: error,
        details: { table: schema.table, row: index },
      });
    }
  });
  return buffer.toBufferView();
}

function encodeRow(buffer: RowBuffer, schema: TableSchema, row: Row): void {
  const designated = row[schema.timestamp];
  if (designated === undefined || designated === null)
    throw new Error(`the designated timestamp "${schema.timestamp}" is missing`);
  for (const name of Object.keys(row)) if (!schema.columns.has(name)) throw new Error(`there is no column "${name}"`);
  buffer.table(schema.table);
  // Line protocol wants all symbols before the first field.
  for (const [name, type] of schema.columns) {
    const value = row[name];
    if (type === 'symbol' && value !== undefined && value !== null) buffer.symbol(name, value);
  }
  for (const [name, type] of schema.columns) {
    const value = row[name];
    if (type !== 'symbol' && name !== schema.timestamp && value !== undefined && value !== null)
      encodeField(buffer, name, type, value);
  }
  buffer.at(toMicroseconds(schema.timestamp, designated), 'us');
}

function encodeField(buffer: RowBuffer, name: string, type: string, value: NonNullable<CellValue>): void {
  switch (type) {
    case 'long':
    case 'int':
    case 'short':
    case 'byte': {
      buffer.longColumn(name, toLong(name, type, value));
      return;
    }
    case 'double':
    case 'float':
      return void buffer.floatColumn(name, toDouble(name, type, value));
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(name, type, value);
      return void buffer.booleanColumn(name, value);
    case 'timestamp':
    case 'date':
      return void buffer.timestampColumn(name, toMicroseconds(name, value), 'us');
    default:
      return void buffer.stringColumn(name, toText(name, type, value));
  }
}

function toText(name: string, type: string, value: NonNullable<CellValue>): string {
  if (value instanceof Date) throw mismatch(name, type, value);
  return String(value);
}

function toDouble(name: string, type: string, value: NonNullable<CellValue>): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(name, type, value);
  const number = Number(value);
  if (!Number.isFinite(number))
    throw new Error(`column "${name}" is ${number}; QuestDB would store NULL: leave it out or count it`);
  return number;
}

const rangeByType: Readonly<Record<string, bigint>> = {
  long: 2n ** 63n,
  int: 2n ** 31n,
  short: 2n ** 15n,
  byte: 2n ** 7n,
};

function toLong(name: string, type: string, value: NonNullable<CellValue>): bigint {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isSafeInteger(value)))
    throw mismatch(name, type, value);
  const long = BigInt(value);
  const limit = rangeByType[type] ?? 2n ** 63n;
  if (long >= limit || long < -limit) throw new Error(`column "${name}" is ${long}, which does not fit ${type}`);
  if (long === longMinimum || (type === 'int' && long === -limit))
    throw new Error(`column "${name}" is ${long}, which QuestDB reads as NULL`);
  return long;
}

function toMicroseconds(name: string, value: NonNullable<CellValue>): bigint {
  if (!(value instanceof Date)) throw mismatch(name, 'timestamp', value);
  const milliseconds = value.getTime();
  if (Number.isNaN(milliseconds)) throw new Error(`column "${name}" is an invalid date`);
  if (milliseconds < 0) throw new Error(`column "${name}" is ${value.toISOString()}; times before 1970 are refused`);
  return BigInt(milliseconds) * 1000n;
}

function mismatch(name: string, type: string, value: NonNullable<CellValue>): Error {
  const shown = value instanceof Date ? 'a Date' : `${typeof value} ${JSON.stringify(String(value)).slice(0, 60)}`;
  return new Error(`column "${name}" is ${type}, but the value is ${shown}`);
}

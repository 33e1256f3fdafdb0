import { parse } from 'csv-parse/sync';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { SceError, messageOf } from '../../errors.ts';
import { DATED_TABLES, type DatedTable } from './config.ts';

/** A checked row with the place it comes from, for messages: `prices.csv line 3`. */
export interface DatedRow {
  readonly where: string;
  readonly source: string;
  readonly validFrom: Date;
  readonly values: Readonly<Record<string, string | number>>;
}

const UNITS: Readonly<Record<string, string>> = {
  cpu: 'core_hour',
  memory: 'gb_hour',
  gpu: 'gpu_hour',
  storage: 'gb_month',
};

/** One row from the configuration or a file. Throws `FEED_REFUSED` naming place and column. */
export function decodeRow(table: DatedTable, raw: unknown, where: string, source: string): DatedRow {
  const schema: TSchema = DATED_TABLES[table];
  const row = Value.Default(schema, Value.Clone(raw)) as Record<string, string | number>;
  if (!Value.Check(schema, row)) {
    const errors = Value.Errors(schema, row);
    const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties');
    const first = unknown ?? errors[0];
    const expected = unknown
      ? `; columns of ${table} are ${Object.keys(DATED_TABLES[table].properties).join(', ')}`
      : '';
    throw refused(
      `${where}: ${(first?.instancePath ?? '').slice(1) || 'the row'} ${first?.message ?? 'is not valid'}${expected}`,
    );
  }
  const { valid_from: day = '', ...values } = row;
  const resource = values['resource'];
  if (table === 'prices' && UNITS[String(resource)] !== values['unit'])
    throw refused(
      `${where}: the unit of ${String(resource)} is ${UNITS[String(resource)] ?? ''}, not ${String(values['unit'])}`,
    );
  if (table === 'carbon_coefficients' && Number(values['cpu_max_watts']) < Number(values['cpu_min_watts']))
    throw refused(`${where}: cpu_max_watts is less than cpu_min_watts`);
  if ('end_of_life' in values) parseDay(String(values['end_of_life']), `${where}: end_of_life`);
  return { where, source, validFrom: parseDay(String(day), `${where}: valid_from`), values };
}

/** All rows of a CSV with a header line. Empty cells stand for absent values. Throws `FEED_REFUSED` with the line number. */
export function decodeCsv(table: DatedTable, text: string, file: string): DatedRow[] {
  const properties = DATED_TABLES[table].properties as Readonly<Record<string, { type?: unknown }>>;
  const isNumber = (column: string) => ['number', 'integer'].includes(String(properties[column]?.type));
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(text, { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw refused(`${file}: ${messageOf(error)}`);
  }
  return records.map(({ record, info }) => {
    const where = `${file} line ${info.lines}`;
    const entries = Object.entries(record)
      .filter(([, value]) => value !== '')
      .map(([column, value]) => [column, isNumber(column) ? numberOf(value, `${where}: ${column}`) : value] as const);
    return decodeRow(table, Object.fromEntries(entries), where, file);
  });
}

/** Midnight UTC. Throws `FEED_REFUSED` for a day that is none. */
export function parseDay(text: string, where: string): Date {
  const date = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(text)) throw refused(`${where} ${text} is no day`);
  // The warehouse takes no times before 1970.
  if (date.getTime() < 0) throw refused(`${where} ${text} is before 1970`);
  return date;
}

function numberOf(text: string, where: string): number {
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text))
    throw refused(
      `${where} "${text.slice(0, 40)}" is not a number; write 0.02087, with a point and without separators`,
    );
  return Number(text);
}

export function refused(message: string): SceError {
  return new SceError('FEED_REFUSED', message);
}

import type { CellValue } from './warehouse.ts';

/** What QuestDB sends over the PG wire, by type id; SYMBOL, VARCHAR and STRING all arrive as `varchar`. */
const nameById: Readonly<Record<number, string>> = {
  16: 'boolean',
  17: 'binary',
  18: 'char',
  20: 'long',
  21: 'short',
  23: 'int',
  700: 'float',
  701: 'double',
  1022: 'double[]',
  1043: 'varchar',
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamp',
  1700: 'decimal',
  2950: 'uuid',
};

export function typeName(id: number): string {
  return nameById[id] ?? 'varchar';
}

/** LONG as number, or as bigint where a number could not hold it exactly. */
export function parseLong(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** TIMESTAMP text (`2026-11-22 07:05:00.123456`, UTC without saying so) as a Date; microseconds are cut to milliseconds. */
export function parseTimestamp(text: string): Date {
  return new Date(
    Date.UTC(
      number(text, 0, 4),
      number(text, 5, 7) - 1,
      number(text, 8, 10),
      number(text, 11, 13),
      number(text, 14, 16),
      number(text, 17, 19),
      // Up to six digits: the first three, `.5` as 500.
      text.length > 20 ? number(text, 20, 23) * (text.length > 22 ? 1 : text.length > 21 ? 10 : 100) : 0,
    ),
  );
}

/** Digits from one place to another, without a string for each: there is one of these for every timestamp of an answer. */
function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < Math.min(to, text.length); index += 1)
    value = value * 10 + text.charCodeAt(index) - 48;
  return value;
}

type Parser = (text: string) => unknown;

const parserById: Readonly<Record<number, Parser>> = {
  16: (text) => text === 't' || text === 'true',
  20: parseLong,
  21: Number,
  23: Number,
  700: Number,
  701: Number,
  1114: parseTimestamp,
  1184: parseTimestamp,
};

/** Parsers for `pg`: its own give LONG as text and TIMESTAMP in the zone of the process. */
export const questdbTypes = {
  getTypeParser: (id: number): Parser => parserById[id] ?? ((text) => text),
};

/** A bound parameter as QuestDB reads it: `pg` would send a Date with the offset of the process' zone. */
export function toParameter(value: CellValue): string | number | boolean | null {
  if (value instanceof Date) return value.toISOString().replace('Z', '000Z');
  return typeof value === 'bigint' ? value.toString() : value;
}

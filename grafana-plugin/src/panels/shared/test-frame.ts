import type { FrameLike } from './frames.ts';

/** A frame of rows, for tests: the columns of the first row. */
export function testFrame(rows: readonly Readonly<Record<string, unknown>>[]): FrameLike {
  return {
    length: rows.length,
    fields: Object.keys(rows[0] ?? {}).map((name) => ({ name, values: rows.map((row) => row[name]) })),
  };
}

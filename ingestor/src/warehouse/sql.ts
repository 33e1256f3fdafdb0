import { readFileSync } from 'node:fs';

/** Text of a `.sql` file beside its owner: `readSql(import.meta.url, 'query.sql')`. */
export function readSql(base: string, name: string): string {
  return readFileSync(new URL(name, base), 'utf8');
}

/** A table or column name as an SQL identifier. Names come from our own files; this keeps reserved words usable. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

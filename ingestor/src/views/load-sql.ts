import { readFileSync } from 'node:fs';

/** The text of an `.sql` file beside its owner: `loadSql(import.meta.url, 'query.sql')`. */
export function loadSql(owner: string, file: string): string {
  return readFileSync(new URL(file, owner), 'utf8');
}

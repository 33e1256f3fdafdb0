import { existsSync } from 'node:fs';

const root = new URL('../../ingestor/src/', import.meta.url);

/** Every migration file of the product: those of the sources in their order, then those of the marts. */
export async function allMigrations(): Promise<URL[]> {
  const list = new URL('migrations.ts', root);
  if (!existsSync(list)) return [new URL('sources/prometheus/tables.sql', root)];
  const { migrations } = (await import(list.href)) as { migrations: readonly URL[] };
  return [...migrations];
}

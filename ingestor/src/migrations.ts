import { POLLER_MIGRATIONS } from './sources/poller.ts';
import { pollSources, pushSources } from './sources/index.ts';

/** Tables that belong to no source of the lists: raw tables of the main source and the marts. */
const shared: readonly URL[] = [
  new URL('./sources/prometheus/tables.sql', import.meta.url),
  new URL('./warehouse/marts/tables.sql', import.meta.url),
  new URL('./warehouse/marts/tables.2.sql', import.meta.url),
  new URL('./warehouse/marts/tables.3.sql', import.meta.url),
  new URL('./warehouse/persons/tables.sql', import.meta.url),
];

/** Every file of tables, each once, in the order in which they are applied. */
export function allMigrationFiles(): URL[] {
  const files = [...pushSources, ...pollSources].flatMap((source) => source.migrations);
  return [...new Map([...shared, ...POLLER_MIGRATIONS, ...files].map((file) => [file.href, file])).values()];
}

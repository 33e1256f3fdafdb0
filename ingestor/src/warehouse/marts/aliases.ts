import { readSql } from '../sql.ts';
import type { ContainerRow } from './container-row.ts';
import { rollUpPeople } from './days.ts';
import type { MartContext } from './mart-context.ts';
import { batches, withList } from './sql-list.ts';

const aliasesSql = readSql(import.meta.url, 'facts/aliases.sql');
const containersSql = readSql(import.meta.url, 'facts/containers-of-users.sql');
const daysSql = readSql(import.meta.url, 'facts/days-of-users.sql');

/**
 * Reads the other keys of people into `aliases`. What is stored under a key that turned out to be somebody's goes to that
 * person: their containers, and the days on which the key was active. True when containers changed.
 */
export async function refreshAliases(context: MartContext, aliases: Map<string, string>): Promise<boolean> {
  const { reader, writer } = context.warehouse;
  const fresh: string[] = [];
  for (const { key, person_key } of await reader.rows<{ key: string; person_key: string }>(aliasesSql)) {
    if (aliases.get(key) === person_key) continue;
    aliases.set(key, person_key);
    fresh.push(key);
  }
  let isChanged = false;
  for (const keys of batches(fresh)) {
    const list = { placeholder: '($1)', from: 1, length: keys.length };
    const containers = await reader.rows<ContainerRow>(withList(containersSql, list), keys);
    if (containers.length > 0) {
      isChanged = true;
      const rows = containers.map((row) => ({ ...row, user_key: context.personOf(row.user_key) }));
      await writer.write([{ table: 'containers', rows }]);
      await context.warehouse.settle(['containers']);
    }
    const days = await reader.rows<{ timestamp: Date }>(withList(daysSql, list), keys);
    for (const { timestamp } of days)
      await rollUpPeople(context, {
        from: timestamp,
        to: new Date(timestamp.getTime() + 23 * 3_600_000),
        goesOn: false,
      });
  }
  return isChanged;
}

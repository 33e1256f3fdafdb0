import pino from 'pino';
import { mergeSmallValues } from '../../../ingestor/src/views/privacy.ts';
import { applyPersonRetention, type PersonRetentionReport } from '../../../ingestor/src/warehouse/persons/retention.ts';
import type { Row, Warehouse } from '../../../ingestor/src/warehouse/warehouse.ts';
import { useWarehouse } from '../warehouse.ts';
import { now, pseudonymiser } from './persons.ts';
import { retentionTables } from './tables.ts';

/** A warehouse with all that is stored of the people of `persons.ts`. */
export async function filledWarehouse(): Promise<Warehouse> {
  const warehouse = await useWarehouse();
  const tables = retentionTables();
  await warehouse.writer.write(tables);
  await warehouse.settle(tables.map(({ table }) => table));
  return warehouse;
}

/** What views ask: sums and people per month and department as of the time. */
export async function answers(warehouse: Warehouse): Promise<Record<string, Row[]>> {
  const join = (facts: string, select: string): string =>
    `with u as ((${facts} order by timestamp) timestamp(timestamp)),
       p as ((select timestamp, person_key as person, department from people) timestamp(timestamp))
     select ${select} from u asof join p on (person)`;
  const asked = {
    usage: `${join(
      `select u.timestamp as timestamp, c.user_key as person, u.cpu_used_core_seconds as used
       from container_usage_1d u join containers c on c.container_id = u.container_id`,
      "timestamp_floor('M', u.timestamp) as month, p.department as department, sum(u.used) as used, count_distinct(u.person) as people",
    )} order by month, department`,
    days: `${join(
      'select timestamp, user_key as person, active_seconds as active from user_days',
      'u.timestamp as day, p.department as department, count_distinct(u.person) as people, sum(u.active) as active',
    )} order by day, department`,
    visits: `${join(
      "select timestamp, person from platform_events where kind = 'visit'",
      "timestamp_floor('d', u.timestamp) as day, p.department as department, count_distinct(u.person) as people, count() as visits",
    )} order by day, department`,
    commits: `${join(
      "select timestamp, person, sum(commits) as commits from git_commits_weekly where person is null or person <> ''",
      'u.timestamp as day, p.department as department, count_distinct(u.person) as people, sum(u.commits) as commits',
    )} order by day, department`,
    robots: "select timestamp as day, sum(commits) as commits from git_commits_weekly where person = '' order by day",
    raw: `select timestamp_floor('M', timestamp) as month, sum(cpu_used_core_seconds) as used, count() as rows from container_usage order by month`,
    bins: `select timestamp_floor('M', timestamp) as month, sum(cpu_used_core_seconds) as used, count() as rows from container_usage_bins_1d order by month`,
    workspaces: `select timestamp_floor('M', created_at) as month, count() as workspaces from workspaces order by month`,
  };
  const entries = await Promise.all(
    Object.entries(asked).map(async ([name, sql]) => [name, await warehouse.reader.rows<Row>(sql)] as const),
  );
  return Object.fromEntries(entries);
}

/** Runs the retention of facts about persons. */
export function retain(
  warehouse: Warehouse,
  options: { readonly now?: Date; readonly signal?: AbortSignal } = {},
): Promise<PersonRetentionReport> {
  return applyPersonRetention({
    warehouse,
    pseudonymiser,
    privacy: { person_months: 13, leaver_days: 90 },
    minPeople: 5,
    mergeSmall: mergeSmallValues,
    log: pino({ level: 'silent' }),
    now: () => options.now ?? now,
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** The small department is shown together with its smallest sibling, here as in the views. */
export function merged(rows: readonly Row[]): Row[] {
  const joined = new Map<string, Row>();
  for (const row of rows) {
    const department = ['Board', 'Safety', 'Board + Safety'].includes(String(row['department']))
      ? 'Board + Safety'
      : (row['department'] ?? null);
    const time = row['month'] ?? row['day'];
    const key = JSON.stringify([time, department]);
    const known = joined.get(key);
    const sum = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? value + Number(known?.[name] ?? 0) : value,
      ]),
    );
    joined.set(key, { ...sum, department });
  }
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Columns of all tables in which a code of these people stands before `until`. */
export async function traces(
  warehouse: Warehouse,
  codes: readonly string[],
  until: Date | null,
  tables?: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  const known = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
  for (const { table_name: table } of known) {
    if (table.startsWith('sys.') || (tables && !tables.includes(table))) continue;
    const columns = await warehouse.reader.rows<{ column: string; type: string }>(
      `select "column", type from table_columns('${table}')`,
    );
    for (const { column, type } of columns) {
      if (!['SYMBOL', 'VARCHAR', 'STRING'].includes(type)) continue;
      const [row] = await warehouse.reader.rows<{ n: number }>(
        `select count() as n from "${table}" where "${column}" ~ '${codes.join('|')}' ${until ? 'and timestamp < $1' : ''}`,
        until ? [until] : [],
      );
      if ((row?.n ?? 0) > 0) found.push(`${table}.${column}`);
    }
  }
  return found.sort();
}

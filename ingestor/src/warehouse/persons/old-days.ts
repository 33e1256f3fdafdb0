import { identifier } from '../sql.ts';
import type { WarehouseReader } from '../warehouse.ts';
import type { Departments } from './departments.ts';
import { batches, holdsExpired, literal, mapped, type Expired } from './expired.ts';
import type { MonthGroups } from './groups.ts';

/** Tables with a row for what one person did. Local midnights lie up to half a day beside the UTC day they stand for. */
export const dayTables = [
  { table: 'user_days', column: 'user_key', shiftHours: 12 },
  { table: 'platform_events', column: 'person', shiftHours: 0 },
  { table: 'connect_visits', column: 'person', shiftHours: 0 },
  { table: 'connect_sessions', column: 'person', shiftHours: 0 },
  { table: 'connect_hits', column: 'person', shiftHours: 0 },
  // A week lies on its Monday: one deal for all repositories of it.
  { table: 'git_commits_weekly', column: 'person', shiftHours: 0 },
  { table: 'home_drives', column: 'owner', shiftHours: 0 },
  // A job lies on the day on which it was submitted.
  { table: 'aws_batch_jobs', column: 'person', shiftHours: 0 },
] as const;

/**
 * Deals the rows of a month out to group keys, day by day: different people of a day get different keys, so that people per
 * day and department are counted as before. Each day is done in one go or again. Returns the number of days.
 */
export async function anonymiseDays(
  reader: WarehouseReader,
  { table, column, shiftHours }: (typeof dayTables)[number],
  expired: Expired,
  departments: Departments,
  groups: MonthGroups,
  from: Date,
  to: Date,
): Promise<number> {
  const day = `timestamp_floor('d', dateadd('h', ${shiftHours}, timestamp)) as day`;
  const rows = await reader.rows<{ day: Date; person: string }>(
    `select distinct ${day}, ${column} as person from ${identifier(table)}
     where timestamp >= $1 and timestamp < $2 and ${column} is not null`,
    [from, to],
  );
  const expiredRows = await reader.rows<{ day: Date; person: string }>(
    `select distinct ${day}, ${column} as person from ${identifier(table)}
     where timestamp >= $1 and timestamp < $2 and ${holdsExpired(column, expired)}`,
    [from, to],
  );
  const days = new Map<number, { people: Map<string, string | null>; taken: Set<string> }>();
  const entryOf = (day: Date) => {
    const entry = days.get(day.getTime()) ?? { people: new Map<string, string | null>(), taken: new Set<string>() };
    days.set(day.getTime(), entry);
    return entry;
  };
  for (const { day, person } of expiredRows) entryOf(day).people.set(person, departments.at(person, endOf(day)));
  for (const { day, person } of rows) days.get(day.getTime())?.taken.add(person);
  for (const [at, { people, taken }] of days) {
    const start = at - shiftHours * 3_600_000;
    const dealt = groups.dealDay(people, taken);
    for (const batch of batches([...dealt]))
      await reader.execute(
        `update ${identifier(table)} set ${column} = ${mapped(column, new Map(batch))}
         where timestamp >= $1 and timestamp < $2 and ${column} in (${batch.map(([person]) => literal(person)).join(', ')})`,
        [new Date(start), new Date(start + 86_400_000)],
      );
  }
  return days.size;
}

/** Rows of people begin at midnight: what holds at the end of a day is what holds on it. */
function endOf(day: Date): Date {
  return new Date(day.getTime() + 86_399_999);
}

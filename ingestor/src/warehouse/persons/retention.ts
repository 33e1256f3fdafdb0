import type { Logger } from 'pino';
import type { PrivacyConfig } from '../../identity/config.ts';
import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Warehouse } from '../warehouse.ts';
import { replaceCodes } from '../person-data.ts';
import { codesOfPerson } from './codes-of-person.ts';
import { Departments } from './departments.ts';
import { addMonths, holdsExpired, startOfMonth, type Expired } from './expired.ts';
import { MonthGroups, type MergeSmall } from './groups.ts';
import { clearReplaced } from './old-dated.ts';
import { anonymiseDays, dayTables } from './old-days.ts';
import { anonymiseFormer, clearOldRows, describeGroups, formerPeople, nobody } from './old-people.ts';
import { anonymiseRest, anonymiseWorkspaces } from './old-rest.ts';
import { anonymiseContainers, endOf, oldContainers } from './old-usage.ts';

export interface PersonRetentionOptions {
  readonly warehouse: Warehouse;
  readonly pseudonymiser: Pseudonymiser;
  readonly privacy: Pick<PrivacyConfig, 'person_months' | 'leaver_days'>;
  /** People a group needs (`views.min_people`). */
  readonly minPeople: number;
  readonly mergeSmall: MergeSmall;
  readonly log: Logger;
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
}

/** Where a person's codes stand beside facts that went to the group before. */
const rawTables = [
  'series',
  'exemplars',
  'platform_events',
  'kubernetes_audit',
  'volume_usage_1d',
  'volume_owners',
  'unmatched_usage',
  'git_members',
  'git_repositories',
  'git_lockfiles',
  'aws_batch_jobs',
  'home_drives',
  'connect_users',
  'connect_groups',
  'connect_content',
  'connect_bundles',
  'connect_jobs',
  'connect_audit',
  'poll_runs',
];

export interface PersonRetentionReport {
  /** Months with facts that lost their person keys. */
  readonly months: number;
  readonly containers: number;
  /** Days of activity and of events. */
  readonly days: number;
  /** People who left long enough ago. */
  readonly former: number;
  /** Dated rows of people that were cleared. */
  readonly peopleRows: number;
}

/**
 * Person-level facts are kept `person_months` calendar months besides the current one (leavers: `leaver_days`), then as facts
 * of their department only. Month by month, oldest first; what is to do is found in the tables, so that a run that was
 * killed is done again and one with nothing to do changes nothing.
 */
export async function applyPersonRetention(options: PersonRetentionOptions): Promise<PersonRetentionReport> {
  const { warehouse, privacy, log } = options;
  const now = options.now?.() ?? new Date();
  const cutoff = addMonths(startOfMonth(now), -privacy.person_months);
  const total = { months: 0, containers: 0, days: 0 };
  const add = (part: typeof total): void => {
    total.months += part.months;
    total.containers += part.containers;
    total.days += part.days;
  };
  add(await anonymiseFacts(options, { namespace: 'all', until: cutoff, keys: null }, now));
  await anonymiseRest(warehouse.reader, cutoff, options.signal);
  await clearReplaced(warehouse.reader, cutoff, options.signal);
  const former = await formerPeople(warehouse.reader, privacy.leaver_days, now);
  if (former.size > 0) {
    const { reader } = warehouse;
    // Found out while the containers still say what is whose.
    const codes = new Set<string>();
    // Facts may be under another key of the same person: an address that is no user name.
    const keys = new Set(former.keys());
    for (const key of former.keys()) {
      const known = await codesOfPerson(reader, [key], options);
      for (const code of known.all) codes.add(code);
      for (const other of known.keys) keys.add(other);
    }
    add(await anonymiseFacts(options, { namespace: 'former', until: addMonths(now, 1), keys }, now));
    await replaceCodes(reader, [...codes], nobody(), rawTables);
  }
  // People last: their departments are needed until every fact has its group.
  const report = {
    ...total,
    former: await anonymiseFormer(warehouse, options.pseudonymiser, former, now),
    peopleRows: await clearOldRows(warehouse.reader, cutoff),
  };
  if (Object.values(report).some((count) => count > 0))
    log.info(
      { ...report, cutoff },
      'facts about persons that were kept long enough are facts of their departments now',
    );
  return report;
}

async function anonymiseFacts(
  options: PersonRetentionOptions,
  expired: Expired,
  now: Date,
): Promise<{ months: number; containers: number; days: number }> {
  const { warehouse, signal } = options;
  const months = await monthsWithFacts(options, expired);
  let containers = 0;
  let days = 0;
  for (const month of months) {
    signal?.throwIfAborted();
    const to = earlier(addMonths(month, 1), expired.until);
    const departments = await Departments.load(warehouse.reader);
    const old = await oldContainers(warehouse.reader, expired, month, to);
    const groups = await monthGroups(options, expired, departments, month, to, old);
    await describeGroups(warehouse, groups.planned, now);
    containers += await anonymiseContainers(warehouse, old, departments, groups, month, to);
    for (const table of dayTables)
      days += await anonymiseDays(warehouse.reader, table, expired, departments, groups, month, to);
  }
  await anonymiseWorkspaces(warehouse, expired);
  return { months: months.length, containers, days };
}

/** People of the month by department, all and expired ones, by what they did and what they had. */
async function monthGroups(
  options: PersonRetentionOptions,
  expired: Expired,
  departments: Departments,
  from: Date,
  to: Date,
  containers: readonly { readonly user_key: string }[],
): Promise<MonthGroups> {
  const { reader } = options.warehouse;
  const seen = await reader.rows<{ person: string; expired: boolean }>(
    `select person, max(expired) = 1 as expired from (${dayTables
      .map(
        ({ table, column }) =>
          `select distinct ${column} as person, case when ${holdsExpired(column, expired)} then 1 else 0 end as expired
           from ${table} where timestamp >= $1 and timestamp < $2 and ${column} is not null and ${column} <> ''`,
      )
      .join(' union all ')})`,
    [from, to],
  );
  const everybody = new Map<string | null, Set<string>>();
  const dealt = new Map<string | null, Set<string>>();
  const note = (groups: Map<string | null, Set<string>>, person: string): void => {
    for (const { department } of departments.segments(person, from, to)) {
      const people = groups.get(department) ?? new Set();
      people.add(person);
      groups.set(department, people);
    }
  };
  for (const { person, expired: isExpired } of seen) {
    note(everybody, person);
    if (isExpired) note(dealt, person);
  }
  for (const { user_key: person } of containers) {
    note(everybody, person);
    note(dealt, person);
  }
  return new MonthGroups(everybody, dealt, {
    mergeSmall: options.mergeSmall,
    minPeople: options.minPeople,
    namespace: expired.namespace,
  });
}

async function monthsWithFacts({ warehouse }: PersonRetentionOptions, expired: Expired): Promise<Date[]> {
  const month = (column: string): string => `select distinct timestamp_floor('M', ${column}) as month`;
  const held = (column: string): string => holdsExpired(column, expired);
  const containers = `select container_id from containers where created_at < $1 and ${held('user_key')}`;
  const queries = [
    ...dayTables.map(
      ({ table, column }) => `${month('timestamp')} from ${table} where timestamp < $1 and ${held(column)}`,
    ),
    `${month('timestamp')} from container_usage_1d where timestamp < $1 and container_id in (${containers})`,
    `${month('timestamp')} from container_visits_1d where timestamp < $1 and container_id in (${containers})`,
    `${month(endOf(expired))} from containers where ${endOf(expired)} < $1 and ${held('user_key')}`,
  ];
  const months = new Set<number>();
  for (const sql of queries)
    for (const row of await warehouse.reader.rows<{ month: Date }>(sql, [expired.until]))
      months.add(row.month.getTime());
  return [...months].sort((a, b) => a - b).map((at) => new Date(at));
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

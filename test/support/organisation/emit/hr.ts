import { stringify } from 'csv-stringify/sync';
import type { Organisation } from '../organisation.ts';
import { spellAt } from '../people.ts';
import type { Person } from '../people.ts';
import { hashOf, unit } from '../random.ts';
import { DAY_MS, floorTo } from '../time.ts';

export const ACCESS_GROUP = 'sce-users';
const HEADER = [
  'person_id',
  'username',
  'email',
  'department',
  'cost_center',
  'division',
  'title',
  'person_type',
  'manager_id',
  'active',
  'location',
  'time_zone',
  'joined_on',
  'left_on',
  'groups',
];
const GRADES = ['', 'Senior ', 'Principal ', 'Associate '];

/** Midnights (UTC) of the days on which the directory is exported over [from, to). */
export function hrDays(range: { readonly from: number; readonly to: number }): readonly number[] {
  const days: number[] = [];
  for (let day = floorTo(range.from, DAY_MS); day < range.to; day += DAY_MS) days.push(day);
  return days;
}

export function hrFileName(day: number): string {
  return `people-${new Date(day).toISOString().slice(0, 10)}.csv`;
}

/**
 * The directory's export of a day (UTC midnight). Joiners with an even number appear three days late; leavers stay with
 * their end date for thirty days and then vanish; one week has lost 30 % of its rows.
 */
export function hrCsv(organisation: Organisation, day: number): string {
  const { everybody, faults, frame } = organisation;
  const lost = day >= faults.hrLoss.from && day < faults.hrLoss.to;
  const rows = everybody.filter(
    (person) =>
      isListed(person, day) &&
      !(lost && unit(hashOf(frame.seed, 'lost', person.index, day / DAY_MS)) < faults.hrLoss.share),
  );
  return stringify([HEADER, ...rows.map((person) => row(person, day))]);
}

function isListed(person: Person, day: number): boolean {
  const delay = person.index % 2 === 0 ? 3 * DAY_MS : 0;
  return person.joinedOn + delay <= day && (person.leftOn === null || day < person.leftOn + 30 * DAY_MS);
}

function row(person: Person, day: number): readonly string[] {
  const left = person.leftOn !== null && person.leftOn <= day;
  const { department, role, managerId } = spellAt(person, left ? person.leftOn - 1 : day);
  const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return [
    person.personId,
    person.username,
    person.email,
    department.name,
    department.costCenter,
    department.division,
    `${GRADES[person.index % GRADES.length] ?? ''}${role}`,
    person.personType,
    managerId ?? '',
    left ? 'false' : 'true',
    person.location.id,
    person.location.zone,
    date(person.joinedOn),
    left ? date(person.leftOn) : '',
    person.access === null || left ? '' : ACCESS_GROUP,
  ];
}

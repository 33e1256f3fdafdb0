import { SceError } from '../../errors.ts';
import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import { normaliseUser } from '../../identity/normalise-user.ts';
import type { HrConfig } from './config.ts';
import { normaliseDn } from './dn.ts';
import type { HrFeed, HrRecord } from './record.ts';

/** What is stored of a person for a span of days. Pseudonyms and plain attributes only; empty text is null. */
export interface Attributes {
  readonly personId: string;
  readonly department: string | null;
  readonly costCenter: string | null;
  readonly division: string | null;
  readonly title: string | null;
  readonly role: string | null;
  readonly personType: string | null;
  readonly location: string | null;
  readonly timeZone: string | null;
  readonly managerId: string | null;
  readonly joinedOn: string | null;
  readonly leftOn: string | null;
  readonly active: boolean;
}

/** One person of a feed: attributes by the day they are said to hold from (null: the day of the snapshot). */
export interface FeedPerson {
  readonly key: string;
  readonly username: string;
  readonly dated: readonly { readonly from: string | null; readonly attributes: Attributes }[];
  /** The newest record, for names, e-mail and groups. */
  readonly latest: HrRecord;
}

export interface FeedPeople {
  readonly people: readonly FeedPerson[];
  readonly unknownManagers: number;
  readonly managerCycles: number;
}

export interface PeopleOptions {
  readonly config: HrConfig;
  readonly pseudonymiser: Pseudonymiser;
  /** Key under which a directory id (pseudonym) is already known: a renamed account keeps its history. */
  readonly knownKeys: ReadonlyMap<string, string>;
}

/** Turns records into people: one per directory id, managers resolved, names gone. Throws `FEED_REFUSED` for two active people of one user name. */
export function toPeople(feed: HrFeed, options: PeopleOptions): FeedPeople {
  const byId = new Map<string, HrRecord[]>();
  for (const record of feed.records) byId.set(record.id, [...(byId.get(record.id) ?? []), record]);
  const candidates = [...byId.values()].map((records) => {
    const sorted = records.sort((a, b) => (a.validFrom ?? feed.day).localeCompare(b.validFrom ?? feed.day));
    const past = sorted.filter((record) => (record.validFrom ?? feed.day) <= feed.day);
    const latest = past[past.length - 1] ?? sorted[0];
    if (latest === undefined) throw new SceError('INTERNAL', 'a person without records');
    return { sorted, latest };
  });

  const owners = new Map<string, (typeof candidates)[number]>();
  for (const candidate of candidates) {
    const name = normaliseUser(candidate.latest.username);
    const other = owners.get(name);
    if (other !== undefined && isActive(other.latest, feed.day) && isActive(candidate.latest, feed.day))
      throw new SceError(
        'FEED_REFUSED',
        `HR feed of ${feed.day} is refused, the last good one stays: ${other.latest.where} and ${candidate.latest.where} are two active people with the same user name`,
      );
    // A user name that was given away again belongs to the one who has it now.
    if (other === undefined || isActive(candidate.latest, feed.day)) owners.set(name, candidate);
  }

  const keyOf = assignKeys(
    [...owners.values()].map(({ latest }) => latest),
    options,
  );
  const resolve = managerResolver(
    [...owners.values()].map(({ latest }) => latest),
    keyOf,
  );
  let unknownManagers = 0;
  const people = [...owners.values()].map(({ sorted, latest }) => {
    const key = keyOf.get(latest.id) ?? '';
    const dated = sorted.map((record) => {
      const manager = resolve(record.managerRef);
      if (record === latest && record.managerRef !== '' && manager === undefined) unknownManagers += 1;
      return {
        from: record.validFrom,
        attributes: toAttributes(record, manager === undefined || manager === key ? null : manager, options),
      };
    });
    return { key, username: latest.username, dated, latest };
  });
  const chain = new Map(
    people.map((person) => [person.key, person.dated[person.dated.length - 1]?.attributes.managerId ?? null]),
  );
  return { people, unknownManagers, managerCycles: countCycles(chain) };
}

/** Whether a record says that somebody works here on a day. */
export function isActive(record: HrRecord, day: string): boolean {
  return record.active && (record.leftOn === null || record.leftOn >= day);
}

function assignKeys(records: readonly HrRecord[], options: PeopleOptions): Map<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const record of records) {
    const known = options.knownKeys.get(options.pseudonymiser.text('p', record.id));
    if (known !== undefined && !taken.has(known)) {
      keys.set(record.id, known);
      taken.add(known);
    }
  }
  for (const record of records) {
    if (keys.has(record.id)) continue;
    const own = options.pseudonymiser.person(record.username);
    // The name once belonged to somebody who was renamed and keeps the key.
    const key = taken.has(own) ? options.pseudonymiser.text('p', record.id) : own;
    keys.set(record.id, key);
    taken.add(key);
  }
  return keys;
}

/** By id, then DN or other number, then e-mail address, then user name. Empty references give null, unknown ones undefined. */
function managerResolver(
  records: readonly HrRecord[],
  keyOf: ReadonlyMap<string, string>,
): (ref: string) => string | null | undefined {
  const layers: ((record: HrRecord) => readonly string[])[] = [
    (record) => [record.id],
    (record) => record.otherIds.map(normaliseDn),
    (record) => [record.email.toLowerCase()],
    (record) => [normaliseUser(record.username)],
  ];
  const indexes = layers.map((idsOf) => {
    const index = new Map<string, string>();
    for (const record of records)
      for (const id of idsOf(record)) if (id !== '') index.set(id, keyOf.get(record.id) ?? '');
    return index;
  });
  return (ref) => {
    if (ref === '') return null;
    const spellings = [ref, normaliseDn(ref), ref.toLowerCase(), normaliseUser(ref)];
    return indexes.map((index, layer) => index.get(spellings[layer] ?? ref)).find((key) => key !== undefined);
  };
}

function toAttributes(record: HrRecord, managerId: string | null, options: PeopleOptions): Attributes {
  return {
    personId: options.pseudonymiser.text('p', record.id),
    department: record.department || null,
    costCenter: record.costCenter || null,
    division: record.division || null,
    title: record.title || null,
    role: record.role || roleOf(record.title, options.config.roles),
    personType: record.personType || null,
    location: record.location || null,
    timeZone: record.timeZone || null,
    managerId,
    joinedOn: record.joinedOn,
    leftOn: record.leftOn,
    active: record.active,
  };
}

/** First rule whose pattern fits the title. */
export function roleOf(title: string, rules: HrConfig['roles']): string | null {
  const match = rules.find((rule) => {
    const parts = rule.title.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'iu').test(title);
  });
  return match?.role ?? null;
}

/** Rings of people who manage each other. */
export function countCycles(managerOf: ReadonlyMap<string, string | null>): number {
  const done = new Set<string>();
  let cycles = 0;
  for (const start of managerOf.keys()) {
    const path = new Set<string>();
    let person: string | null = start;
    while (person !== null && !done.has(person) && !path.has(person)) {
      path.add(person);
      person = managerOf.get(person) ?? null;
    }
    if (person !== null && path.has(person)) cycles += 1;
    for (const each of path) done.add(each);
  }
  return cycles;
}

import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { toDate } from './days.ts';
import type { FeedPerson } from './people.ts';
import type { StoredPeople } from './people-store.ts';

/** New or changed keys by which a person may turn up elsewhere. A key that two people could claim belongs to neither, but a user name is its owner's. */
export function identityRows(
  people: readonly FeedPerson[],
  stored: StoredPeople,
  pseudonymiser: Pseudonymiser,
  source: string,
  day: string,
): Row[] {
  const claims = new Map<string, { owners: Set<string>; how: string }>();
  const names = new Set(people.map((person) => pseudonymiser.person(person.username)));
  const claim = (key: string, owner: string, how: string): void => {
    if (key === '' || (how !== 'username' && names.has(key))) return;
    const known = claims.get(key);
    if (known === undefined) claims.set(key, { owners: new Set([owner]), how });
    else known.owners.add(owner);
  };
  for (const person of people) {
    claim(pseudonymiser.person(person.username), person.key, 'username');
    claim(pseudonymiser.person(person.latest.email), person.key, 'email');
    claim(pseudonymiser.person(person.latest.id), person.key, 'person_id');
  }
  return [...claims].flatMap(([key, { owners, how }]) => {
    const [owner, ...others] = owners;
    if (owner === undefined || others.length > 0) return [];
    const known = stored.identities.get(key);
    // A key that is the person key itself needs no row, unless it once led elsewhere.
    if (known === owner || (known === undefined && key === owner)) return [];
    return [{ timestamp: toDate(day), source, key, person_key: owner, how }];
  });
}

/** Changes of membership in the configured groups. `active` tells who counts as employed today. */
export function accessRows(
  people: readonly FeedPerson[],
  stored: StoredPeople,
  active: (key: string) => boolean,
  groups: readonly string[],
  source: string,
  day: string,
): Row[] {
  const now = new Map<string, boolean>();
  for (const person of people)
    for (const group of groups)
      now.set(`${person.key}\0${group}`, active(person.key) && person.latest.groups.includes(group));
  // Whoever is missing from the feed keeps access until they count as having left.
  for (const known of stored.access.keys())
    if (!now.has(known) && !active(known.split('\0')[0] ?? '')) now.set(known, false);
  return [...now].flatMap(([pair, hasAccess]) => {
    if ((stored.access.get(pair) ?? false) === hasAccess) return [];
    const [key = '', group = ''] = pair.split('\0');
    return [{ timestamp: toDate(day), person_key: key, access_group: group, has_access: hasAccess, source }];
  });
}

import { saveNames } from '../../identity/names.ts';
import { forgottenReason } from '../../warehouse/persons/forgotten.ts';
import type { PollRun, SourceContext } from '../source.ts';
import type { Feed } from './config.ts';
import { firstOpenDay, toDate, toDay } from './days.ts';
import { guardFeed, type FeedSize } from './guard.ts';
import { accessRows, identityRows } from './links.ts';
import { isActive as isEmployed, toPeople, type FeedPerson } from './people.ts';
import { readStored, toWarehouseRow, writeAndSettle } from './people-store.ts';
import type { HrFeed } from './record.ts';
import { extendTimeline, type PersonRow } from './timeline.ts';

/** What a feed leaves for the next: JSON in the poller's state file; person keys only. */
export interface FeedState {
  readonly size: FeedSize | null;
  /** Day of the last good feed. */
  readonly day: string | null;
  /** Person key → good feeds in a row without this person, and the last day with. */
  readonly missing: Readonly<Record<string, { readonly feeds: number; readonly lastSeen: string }>>;
  /** CSV: what was read last. */
  readonly version?: string;
  readonly digest?: string;
}

export const NO_STATE: FeedState = { size: null, day: null, missing: {} };

export interface TakeOver {
  readonly state: FeedState;
  readonly rowsWritten: number;
}

/**
 * Judges a complete feed and takes it over: dated people, other keys, access, the private name file. Throws `FEED_REFUSED`
 * before anything is written; the same feed again writes nothing but its line in `hr_feeds`.
 */
export async function takeOver(
  feed: HrFeed,
  settings: Feed,
  last: FeedState,
  context: SourceContext,
  run: PollRun,
): Promise<TakeOver> {
  const { warehouse, pseudonymiser } = context;
  const hr = context.config.hr;
  const stored = await readStored(warehouse.reader, settings.name, feed.day);
  const current = currentRows(stored.rows, feed.day);
  const active = [...current.values()].filter((row) => row.attributes.active);
  // Without a state file (a new machine) the tables tell how large the last feed was.
  const lastSize =
    last.size ??
    (active.length === 0
      ? null
      : { people: active.length, withDepartment: active.filter((row) => row.attributes.department !== null).length });
  const size = guardFeed(feed, lastSize, settings);

  const knownKeys = new Map([...current.values()].map((row) => [row.attributes.personId, row.key]));
  const all = toPeople(feed, { config: hr, pseudonymiser, knownKeys });
  const forgotten = await forgottenReason(warehouse.reader, pseudonymiser);
  const isForgotten = (person: FeedPerson): boolean => {
    const codes = [person.key, pseudonymiser.person(person.username), pseudonymiser.text('p', person.latest.id)];
    const reason = codes.map(forgotten).find((each) => each !== null);
    // Whoever left and was forgotten is a new person when they come back; whoever was erased stays so.
    return reason === 'erased' || (reason === 'left' && !isEmployed(person.latest, feed.day));
  };
  const gone = new Set(all.people.filter(isForgotten).map((person) => person.key));
  const people = all.people
    .filter((person) => !stored.ownedByOthers.has(person.key) && !gone.has(person.key))
    .map((person) => withoutManagers(person, gone));
  const present = new Set(people.map((person) => person.key));
  const missing = countMissing(active, present, last, feed.day);
  const left = new Map(
    Object.entries(missing)
      .filter(([, entry]) => entry.feeds >= hr.missing_feeds_until_left)
      .map(([key, entry]) => [key, entry.lastSeen]),
  );
  const contractors = new Set(hr.contractor_types.map((type) => type.toLowerCase()));

  const timeline = extendTimeline({
    people,
    stored: stored.rows,
    day: feed.day,
    firstOpenDay: firstOpenDay(feed.day, hr.month_closes_on_day),
    gone: left,
    isReport: (attributes) =>
      hr.contractors_are_reports || !contractors.has((attributes.personType ?? '').toLowerCase()),
  });
  const after = currentRows([...stored.rows, ...timeline.rows], feed.day);
  const isActive = (key: string): boolean => after.get(key)?.attributes.active ?? false;
  const changes = [
    { table: 'people', rows: timeline.rows.map((row) => toWarehouseRow(row, settings.name, run.startedAt)) },
    { table: 'identities', rows: identityRows(people, stored, pseudonymiser, settings.name, feed.day) },
    { table: 'access', rows: accessRows(people, stored, isActive, hr.access_groups, settings.name, feed.day) },
  ];
  const rowsWritten = await writeAndSettle(warehouse, changes);
  await writeAndSettle(warehouse, [
    {
      table: 'hr_feeds',
      rows: [
        {
          timestamp: feed.day === toDay(run.startedAt) ? run.startedAt : toDate(feed.day),
          source: settings.name,
          people: size.people,
          joined: timeline.joined,
          changed: timeline.changed,
          missing: Object.keys(missing).length,
          left: left.size,
          invalid_rows: feed.invalid.length,
          unknown_managers: all.unknownManagers,
          manager_cycles: all.managerCycles,
          overlapping: all.people.filter((person) => stored.ownedByOthers.has(person.key)).length,
          late_corrections: timeline.lateCorrections,
        },
      ],
    },
  ]);
  await saveNames(
    context.config.dataDir,
    settings.name,
    people
      .filter((person) => isActive(person.key))
      .map((person) => ({
        key: person.key,
        name: person.latest.displayName || person.latest.username,
        email: person.latest.email,
      })),
  );
  const waiting = Object.fromEntries(Object.entries(missing).filter(([key]) => !left.has(key)));
  return { state: { ...last, size, day: feed.day, missing: waiting }, rowsWritten };
}

/** Reports do not name a manager who is forgotten. */
function withoutManagers(person: FeedPerson, gone: ReadonlySet<string>): FeedPerson {
  if (!person.dated.some(({ attributes }) => gone.has(attributes.managerId ?? ''))) return person;
  return {
    ...person,
    dated: person.dated.map(({ from, attributes }) => ({
      from,
      attributes: gone.has(attributes.managerId ?? '') ? { ...attributes, managerId: null } : attributes,
    })),
  };
}

/** The row of each person that holds on a day. */
function currentRows(rows: readonly PersonRow[], day: string): Map<string, PersonRow> {
  const current = new Map<string, PersonRow>();
  for (const row of rows) {
    const known = current.get(row.key);
    if (row.day <= day && (known === undefined || row.day >= known.day)) current.set(row.key, row);
  }
  return current;
}

/** A day counts once, however often the feed is read on it. */
function countMissing(
  active: readonly PersonRow[],
  present: ReadonlySet<string>,
  last: FeedState,
  day: string,
): Record<string, { feeds: number; lastSeen: string }> {
  const missing: Record<string, { feeds: number; lastSeen: string }> = {};
  for (const { key } of active) {
    if (present.has(key)) continue;
    const known = last.missing[key];
    const isNewDay = last.day === null || day > last.day;
    missing[key] = {
      feeds: (known?.feeds ?? 0) + (isNewDay || known === undefined ? 1 : 0),
      lastSeen: known?.lastSeen ?? last.day ?? day,
    };
  }
  return missing;
}

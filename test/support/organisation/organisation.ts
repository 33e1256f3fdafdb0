import { activeDays } from './activity.ts';
import { activeDaysOf, frequencyClassesOf } from './activity-truth.ts';
import type { Basis } from './activity-truth.ts';
import { LOCATIONS, LocalCalendar } from './calendar.ts';
import { runCluster } from './cluster.ts';
import type { Cluster, Node } from './cluster.ts';
import { faultsOf } from './faults.ts';
import type { Faults } from './faults.ts';
import { IMAGES } from './images.ts';
import type { Image } from './images.ts';
import { otherPlans } from './jobs.ts';
import { frameOf } from './options.ts';
import type { Frame, OrganisationOptions } from './options.ts';
import { makePeople, spellAt } from './people.ts';
import type { FrequencyClass, Person, Spell } from './people.ts';
import { DAY_MS } from './time.ts';
import { usageRows } from './usage.ts';
import type { UsageRange, UsageRow } from './usage.ts';
import { workspacesAt } from './workspace-truth.ts';
import type { WorkspaceTruth } from './workspace-truth.ts';
import { workspacesOf } from './workspaces.ts';

/** Somebody who is in the directory on a day, with what is true of them that day. */
export interface PersonOnDay {
  readonly person: Person;
  readonly spell: Spell;
  readonly isManager: boolean;
}

/** The ground truth: what really happens in the invented organisation. Nothing here knows the product. */
export interface Organisation {
  readonly frame: Frame;
  readonly faults: Faults;
  /** Everybody of the story; `people[i].index === i`. */
  readonly everybody: readonly Person[];
  readonly cluster: Cluster;
  calendarOf(person: Person): LocalCalendar;
  /** The directory on a day (any time within it, epoch ms). */
  people(day: number): readonly PersonOnDay[];
  images(): readonly Image[];
  nodes(): readonly Node[];
  /** Interactive workspaces as of `at` (default now). */
  workspaces(at?: number): readonly WorkspaceTruth[];
  /** Container buckets; with the faults unless `faults: false`. */
  usage(range: UsageRange, options?: { readonly faults?: boolean }): Generator<UsageRow>;
  /** Local dates of activity by person index (default: over the whole story, either basis). */
  activeDays(
    range?: { readonly from: number; readonly to: number },
    basis?: Basis,
  ): ReadonlyMap<number, ReadonlySet<string>>;
  /** Classes over the 28 complete local days before `at` (default now), of people with access. */
  frequencyClasses(at?: number, basis?: Basis): ReadonlyMap<number, FrequencyClass>;
}

/** Makes the organisation. About a second for 1,200 people over 90 days. */
export function createOrganisation(options: OrganisationOptions): Organisation {
  const frame = frameOf(options);
  // Five weeks before the start: what "the third working day of the month" means needs whole months.
  const calendars = new Map(
    LOCATIONS.map((location) => [
      location,
      new LocalCalendar(location, frame.start - 35 * DAY_MS, frame.horizon + 35 * DAY_MS),
    ]),
  );
  const calendarOf = (person: Person): LocalCalendar => {
    const found = calendars.get(person.location);
    if (found === undefined) throw new RangeError(`no calendar for ${person.location.id}`);
    return found;
  };
  const everybody = makePeople(frame);
  const plans = everybody.flatMap((person) =>
    workspacesOf(
      frame,
      person,
      activeDays(frame, person, calendarOf(person)).filter((day) => day.day.to <= frame.horizon),
    ),
  );
  const cluster = runCluster(frame, [...plans, ...otherPlans(frame, everybody)]);
  const faults = faultsOf(frame);
  return {
    frame,
    faults,
    everybody,
    cluster,
    calendarOf,
    people: (day) => directory(everybody, day),
    images: () => Object.values(IMAGES),
    nodes: () => cluster.nodes,
    workspaces: (at = frame.now) => workspacesAt(cluster, everybody, calendarOf, at),
    usage: (range, { faults: withFaults = true } = {}) => usageRows(cluster.pods, withFaults ? faults : null, range),
    activeDays: (range = { from: frame.start, to: frame.now }, basis = 'both') =>
      activeDaysOf(cluster, everybody, calendarOf, range, basis),
    frequencyClasses: (at = frame.now, basis = 'both') =>
      frequencyClassesOf(
        everybody,
        calendarOf,
        activeDaysOf(cluster, everybody, calendarOf, { from: at - 31 * DAY_MS, to: at }, basis),
        at,
      ),
  };
}

function directory(everybody: readonly Person[], day: number): readonly PersonOnDay[] {
  const there = everybody.filter((person) => person.joinedOn <= day && (person.leftOn === null || person.leftOn > day));
  const bosses = new Map<string, Set<string>>();
  for (const person of there) {
    const { managerId } = spellAt(person, day);
    if (managerId === null || managerId === person.personId || person.personType === 'Contractor') continue;
    bosses.set(managerId, (bosses.get(managerId) ?? new Set()).add(person.personId));
  }
  return there.map((person) => ({
    person,
    spell: spellAt(person, day),
    isManager: (bosses.get(person.personId)?.size ?? 0) > 0,
  }));
}

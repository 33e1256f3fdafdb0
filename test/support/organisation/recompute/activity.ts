import type { Organisation } from '../organisation.ts';
import type { FrequencyClass, Person } from '../people.ts';
import { datesBetween } from './calendar.ts';
import { SCRAPE_SECONDS } from './story.ts';

const ACTIVE_CORES = 0.1;
const ACTIVE_SECONDS = 300;
const DAY_MS = 86_400_000;

export type Basis = 'both' | 'cpu' | 'visit';

/** Active dates of every person by the local calendar of the place: person's index → `YYYY-MM-DD`. */
export function recomputeActiveDates(
  organisation: Organisation,
  basis: Basis,
): ReadonlyMap<number, ReadonlySet<string>> {
  const { everybody, frame } = organisation;
  const dates = new Map<number, Set<string>>();
  const localDate = (person: Person, ms: number): string => {
    const calendar = organisation.calendarOf(person);
    return calendar.days[calendar.indexAt(ms)]?.date ?? '';
  };
  const add = (index: number, date: string): void => {
    const known = dates.get(index);
    if (known === undefined) dates.set(index, new Set([date]));
    else known.add(date);
  };
  if (basis !== 'cpu')
    for (const { plan } of organisation.cluster.pods) {
      const person = everybody[plan.person ?? -1];
      if (person === undefined || plan.kind !== 'interactive') continue;
      for (const visit of plan.visits)
        if (visit >= frame.start && visit < frame.now) add(person.index, localDate(person, visit));
    }
  if (basis === 'visit') return dates;
  // A bucket counts once per person, with the best known of their containers.
  const buckets = new Map<number, Map<number, number>>();
  const range = { from: frame.start, to: frame.now, scrapeSeconds: SCRAPE_SECONDS, kinds: ['interactive'] as const };
  for (const row of organisation.usage(range)) {
    const index = row.pod.plan.person;
    if (index === null || row.cores < ACTIVE_CORES || row.coveredSeconds === 0) continue;
    const own = buckets.get(index) ?? new Map<number, number>();
    buckets.set(index, own.set(row.bucket, Math.max(own.get(row.bucket) ?? 0, row.coveredSeconds)));
  }
  for (const [index, own] of buckets) {
    const seconds = new Map<string, number>();
    for (const [bucket, covered] of own) {
      const date = localDate(everybody[index]!, bucket);
      seconds.set(date, (seconds.get(date) ?? 0) + covered);
    }
    for (const [date, sum] of seconds) if (sum >= ACTIVE_SECONDS) add(index, date);
  }
  return dates;
}

/** People of whom the directory says on a date that they have access: joiners with an even number are three days late. */
export function peopleWithAccess({ everybody }: Organisation, date: string): readonly Person[] {
  const day = Date.parse(date);
  return everybody.filter(
    ({ access, index, joinedOn, leftOn }) =>
      access !== null && joinedOn + (index % 2 === 0 ? 3 * DAY_MS : 0) <= day && (leftOn === null || leftOn > day),
  );
}

/** The class of a person over the 28 local days before a date. */
export function classOf(
  organisation: Organisation,
  person: Person,
  active: ReadonlySet<string>,
  until: string,
): FrequencyClass {
  const from = new Date(Date.parse(until) - 28 * DAY_MS).toISOString().slice(0, 10);
  const window = datesBetween(from, until);
  if (person.joinedOn >= Date.parse(from)) return 'new';
  const isWorking = new Set(
    organisation.calendarOf(person).days.flatMap(({ date, working }) => (working ? [date] : [])),
  );
  // Nothing is known of days outside of the story: they leave the denominator.
  const { start, now } = organisation.frame;
  const isKnown = (date: string): boolean => Date.parse(date) + DAY_MS > start && Date.parse(date) < now;
  const working = window.filter((date) => isWorking.has(date) && isKnown(date));
  if (working.length > 0 && working.filter((date) => active.has(date)).length * 2 >= working.length) return 'daily';
  const blocks = [0, 7, 14, 21].filter((first) => window.slice(first, first + 7).some((date) => active.has(date)));
  if (blocks.length >= 3) return 'weekly';
  return blocks.length > 0 ? 'monthly' : 'less';
}

import type { LocalCalendar } from './calendar.ts';
import type { Cluster, Pod } from './cluster.ts';
import { UNITS_PER_CORE, cpuUnits } from './load.ts';
import type { FrequencyClass, Person } from './people.ts';
import { BUCKET_MS, DAY_MS, bucketAt } from './time.ts';

export type Basis = 'cpu' | 'visit' | 'both';
const ACTIVE_UNITS = 0.1 * UNITS_PER_CORE;

/** Local dates on which each person was active over [from, to), by the definitions; keyed by the person's index. */
export function activeDaysOf(
  cluster: Cluster,
  people: readonly Person[],
  calendarOf: (person: Person) => LocalCalendar,
  range: { from: number; to: number },
  basis: Basis,
): ReadonlyMap<number, ReadonlySet<string>> {
  const days = new Map<number, Set<string>>();
  const add = (person: number, at: number): void => {
    const owner = people[person];
    if (owner === undefined || at < range.from || at >= range.to) return;
    const calendar = calendarOf(owner);
    const date = calendar.days[calendar.indexAt(at)]?.date;
    if (date === undefined) return;
    const known = days.get(person);
    if (known === undefined) days.set(person, new Set([date]));
    else known.add(date);
  };
  const seen = new Set<string>();
  for (const pod of cluster.pods) {
    const { person, kind, key } = pod.plan;
    if (person === null || kind !== 'interactive') continue;
    if (basis !== 'cpu' && !seen.has(key)) for (const visit of pod.plan.visits) add(person, visit);
    seen.add(key);
    if (basis !== 'visit') for (const at of activeBuckets(pod, range)) add(person, at);
  }
  return days;
}

/** Starts of the buckets in which a pod ran all the time and used at least 0.1 core. */
function* activeBuckets(pod: Pod, range: { from: number; to: number }): Generator<number> {
  const from = Math.max(range.from, pod.startedAt);
  const to = Math.min(range.to, pod.endedAt);
  for (const container of pod.containers) {
    const { sessions } = container.load;
    if (sessions === null) continue;
    for (let i = 0; i + 1 < sessions.length; i += 2) {
      const first = Math.max(sessions[i]!, Math.ceil(from / BUCKET_MS));
      const last = Math.min(sessions[i + 1]!, bucketAt(to));
      for (let bucket = first; bucket < last; bucket += 1)
        if (cpuUnits(container.load, bucket) >= ACTIVE_UNITS) yield bucket * BUCKET_MS;
    }
  }
}

/** The class of each person with access over the 28 complete local days before `at`; keyed by the person's index. */
export function frequencyClassesOf(
  people: readonly Person[],
  calendarOf: (person: Person) => LocalCalendar,
  active: ReadonlyMap<number, ReadonlySet<string>>,
  at: number,
): ReadonlyMap<number, FrequencyClass> {
  const classes = new Map<number, FrequencyClass>();
  for (const person of people) {
    if (person.access === null || person.access.from > at || person.access.to <= at) continue;
    const window = calendarOf(person).completeBefore(at).slice(-28);
    const own = active.get(person.index);
    const isActive = (date: string): boolean => own?.has(date) ?? false;
    const blocks = [0, 1, 2, 3].filter((block) =>
      window.slice(block * 7, block * 7 + 7).some((day) => isActive(day.date)),
    ).length;
    const working = window.filter((day) => day.working && day.from >= person.joinedOn);
    const days = window.filter((day) => isActive(day.date)).length;
    if (at - person.joinedOn < 28 * DAY_MS) classes.set(person.index, 'new');
    else if (working.length > 0 && days >= working.length / 2) classes.set(person.index, 'daily');
    else classes.set(person.index, blocks >= 3 ? 'weekly' : days >= 1 ? 'monthly' : 'less');
  }
  return classes;
}

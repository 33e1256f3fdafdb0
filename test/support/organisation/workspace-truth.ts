import type { Cluster, Pod } from './cluster.ts';
import { IMAGES } from './images.ts';
import type { Image } from './images.ts';
import type { LocalCalendar } from './calendar.ts';
import type { Person } from './people.ts';
import { DAY_MS } from './time.ts';

export type EndedBy = 'user' | 'rule' | 'eviction' | 'oom' | 'completed' | 'unknown';
export type Pattern = 'too new' | 'kept alive' | 'never visited' | 'abandoned' | 'one day' | 'returning' | 'other';

/** A workspace as the definitions see it at a time: pods chained over drains. */
export interface WorkspaceTruth {
  readonly id: string;
  readonly person: Person;
  readonly platform: 'jupyterhub' | 'workbench';
  readonly pods: readonly Pod[];
  readonly image: Image;
  readonly createdAt: number;
  /** Null: alive. */
  readonly endedAt: number | null;
  readonly endedBy: EndedBy | null;
  /** Visits by event, epoch ms. */
  readonly visits: readonly number[];
  /** Local dates of the visits. */
  readonly visitDays: readonly string[];
  readonly pattern: Pattern;
  /** First visit and last visit on the same local day, and gone. */
  readonly oneDay: boolean;
}

/** All interactive workspaces that existed before `at`. */
export function workspacesAt(
  cluster: Cluster,
  people: readonly Person[],
  calendarOf: (person: Person) => LocalCalendar,
  at: number,
): readonly WorkspaceTruth[] {
  const chains = new Map<string, Pod[]>();
  for (const pod of cluster.pods) {
    if (pod.plan.kind !== 'interactive' || pod.plan.person === null || pod.createdAt >= at) continue;
    const chain = chains.get(pod.plan.key);
    if (chain === undefined) chains.set(pod.plan.key, [pod]);
    else chain.push(pod);
  }
  return [...chains.values()].map((pods) => describe(pods, people, calendarOf, at));
}

function describe(
  pods: readonly Pod[],
  people: readonly Person[],
  calendarOf: (person: Person) => LocalCalendar,
  at: number,
): WorkspaceTruth {
  const [first] = pods;
  const last = pods.at(-1);
  const person = people[first?.plan.person ?? -1];
  if (first === undefined || last === undefined || person === undefined)
    throw new RangeError('a workspace without pod or person');
  const { plan } = first;
  const calendar = calendarOf(person);
  // Who comes to a session that a drain has taken finds nothing there.
  const visits = plan.visits.filter((visit) => visit < at && visit < last.endedAt);
  const visitDays = [...new Set(visits.map((visit) => calendar.days[calendar.indexAt(visit)]?.date ?? ''))];
  // A pod that was drained and whose successor is not there yet has not ended the workspace.
  const waiting = last.end === 'drain' && plan.survivesDrain;
  const endedAt = last.endedAt < at && !waiting ? last.endedAt : null;
  const image = IMAGES[plan.containers[0]?.image ?? 'service'];
  const oneDay = endedAt !== null && visitDays.length === 1;
  return {
    id: plan.key,
    person,
    platform: plan.serverName === null ? 'workbench' : 'jupyterhub',
    pods,
    image,
    createdAt: plan.createdAt,
    endedAt,
    endedBy: endedAt === null ? null : endedBy(last),
    visits,
    visitDays,
    oneDay,
    pattern: patternOf(plan.createdAt, endedAt, visits, visitDays.length, at),
  };
}

function endedBy(pod: Pod): EndedBy {
  if (pod.end === 'oom' || pod.end === 'completed') return pod.end;
  if (pod.end === 'drain' || pod.end === 'eviction') return 'eviction';
  if (pod.end === 'rule') return 'rule';
  return pod.plan.silentEnd ? 'unknown' : 'user';
}

function patternOf(
  createdAt: number,
  endedAt: number | null,
  visits: readonly number[],
  visitDays: number,
  at: number,
): Pattern {
  const last = visits.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (endedAt === null && at - createdAt < 7 * DAY_MS) return 'too new';
  if (endedAt === null && at - createdAt > 180 * DAY_MS && at - last <= 30 * DAY_MS) return 'kept alive';
  if (visits.length === 0) return 'never visited';
  if (endedAt === null && at - last > 30 * DAY_MS) return 'abandoned';
  if (visitDays === 1) return 'one day';
  return visitDays > 1 ? 'returning' : 'other';
}

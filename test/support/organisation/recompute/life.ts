import type { Organisation } from '../organisation.ts';
import { CLUSTER } from '../options.ts';
import type { Pattern, WorkspaceTruth } from '../workspace-truth.ts';
import { SCRAPE_SECONDS } from './story.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface Life {
  readonly truth: WorkspaceTruth;
  /** Cluster and uid of the first pod. */
  readonly id: string;
  readonly createdAt: number;
  readonly requestCores: number;
  readonly pattern: Pattern;
}

/**
 * Interactive workspaces as of a time. What was evicted may come back for fourteen days, as far as anybody can know: until
 * then it has not ended.
 */
export function recomputeLives(organisation: Organisation, at: number = organisation.frame.now): readonly Life[] {
  return organisation.workspaces(at).flatMap((found) => {
    const waits = found.endedBy === 'eviction' && at - (found.endedAt ?? 0) < 14 * DAY_MS;
    const truth = waits ? { ...found, endedAt: null, endedBy: null, oneDay: false } : found;
    const [first] = truth.pods;
    const last = truth.pods.at(-1);
    if (first === undefined || last === undefined) return [];
    return [
      {
        truth,
        id: `${CLUSTER}/${first.uid}`,
        createdAt: first.createdAt,
        requestCores: last.containers[0]?.requestCores ?? 0,
        pattern: patternOf(truth, first.createdAt, at),
      },
    ];
  });
}

function patternOf({ endedAt, visits, visitDays }: WorkspaceTruth, createdAt: number, at: number): Pattern {
  const unvisited = at - (visits.at(-1) ?? Number.NEGATIVE_INFINITY);
  if (endedAt === null && at - createdAt < 7 * DAY_MS) return 'too new';
  if (endedAt === null && at - createdAt > 180 * DAY_MS && unvisited <= 30 * DAY_MS) return 'kept alive';
  if (visits.length === 0) return 'never visited';
  if (endedAt === null && unvisited >= 30 * DAY_MS) return 'abandoned';
  return visitDays.length === 1 ? 'one day' : 'returning';
}

export interface Churn {
  readonly workspaces: number;
  readonly oneDay: number;
  readonly disposable: number;
  readonly wasteCoreHours: number;
  /** Core-hours of one scrape at each end: when a pod ended is known to a scrape. */
  readonly endSlack: number;
}

/** Workspaces created over [from, to); disposable: at least five one-day ones of a user created within some thirty days. */
export function recomputeChurn(lives: readonly Life[], range: { readonly from: number; readonly to: number }): Churn {
  const oneDay = lives.filter(({ truth }) => truth.oneDay);
  const isDisposable = (life: Life): boolean =>
    oneDay.some((start) => {
      const inside = oneDay.filter(
        (other) =>
          other.truth.person === life.truth.person &&
          other.createdAt >= start.createdAt &&
          other.createdAt < start.createdAt + 30 * DAY_MS,
      );
      return inside.length >= 5 && inside.includes(life);
    });
  const created = lives.filter(({ createdAt }) => createdAt >= range.from && createdAt < range.to);
  const disposable = created.filter((life) => life.truth.oneDay && isDisposable(life));
  return {
    workspaces: created.length,
    oneDay: created.filter(({ truth }) => truth.oneDay).length,
    disposable: disposable.length,
    endSlack: disposable.reduce((sum, { requestCores }) => sum + (requestCores * SCRAPE_SECONDS) / 3600, 0),
    wasteCoreHours: disposable.reduce(
      (sum, { truth, requestCores }) =>
        sum + (requestCores * ((truth.endedAt ?? 0) - (truth.visits.at(-1) ?? 0))) / HOUR_MS,
      0,
    ),
  };
}

/**
 * Share of workspaces that live longer than an age in days: product over the ends of those observed, each at risk from the
 * age at which the data found it. By the definition, ends one by one; slow and plain.
 */
export function recomputeSurvival(lives: readonly Life[], frame: { start: number; now: number }, age: number): number {
  const observed = lives.map(({ createdAt, truth }) => ({
    entry: Math.max(0, frame.start - createdAt) / DAY_MS,
    exit: ((truth.endedAt ?? frame.now) - createdAt) / DAY_MS,
    ended: truth.endedAt !== null,
  }));
  const ends = [...new Set(observed.filter(({ ended, exit }) => ended && exit <= age).map(({ exit }) => exit))];
  return ends
    .sort((a, b) => a - b)
    .reduce((survival, at) => {
      const atRisk = observed.filter(({ entry, exit }) => entry < at && exit >= at).length;
      const died = observed.filter(({ ended, exit }) => ended && exit === at).length;
      return survival * (1 - died / atRisk);
    }, 1);
}

import { comparisonText } from '../shared/compare.ts';
import type { TimeRange } from '../view.ts';

export const patterns = [
  'too new',
  'kept alive',
  'never visited',
  'never active',
  'unknown',
  'abandoned',
  'one day',
  'returning',
] as const;
export type Pattern = (typeof patterns)[number];

/** Thresholds in days. */
export const patternDays = { tooNew: 7, keptAlive: 180, visited: 30 } as const;
const day = 86_400_000;

export interface WorkspaceLife {
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly last_visit_at: Date | null;
  readonly visit_days: number;
  /** event, cpu or unknown */
  readonly visit_basis: string | null;
}

/**
 * The pattern of a workspace as of a time, first match (definitions: Workspace life cycle). Too new, kept alive and abandoned
 * are patterns of running ones. Without a basis for visits none can be missed: unknown.
 */
export function patternOf(life: WorkspaceLife, asOf: Date): Pattern {
  const at = asOf.getTime();
  const alive = life.ended_at === null || life.ended_at.getTime() > at;
  const age = (at - life.created_at.getTime()) / day;
  const unvisited = life.last_visit_at === null ? Infinity : (at - life.last_visit_at.getTime()) / day;
  if (alive && age < patternDays.tooNew) return 'too new';
  if (alive && age > patternDays.keptAlive && unvisited <= patternDays.visited) return 'kept alive';
  if (life.last_visit_at === null || life.visit_days === 0)
    return life.visit_basis === 'event' ? 'never visited' : life.visit_basis === 'cpu' ? 'never active' : 'unknown';
  if (alive && unvisited >= patternDays.visited) return 'abandoned';
  return life.visit_days === 1 ? 'one day' : 'returning';
}

/** What `howComputed` says of the thresholds, the time as of which patterns are told and the period before. */
export function patternFacts(asOf: Date, before: TimeRange | null): Record<string, string | number> {
  return {
    as_of: asOf.toISOString().slice(0, 16) + 'Z',
    too_new: patternDays.tooNew,
    kept_alive: patternDays.keptAlive,
    visited: patternDays.visited,
    comparison: comparisonText(before),
  };
}

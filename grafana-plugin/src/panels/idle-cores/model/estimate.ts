import type { WhatIfAnswer } from './answer.ts';
import { everybody, type Candidates } from './candidates.ts';
import type { RoleHistogram } from './histogram.ts';
import { hoursAbove } from './percentile.ts';

/** What is shown at once while the exact answer is under way. */
export interface Estimate {
  readonly nodesCandidate: number | null;
  readonly costCandidate: number | null;
  /** At most so much of the active hours would have been cut; null: no candidate, no active hour, or bins hide it. */
  readonly throttledShareUpper: number | null;
}

/** An exact answer and the requested core-hours it was for. */
export interface KnownPoint {
  readonly load: number;
  readonly nodes: number;
  readonly cost: number | null;
  /** Memory decides how many nodes: fewer cores need no fewer. */
  readonly isMemoryBound: boolean;
}

/** Candidate cores of a histogram's containers; null: as today. */
export function candidateCores({ role }: RoleHistogram, candidates: Candidates): number | null {
  return (candidates.get(role ?? everybody) ?? candidates.get(everybody))?.cores ?? null;
}

/** Core-hours that would be requested: hours × candidate of the roles that have one, today's of the others. */
export function requestedLoad(histograms: readonly RoleHistogram[], candidates: Candidates): number {
  return histograms.reduce((sum, histogram) => {
    const cores = candidateCores(histogram, candidates);
    return sum + (cores === null ? histogram.requestedCoreHours : histogram.requestedHours * cores);
  }, 0);
}

/** What an exact answer tells about the line from requested core-hours to nodes: today's point and the candidate's. */
export function pointsOf(
  answer: WhatIfAnswer,
  histograms: readonly RoleHistogram[],
  candidates: Candidates,
): KnownPoint[] {
  const then = {
    load: requestedLoad(histograms, candidates),
    nodes: answer.nodesCandidate,
    cost: answer.costCandidate,
    isMemoryBound: answer.binding === 'memory',
  };
  // What binds is said of the candidate only.
  const today = { nodes: answer.nodesToday, cost: answer.costToday, isMemoryBound: false };
  return candidates.size === 0 ? [then] : [{ load: requestedLoad(histograms, new Map()), ...today }, then];
}

/**
 * Nodes and money by straight lines between exact answers over requested core-hours (through 0), the throttled share at most from
 * the histogram. Below a point at which memory decides nothing changes. Fit to be shown while a finger moves; packing whole nodes, memory and simulated nodes are the view's.
 */
export function estimate(
  points: readonly KnownPoint[],
  histograms: readonly RoleHistogram[],
  candidates: Candidates,
): Estimate {
  const load = requestedLoad(histograms, candidates);
  const flat = points.filter((point) => point.isMemoryBound && point.load >= load).sort((a, b) => a.load - b.load)[0];
  const line = flat ? [{ ...flat, load }] : points;
  const isPriced = line.length > 0 && line.every(({ cost }) => cost !== null);
  const on = (of: (point: KnownPoint) => number): number => interpolate(line.map((point) => [point.load, of(point)]), load); // prettier-ignore
  return {
    nodesCandidate: line.length === 0 ? null : on(({ nodes }) => nodes),
    costCandidate: isPriced ? on(({ cost }) => cost ?? 0) : null,
    throttledShareUpper: throttledUpper(histograms, candidates),
  };
}

function throttledUpper(histograms: readonly RoleHistogram[], candidates: Candidates): number | null {
  let [active, above] = [0, 0];
  for (const histogram of histograms) {
    const cores = candidateCores(histogram, candidates);
    if (cores === null) continue;
    const hours = hoursAbove(histogram.bins, cores);
    if (hours === null) return null;
    active += hours.active;
    above += hours.above;
  }
  return active > 0 ? above / active : null;
}

/** Straight lines between points through the origin; beyond the last one in proportion to it. Of two points at one place the later holds. */
export function interpolate(points: readonly (readonly [number, number])[], x: number): number {
  const byX = new Map([[0, 0] as const, ...points]);
  const here = byX.get(x);
  if (here !== undefined) return here;
  const sorted = [...byX].sort((a, b) => a[0] - b[0]);
  let [beforeX, beforeY] = [0, 0];
  for (const [nextX, nextY] of sorted) {
    if (nextX > x) return beforeY + ((nextY - beforeY) * (x - beforeX)) / (nextX - beforeX);
    [beforeX, beforeY] = [nextX, nextY];
  }
  return beforeX > 0 ? (beforeY * x) / beforeX : 0;
}

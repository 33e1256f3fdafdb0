import type { Cgroup, Node } from './cluster.ts';
import type { Faults } from './faults.ts';
import { BUCKET_MS, ceilTo, floorTo } from './time.ts';

/** A stretch of time that samples cover, epoch ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * When a cgroup is sampled at whole multiples of `scrapeMs`: the first sample counts from a start at most five minutes
 * before it, two samples cover what is between them, and a hole in the data of its node covers nothing.
 */
export function coveredStretches(
  cgroup: Cgroup,
  node: Node | null,
  faults: Faults | null,
  scrapeMs: number,
  until: number,
): readonly Stretch[] {
  const end = floorTo(Math.min(cgroup.to - 1, until), scrapeMs);
  const first = ceilTo(cgroup.from, scrapeMs);
  if (end < first) return [];
  const whole: Stretch = { from: first - cgroup.from <= BUCKET_MS ? cgroup.from : first, to: end };
  const hole = faults?.hole;
  if (hole === undefined || node === null || !hole.has(node)) return [whole];
  // Samples at hole.from itself are lost, those at hole.to are there.
  const before = floorTo(hole.from - 1, scrapeMs);
  const after = ceilTo(hole.to, scrapeMs);
  if (whole.to < hole.from || first >= hole.to) return [whole];
  const parts: Stretch[] = [];
  if (before >= first) parts.push({ from: whole.from, to: before });
  if (end > after) parts.push({ from: after, to: end });
  return parts;
}

/** Milliseconds of [from, to) that the stretches cover. */
export function coveredMs(stretches: readonly Stretch[], from: number, to: number): number {
  let sum = 0;
  for (const stretch of stretches) sum += Math.max(0, Math.min(to, stretch.to) - Math.max(from, stretch.from));
  return sum;
}

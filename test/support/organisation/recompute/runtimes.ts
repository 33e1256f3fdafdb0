import type { Organisation } from '../organisation.ts';
import { bucketAt, BUCKET_MS } from '../time.ts';
import type { WorkspaceTruth } from '../workspace-truth.ts';
import { dateOf, organisationDays } from './calendar.ts';
import { SCRAPE_SECONDS } from './story.ts';

export interface VersionCell {
  active: number;
  alive: number;
  readonly users: Set<number>;
}

/** Workspaces by R version and day of the organisation: `date version` → counts. */
export function recomputeVersions(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
): ReadonlyMap<string, VersionCell> {
  const activeSeconds = new Map<string, number>();
  const keys = new Map(organisation.workspaces().flatMap((one) => one.pods.map((pod) => [pod.uid, one.id] as const)));
  const dates = new Map<number, string>();
  for (const row of organisation.usage({ ...range, scrapeSeconds: SCRAPE_SECONDS, kinds: ['interactive'] })) {
    if (row.cores < 0.1) continue;
    const hour = Math.floor(row.bucket / 3_600_000);
    const date = dates.get(hour) ?? dateOf(row.bucket);
    dates.set(hour, date);
    const key = `${keys.get(row.pod.uid) ?? ''} ${date}`;
    activeSeconds.set(key, (activeSeconds.get(key) ?? 0) + row.coveredSeconds);
  }
  const cells = new Map<string, VersionCell>();
  for (const workspace of organisation.workspaces(range.to)) {
    const visited = new Set(workspace.visits.map((visit) => dateOf(visit)));
    for (const day of organisationDays(range.from, range.to)) {
      // Alive: scheduled, and not yet ended, in some bucket of the day.
      const alive = workspace.pods.some(
        ({ scheduledAt, endedAt }) => Math.max(scheduledAt, day.from) < Math.min(endedAt, day.to),
      );
      if (!alive) continue;
      const key = `${day.date} ${versionOf(workspace)}`;
      const cell = cells.get(key) ?? { active: 0, alive: 0, users: new Set<number>() };
      cells.set(key, cell);
      cell.alive += 1;
      const active = (activeSeconds.get(`${workspace.id} ${day.date}`) ?? 0) >= 300 || visited.has(day.date);
      if (!active) continue;
      cell.active += 1;
      cell.users.add(workspace.person.index);
    }
  }
  return cells;
}

/** Of two versions in one image, half of the people say which they take: the second. */
function versionOf({ image, person }: WorkspaceTruth): string {
  // No registry is asked here, and the tag (2026.1) says nothing of R.
  if (image.repository.endsWith('/sce/simulation')) return 'unknown';
  const [only, second] = image.r;
  if (second !== undefined) return person.index % 2 === 0 ? second : 'several';
  return only ?? 'unknown';
}

/** Samples of the CPU counter over [from, to): scrapes at which a cgroup was there and its node could be asked. */
export function recomputeCpuSamples(
  { cluster, faults }: Organisation,
  range: { readonly from: number; readonly to: number },
): number {
  let samples = 0;
  for (const pod of cluster.pods)
    for (const { cgroups } of pod.containers)
      for (const { from, to } of cgroups)
        for (
          let scrape = bucketAt(Math.max(range.from, from) - 1) + 1;
          scrape * BUCKET_MS < Math.min(to, range.to);
          scrape += 1
        ) {
          const at = scrape * BUCKET_MS;
          const isLost =
            pod.node !== null && faults.hole.has(pod.node) && at >= faults.hole.from && at < faults.hole.to;
          if (!isLost) samples += 1;
        }
  return samples;
}

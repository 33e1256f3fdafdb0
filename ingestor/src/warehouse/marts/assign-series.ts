import type { ContainerRow } from './container-row.ts';
import type { Segment } from './cover.ts';
import { podKey, type PodFacts } from './pod-facts.ts';
import type { SeriesInfo } from './series-cache.ts';

export interface ActiveSeries {
  readonly info: SeriesInfo;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** A series of which every sample of the window belongs to one container and at most one start. */
export interface PlainSeries {
  readonly series: bigint;
  readonly containerId: string;
  readonly startedAt: Date | null;
  readonly coverageWeight: 0 | 1;
}

/** A series that several containers or starts share: it takes the exact path, sample by sample. */
export interface SplitSeries {
  readonly series: bigint;
  readonly metric: string;
  readonly segments: readonly Segment[];
  readonly coverageWeight: 0 | 1;
}

export interface UnmatchedSeries {
  readonly info: SeriesInfo;
  readonly coverageWeight: 0 | 1;
}

export interface Assignment {
  readonly plain: readonly PlainSeries[];
  readonly split: readonly SplitSeries[];
  /** Container series that no known pod explains: counted, never guessed. */
  readonly unmatched: readonly UnmatchedSeries[];
}

/**
 * cAdvisor names pods, not uids, and JupyterHub re-uses names: a series belongs to the pod of that name that was there at
 * the time (or to the uid inside its cgroup path).
 */
export function assignSeries(
  active: readonly ActiveSeries[],
  rows: Iterable<ContainerRow>,
  facts: ReadonlyMap<string, PodFacts>,
): Assignment {
  const byName = new Map<string, ContainerRow[]>();
  for (const row of rows) {
    const key = nameKey(row.cluster, row.namespace, row.pod, row.container);
    const list = byName.get(key);
    if (list === undefined) byName.set(key, [row]);
    else list.push(row);
  }
  for (const list of byName.values())
    list.sort((left, right) => left.created_at.getTime() - right.created_at.getTime());
  const plain: PlainSeries[] = [];
  const split: SplitSeries[] = [];
  const unmatched: UnmatchedSeries[] = [];
  for (const { entry, coverageWeight } of oneOfEach(active)) {
    const { info, firstAt, lastAt } = entry;
    const named = byName.get(nameKey(info.cluster, info.namespace, info.pod, info.container ?? '')) ?? [];
    const candidates = candidatesOf(info, named, firstAt, lastAt);
    if (candidates.length === 0) {
      unmatched.push({ info, coverageWeight });
      continue;
    }
    const segments = candidates.map((row, index) => ({
      containerId: row.container_id,
      from: index === 0 ? firstAt.getTime() : row.created_at.getTime(),
      starts: startsOf(row, facts),
    }));
    const [only] = segments;
    const inside = only?.starts.some((at) => at > firstAt.getTime() && at < lastAt.getTime()) ?? false;
    if (only === undefined || segments.length > 1 || inside)
      split.push({ series: info.series, metric: info.metric, segments, coverageWeight });
    else {
      const startedAt = only.starts.findLast((at) => at <= firstAt.getTime());
      plain.push({
        series: info.series,
        containerId: only.containerId,
        startedAt: startedAt === undefined ? null : new Date(startedAt),
        coverageWeight,
      });
    }
  }
  return { plain, split, unmatched };
}

function nameKey(...parts: readonly string[]): string {
  return parts.join('\0');
}

function candidatesOf(
  info: SeriesInfo,
  named: readonly ContainerRow[],
  firstAt: Date,
  lastAt: Date,
): readonly ContainerRow[] {
  if (named.length < 2) return named;
  // Both cgroup drivers put the uid into the path; the systemd one writes underscores.
  const path = (info.labels()['id'] ?? '').replaceAll('_', '-');
  const byUid = named.find(({ uid }) => path.includes(`pod${uid}`));
  if (byUid) return [byUid];
  // A pod holds its name from its creation until the next one of that name is created.
  return named.filter((row, index) => {
    const next = named[index + 1];
    return row.created_at <= lastAt && (next === undefined || next.created_at > firstAt);
  });
}

function startsOf(row: ContainerRow, facts: ReadonlyMap<string, PodFacts>): number[] {
  const container = facts.get(podKey(row.cluster, row.uid))?.containers.get(row.container);
  const starts = [row.started_at, ...(container?.starts ?? [])].flatMap((at) => (at === null ? [] : [at.getTime()]));
  return [...new Set(starts)].sort((left, right) => left - right);
}

/** Of each cgroup: the total, or all CPUs where only these are reported, of which one carries the coverage; duplicates of other scrape jobs are left out. */
function* oneOfEach(active: readonly ActiveSeries[]): Generator<{ entry: ActiveSeries; coverageWeight: 0 | 1 }> {
  const cgroups = new Map<string, ActiveSeries[]>();
  for (const entry of active) {
    const { info } = entry;
    if (info.container === null || info.container === '' || info.container === 'POD') continue;
    const key = nameKey(info.metric, info.cluster, info.namespace, info.pod, info.container, info.labels()['id'] ?? '');
    const list = cgroups.get(key);
    if (list === undefined) cgroups.set(key, [entry]);
    else list.push(entry);
  }
  for (const list of cgroups.values()) {
    const isTotal = ({ info }: ActiveSeries): boolean => ['total', ''].includes(info.labels()['cpu'] ?? '');
    const wanted = list.some(isTotal) ? list.filter(isTotal) : list;
    wanted.sort((left, right) => length(right) - length(left) || (left.info.series < right.info.series ? -1 : 1));
    const taken: ActiveSeries[] = [];
    for (const entry of wanted) {
      const cpu = entry.info.labels()['cpu'] ?? '';
      const twin = taken.some(
        (other) =>
          (other.info.labels()['cpu'] ?? '') === cpu && other.firstAt < entry.lastAt && entry.firstAt < other.lastAt,
      );
      if (twin) continue;
      const covered = taken.some((other) => other.firstAt < entry.lastAt && entry.firstAt < other.lastAt);
      taken.push(entry);
      yield { entry, coverageWeight: covered ? 0 : 1 };
    }
  }
}

function length({ firstAt, lastAt }: ActiveSeries): number {
  return lastAt.getTime() - firstAt.getTime();
}

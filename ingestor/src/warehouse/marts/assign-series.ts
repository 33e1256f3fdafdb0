import type { ContainerRow } from './container-row.ts';
import type { Segment } from './cover.ts';
import { podKey, type PodFacts } from './pod-facts.ts';

/** A series of cAdvisor in the window: a row of `mart_stage_active`. */
export interface ActiveSeries {
  readonly series: bigint;
  readonly metric: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Path; '' where the label is dropped. */
  readonly cgroup: string;
  /** total, or '' = all, else the number of a CPU. */
  readonly cpu: string;
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
  readonly active: ActiveSeries;
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
export class SeriesAssigner {
  readonly #byName = new Map<string, ContainerRow[]>();
  readonly #facts: ReadonlyMap<string, PodFacts>;

  constructor(rows: Iterable<ContainerRow>, facts: ReadonlyMap<string, PodFacts>) {
    this.#facts = facts;
    for (const row of rows) {
      const key = nameKey(row.cluster, row.namespace, row.pod, row.container);
      const list = this.#byName.get(key);
      if (list === undefined) this.#byName.set(key, [row]);
      else list.push(row);
    }
    for (const list of this.#byName.values())
      list.sort((left, right) => left.created_at.getTime() - right.created_at.getTime());
  }

  /** `cgroup`: all series of one metric and cgroup. */
  assign(cgroup: readonly ActiveSeries[]): Assignment {
    const result = { plain: [] as PlainSeries[], split: [] as SplitSeries[], unmatched: [] as UnmatchedSeries[] };
    for (const { entry, coverageWeight } of oneOfEach(cgroup)) {
      const { series, firstAt, lastAt } = entry;
      const candidates = this.#candidates(entry);
      if (candidates.length === 0) {
        result.unmatched.push({ active: entry, coverageWeight });
        continue;
      }
      const segments = candidates.map((row, index) => ({
        containerId: row.container_id,
        from: index === 0 ? firstAt.getTime() : row.created_at.getTime(),
        starts: startsOf(row, this.#facts),
      }));
      const [only] = segments;
      const inside = only?.starts.some((at) => at > firstAt.getTime() && at < lastAt.getTime()) ?? false;
      if (only === undefined || segments.length > 1 || inside)
        result.split.push({ series, metric: entry.metric, segments, coverageWeight });
      else {
        const startedAt = only.starts.findLast((at) => at <= firstAt.getTime());
        result.plain.push({
          series,
          containerId: only.containerId,
          startedAt: startedAt === undefined ? null : new Date(startedAt),
          coverageWeight,
        });
      }
    }
    return result;
  }

  #candidates({ cluster, namespace, pod, container, cgroup, firstAt, lastAt }: ActiveSeries): readonly ContainerRow[] {
    const named = this.#byName.get(nameKey(cluster, namespace, pod, container)) ?? [];
    if (named.length < 2) return named;
    // Both cgroup drivers put the uid into the path; the systemd one writes underscores.
    const path = cgroup.replaceAll('_', '-');
    const byUid = named.find(({ uid }) => path.includes(`pod${uid}`));
    if (byUid) return [byUid];
    // A pod holds its name from its creation until the next one of that name is created.
    return named.filter((row, index) => {
      const next = named[index + 1];
      return row.created_at <= lastAt && (next === undefined || next.created_at > firstAt);
    });
  }
}

/** Whether two rows that follow each other are of one cgroup and metric. */
export function isSameCgroup(left: ActiveSeries, right: ActiveSeries): boolean {
  return (
    left.cgroup === right.cgroup &&
    left.pod === right.pod &&
    left.container === right.container &&
    left.metric === right.metric &&
    left.namespace === right.namespace &&
    left.cluster === right.cluster
  );
}

function nameKey(...parts: readonly string[]): string {
  return parts.join('\0');
}

function startsOf(row: ContainerRow, facts: ReadonlyMap<string, PodFacts>): number[] {
  const container = facts.get(podKey(row.cluster, row.uid))?.containers.get(row.container);
  const starts = [row.started_at, ...(container?.starts ?? [])].flatMap((at) => (at === null ? [] : [at.getTime()]));
  return [...new Set(starts)].sort((left, right) => left - right);
}

/** Of a cgroup: the total, or all CPUs where only these are reported, of which one carries the coverage; duplicates of other scrape jobs are left out. */
function* oneOfEach(cgroup: readonly ActiveSeries[]): Generator<{ entry: ActiveSeries; coverageWeight: 0 | 1 }> {
  const isTotal = ({ cpu }: ActiveSeries): boolean => cpu === 'total' || cpu === '';
  const wanted = cgroup.some(isTotal) ? cgroup.filter(isTotal) : [...cgroup];
  wanted.sort((left, right) => length(right) - length(left) || (left.series < right.series ? -1 : 1));
  const taken: ActiveSeries[] = [];
  for (const entry of wanted) {
    const overlapping = taken.filter((other) => other.firstAt < entry.lastAt && entry.firstAt < other.lastAt);
    if (overlapping.some(({ cpu }) => cpu === entry.cpu)) continue;
    taken.push(entry);
    yield { entry, coverageWeight: overlapping.length > 0 ? 0 : 1 };
  }
}

function length({ firstAt, lastAt }: ActiveSeries): number {
  return lastAt.getTime() - firstAt.getTime();
}

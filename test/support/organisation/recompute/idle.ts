import type { Organisation } from '../organisation.ts';
import { BUCKET_MS } from '../time.ts';
import { attributesAt } from './attributes.ts';
import { midnightOf } from './calendar.ts';
import { SCRAPE_SECONDS } from './story.ts';

/** The figures of `idle-cores-summary`, in hours and core-hours. */
export interface IdleSums {
  containerHours: number;
  aliveHours: number;
  underTenthHours: number;
  requested: number;
  used: number;
  within: number;
  idle: number;
  unknown: number;
  borrowed: number;
  /** Core-hours requested over one scrape at the end of each pod: when a pod ended is known to a scrape. */
  endSlack: number;
  /** Container-hours by the lower edge of the bin. */
  readonly bins: Map<number, number>;
}

const EDGES = [0, 0.1, 0.5];

/** Lower edge of the bin of a mean. */
function edgeOf(cores: number): number {
  return cores >= 1 ? Math.floor(cores) : (EDGES.findLast((edge) => cores >= edge) ?? 0);
}

/** Interactive containers over [from, to), one bucket at a time, by a property of their user (default: one group, `all`). */
export function recomputeIdle(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
  by: 'all' | 'department' | 'role' = 'all',
): ReadonlyMap<string, IdleSums> {
  const groups = new Map<string, IdleSums>();
  const groupsOfDay = new Map<string, string>();
  for (const row of organisation.usage({ ...range, scrapeSeconds: SCRAPE_SECONDS, kinds: ['interactive'] })) {
    const { person } = row.pod.plan;
    let group = 'all';
    if (by !== 'all') {
      const key = `${String(person)} ${String(Math.floor(row.bucket / 3_600_000))}`;
      group = groupsOfDay.get(key) ?? attributesAt(organisation, person, midnightOf(row.bucket))[by];
      groupsOfDay.set(key, group);
    }
    let sums = groups.get(group);
    if (sums === undefined)
      groups.set(
        group,
        (sums = {
          containerHours: 0,
          aliveHours: 0,
          underTenthHours: 0,
          requested: 0,
          used: 0,
          within: 0,
          idle: 0,
          unknown: 0,
          borrowed: 0,
          endSlack: 0,
          bins: new Map(),
        }),
      );
    // Less is covered than alive while a container is being pulled, and where nothing was scraped: that part is unknown.
    const covered = row.coveredSeconds / 3600;
    sums.containerHours += covered;
    sums.aliveHours += row.aliveSeconds / 3600;
    sums.requested += (row.requestCores * row.aliveSeconds) / 3600;
    sums.used += row.cores * covered;
    sums.within += Math.min(row.cores, row.requestCores) * covered;
    sums.idle += Math.max(0, row.requestCores - row.cores) * covered;
    sums.unknown += row.requestCores * (row.aliveSeconds / 3600 - covered);
    sums.borrowed += Math.max(0, row.cores - row.requestCores) * covered;
    if (row.bucket <= row.pod.endedAt && row.pod.endedAt < row.bucket + BUCKET_MS)
      sums.endSlack += (row.requestCores * SCRAPE_SECONDS) / 3600;
    if (row.cores < 0.1) sums.underTenthHours += covered;
    if (covered > 0) sums.bins.set(edgeOf(row.cores), (sums.bins.get(edgeOf(row.cores)) ?? 0) + covered);
  }
  return groups;
}

import { homeBytes } from '../emit/pod-series.ts';
import type { Organisation } from '../organisation.ts';
import { hashText } from '../random.ts';
import { DAY_MS, HOUR_MS } from '../time.ts';
import { attributesAt } from './attributes.ts';
import { midnightOf } from './calendar.ts';
import { SCRAPE_SECONDS } from './story.ts';

/** The figures of `storage` for the claims of one department and state of the owner. */
export interface StorageSums {
  claims: number;
  usedBytes: number;
  capacityBytes: number;
  growthBytes: number;
  unmounted: number;
  readonly people: Set<number>;
}

const CAPACITY_BYTES = 100 * 1024 ** 3;
const STEP_MS = 300_000;

/**
 * Claims that exist at the end of a range, by department and state of their owner (`Genomics: employed`). A claim exists while a pod
 * with it does; what it holds was last seen on the last local day on which a pod ran. A pod reports its volumes when it starts
 * and from then on; one that no scrape met says nothing.
 */
export function recomputeStorage(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
): ReadonlyMap<string, StorageSums> {
  const { cluster, frame, everybody } = organisation;
  const dayBefore = new Date(range.to - DAY_MS);
  const month = Date.UTC(dayBefore.getUTCFullYear(), dayBefore.getUTCMonth());
  const claims = new Map<string, { readonly person: number; exists: boolean; readonly mounted: [number, number][] }>();
  for (const pod of cluster.pods) {
    const { claim, person, namespace } = pod.plan;
    if (claim === null || person === null || pod.node === null || pod.createdAt >= range.to) continue;
    const one = claims.get(`${namespace}/${claim}`) ?? { person, exists: false, mounted: [] };
    claims.set(`${namespace}/${claim}`, one);
    one.exists ||= isScraped(Math.max(pod.createdAt, month), Math.min(pod.removedAt, range.to));
    const [from, to] = [Math.max(pod.startedAt, frame.start), Math.min(pod.endedAt, range.to)];
    if (isScraped(from, to)) one.mounted.push([from, to]);
  }
  const groups = new Map<string, StorageSums>();
  for (const [name, { person, exists, mounted }] of claims) {
    const claim = name.slice(name.indexOf('/') + 1);
    const last = lastDay(claim, mounted, range.to);
    if (!exists || last === null) continue;
    const { department } = attributesAt(organisation, person, range.to - HOUR_MS);
    const left = (everybody[person]?.spells.at(-1)?.to ?? Infinity) < range.to;
    const key = `${department}: ${left ? 'left' : 'employed'}`;
    const group = groups.get(key) ?? {
      claims: 0,
      usedBytes: 0,
      capacityBytes: 0,
      growthBytes: 0,
      unmounted: 0,
      people: new Set<number>(),
    };
    groups.set(key, group);
    group.claims += 1;
    group.usedBytes += last.bytes;
    group.capacityBytes += CAPACITY_BYTES;
    group.growthBytes += last.bytes - (lastDay(claim, mounted, range.from)?.bytes ?? 0);
    group.unmounted += last.day < range.from ? 1 : 0;
    group.people.add(person);
  }
  return groups;
}

/** Whether a scrape falls into [from, to). */
function isScraped(from: number, to: number): boolean {
  const step = SCRAPE_SECONDS * 1000;
  return Math.ceil(from / step) * step < to;
}

/** The last local day before a time on which a claim was mounted, and what it held on the mean of that time. */
function lastDay(
  claim: string,
  mounted: readonly (readonly [number, number])[],
  before: number,
): { readonly day: number; readonly bytes: number } | null {
  const until = mounted.reduce(
    (latest, [from, to]) => (from < before ? Math.max(latest, Math.min(to, before)) : latest),
    0,
  );
  if (until === 0) return null;
  const day = midnightOf(until - 1);
  const hash = hashText(claim);
  let [sum, count] = [0, 0];
  for (let at = day; at < until; at += STEP_MS)
    if (mounted.some(([from, to]) => from <= at && at < to)) {
      sum += homeBytes(claim, hash, at);
      count += 1;
    }
  return count === 0 ? { day, bytes: homeBytes(claim, hash, until) } : { day, bytes: sum / count };
}

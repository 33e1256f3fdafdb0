import type { Container, Pod } from '../cluster.ts';
import { SHAPES } from '../cluster.ts';
import { CLUSTER } from '../options.ts';
import type { Organisation } from '../organisation.ts';
import type { Pool } from '../plans.ts';
import { BUCKET_MS } from '../time.ts';
import { attributesAt } from './attributes.ts';
import { GIB } from './money.ts';
import { SCRAPE_SECONDS } from './story.ts';

/** What DaemonSets take of every node, written down a second time. */
const DAEMON_CORES = 0.25;
const DAEMON_GIB = 0.375;

export interface Packed {
  /** Means over the buckets. */
  readonly containers: number;
  readonly today: number;
  readonly candidate: number;
  readonly mostToday: number;
  readonly mostCandidate: number;
  /** Container-buckets of the role above the candidate, on a simulated node that is overloaded, of the active ones. */
  readonly throttled: number;
  readonly above: number;
  readonly active: number;
  /** Buckets in which somebody of the pool ended: then it is known to a scrape who was there. */
  readonly ends: number;
}

interface Item {
  readonly id: string;
  readonly role: string;
  readonly used: number;
  readonly millicores: number;
  readonly bytes: number;
}

/** First fit decreasing over every bucket, container after container, with other cores for the interactive ones of some roles. */
export function recomputePacking(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
  pool: Pool,
  { roles, cores, throttledFrom }: { roles: readonly string[]; cores: number; throttledFrom: number },
): Packed {
  const buckets = new Map<number, Item[]>();
  const roleOf = new Map<Pod, string>();
  let ends = 0;
  for (const row of organisation.usage({ ...range, scrapeSeconds: SCRAPE_SECONDS })) {
    const { pod, container } = row;
    if (pod.node?.pool !== pool || pod.plan.key.startsWith('daemon/')) continue;
    const known = roleOf.get(pod);
    const role =
      known ?? (pod.plan.kind === 'interactive' ? attributesAt(organisation, pod.plan.person, pod.createdAt).role : '');
    if (known === undefined) roleOf.set(pod, role);
    const items = buckets.get(row.bucket) ?? [];
    buckets.set(row.bucket, items);
    items.push({
      id: idOf(pod, container),
      role,
      used: row.coveredSeconds > 0 ? row.cores : 0,
      millicores: Math.round(row.requestCores * 1000),
      bytes: row.requestBytes,
    });
    if (row.bucket <= pod.endedAt && pod.endedAt < row.bucket + BUCKET_MS) ends++;
  }
  const shape = {
    millicores: Math.round((SHAPES[pool].allocatableCores - DAEMON_CORES) * 1000),
    bytes: SHAPES[pool].allocatableBytes - DAEMON_GIB * GIB,
  };
  const sums = { containers: 0, today: 0, candidate: 0, throttled: 0, above: 0, active: 0 };
  let [mostToday, mostCandidate] = [0, 0];
  for (const [bucket, items] of buckets) {
    items.sort((a, b) => (a.id < b.id ? -1 : 1));
    const others = items.map((item) => (roles.includes(item.role) ? { ...item, millicores: cores * 1000 } : item));
    const [today, candidate] = [pack(items, shape), pack(others, shape)];
    sums.containers += items.length;
    sums.today += today.length;
    sums.candidate += candidate.length;
    mostToday = Math.max(mostToday, today.length);
    mostCandidate = Math.max(mostCandidate, candidate.length);
    if (bucket < throttledFrom) continue;
    for (const node of candidate) {
      const used = node.items.reduce((sum, item) => sum + item.used, 0);
      for (const item of node.items) {
        if (!roles.includes(item.role) || item.used < 0.1) continue;
        sums.active++;
        if (item.used <= cores + 1e-6) continue;
        sums.above++;
        if (used > shape.millicores / 1000 + 1e-6) sums.throttled++;
      }
    }
  }
  const count = (range.to - range.from) / BUCKET_MS;
  return {
    ...sums,
    containers: sums.containers / count,
    today: sums.today / count,
    candidate: sums.candidate / count,
    mostToday,
    mostCandidate,
    ends,
  };
}

function idOf(pod: Pod, container: Container): string {
  return `${CLUSTER}/${pod.uid}/${container.name}`;
}

interface Node {
  millicores: number;
  bytes: number;
  readonly items: Item[];
}

/** `items` in the order of their ids. */
function pack(items: readonly Item[], shape: { readonly millicores: number; readonly bytes: number }): Node[] {
  const share = ({ millicores, bytes }: Item): number => Math.max(millicores / shape.millicores, bytes / shape.bytes);
  const nodes: Node[] = [];
  for (const item of [...items].sort((a, b) => share(b) - share(a))) {
    if (item.millicores > shape.millicores || item.bytes > shape.bytes) continue;
    let node = nodes.find(({ millicores, bytes }) => millicores >= item.millicores && bytes >= item.bytes);
    if (node === undefined) nodes.push((node = { ...shape, items: [] }));
    node.millicores -= item.millicores;
    node.bytes -= item.bytes;
    node.items.push(item);
  }
  return nodes;
}

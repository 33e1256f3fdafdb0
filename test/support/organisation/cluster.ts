import { TimeHeap } from './heap.ts';
import { steady } from './load.ts';
import type { Load } from './load.ts';
import type { Frame } from './options.ts';
import type { ContainerPlan, PodPlan, Pool } from './plans.ts';
import { hashOf, hex, mix, uid } from './random.ts';
import { DAY_MS, MINUTE_MS } from './time.ts';

const GIB = 1024 ** 3;
/** Two shapes of node. `allocatable` is what is left for pods. */
export const SHAPES = {
  large: { cores: 64, allocatableCores: 63.77, bytes: 256 * GIB, allocatableBytes: 249 * GIB },
  small: { cores: 16, allocatableCores: 15.89, bytes: 64 * GIB, allocatableBytes: 60 * GIB },
} as const;

export interface Node {
  readonly index: number;
  readonly name: string;
  readonly ip: string;
  readonly pool: Pool;
  readonly createdAt: number;
  /** Infinity: still there. */
  removedAt: number;
  /** When it was drained, if it was. */
  drainedAt: number | null;
  readonly protected: boolean;
}

export type EndCause = PodPlan['end'] | 'drain';

/** One cgroup: a container between two (re)starts. Counters start at 0 with each. */
export interface Cgroup {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

export interface Container extends ContainerPlan {
  readonly cgroups: readonly Cgroup[];
}

export interface Pod {
  readonly uid: string;
  readonly hash: number;
  readonly plan: PodPlan;
  /** Position in the chain of pods of one plan. */
  readonly generation: number;
  readonly name: string;
  readonly node: Node | null;
  readonly createdAt: number;
  /** Infinity: never. */
  readonly scheduledAt: number;
  readonly startedAt: number;
  endedAt: number;
  /** When the API forgets it. */
  removedAt: number;
  end: EndCause;
  containers: readonly Container[];
}

export interface Cluster {
  readonly nodes: readonly Node[];
  /** By creation. */
  readonly pods: readonly Pod[];
}

type Event =
  | { readonly type: 'start'; readonly plan: PodPlan; readonly generation: number; readonly createdAt: number }
  | { readonly type: 'end'; readonly slot: Slot }
  | { readonly type: 'drain'; readonly node: NodeState }
  | { readonly type: 'sweep'; readonly node: NodeState };

interface NodeState {
  readonly node: Node;
  freeCores: number;
  freeBytes: number;
  readonly slots: Set<Slot>;
}

interface Slot {
  readonly pod: Pod;
  readonly state: NodeState;
  readonly cores: number;
  readonly bytes: number;
}

const DAEMONS = [
  ['node-exporter', 0.1, 0.125],
  ['fluent-bit', 0.15, 0.25],
] as const;

/** Places every plan on nodes that come and go, drains nodes, and chains what survives a drain. */
export function runCluster(frame: Frame, plans: readonly PodPlan[]): Cluster {
  const events = new TimeHeap<Event>();
  const nodes: Node[] = [];
  const pods: Pod[] = [];
  const active: Record<Pool, NodeState[]> = { large: [], small: [] };
  for (const plan of plans)
    events.push(Math.max(plan.createdAt, frame.start), {
      type: 'start',
      plan,
      generation: 0,
      createdAt: plan.createdAt,
    });

  const addNode = (pool: Pool, at: number, isProtected: boolean): NodeState => {
    const index = nodes.length;
    const hash = hashOf(frame.seed, 'node', index);
    const old = at <= frame.start;
    const createdAt = old ? frame.start - (hash % 20) * DAY_MS - 3_600_000 : at;
    const ip = `10.${String(pool === 'large' ? 0 : 8)}.${String(index >>> 8)}.${String(index & 255)}`;
    const node: Node = {
      index,
      name: `ip-${ip.replaceAll('.', '-')}.eu-central-1.compute.internal`,
      ip,
      pool,
      createdAt,
      removedAt: Number.POSITIVE_INFINITY,
      drainedAt: null,
      protected: isProtected,
    };
    const shape = SHAPES[pool];
    const state: NodeState = {
      node,
      freeCores: shape.allocatableCores,
      freeBytes: shape.allocatableBytes,
      slots: new Set(),
    };
    nodes.push(node);
    if (!isProtected) active[pool].push(state);
    for (const [name, cores, gib] of DAEMONS) {
      state.freeCores -= cores;
      state.freeBytes -= gib * GIB;
      pods.push(daemonPod(frame, node, name, cores, gib));
    }
    // Every node is drained once, three to six weeks after it came, in the early morning.
    const drainAt = createdAt + (21 + (mix(hash, 1) % 21)) * DAY_MS + (mix(hash, 2) % 180) * MINUTE_MS;
    if (!isProtected && drainAt < frame.horizon)
      events.push(Math.max(drainAt, frame.start + DAY_MS), { type: 'drain', node: state });
    return state;
  };

  const place = (plan: PodPlan, at: number): { state: NodeState; scheduledAt: number } | null => {
    const cores = plan.containers.reduce((sum, container) => sum + (container.requestCores ?? 0), 0);
    const bytes = plan.containers.reduce((sum, container) => sum + (container.requestBytes ?? 0), 0);
    if (cores > SHAPES[plan.pool].allocatableCores - 1) return null;
    if (plan.protectedNode) return { state: addNode('large', at, true), scheduledAt: at };
    const fit = active[plan.pool].find((state) => state.freeCores >= cores && state.freeBytes >= bytes);
    // A node that is still booting takes pods when it is there.
    if (fit !== undefined) return { state: fit, scheduledAt: Math.max(at, fit.node.createdAt) };
    const wait = at <= frame.start ? 0 : (110 + (plan.hash % 80)) * 1000;
    return { state: addNode(plan.pool, at + wait, false), scheduledAt: at + wait };
  };

  const start = (plan: PodPlan, generation: number, createdAt: number, at: number): void => {
    const hash = hashOf(plan.hash, 'pod', generation);
    const placed = place(plan, at);
    const scheduledAt = placed === null ? Number.POSITIVE_INFINITY : createdAt < at ? createdAt : placed.scheduledAt;
    const startedAt = scheduledAt + (8 + (hash % 40)) * 1000;
    const pod: Pod = {
      uid: uid(hash),
      hash,
      plan,
      generation,
      node: placed?.state.node ?? null,
      createdAt,
      scheduledAt,
      startedAt,
      name: generation > 0 && plan.kind === 'service' ? `${plan.podName.slice(0, -5)}${hex(hash, 5)}` : plan.podName,
      endedAt: Number.POSITIVE_INFINITY,
      removedAt: Number.POSITIVE_INFINITY,
      end: 'running',
      containers: [],
    };
    pods.push(pod);
    const endsAt = Math.max(plan.endsAt, createdAt + MINUTE_MS);
    if (placed === null) {
      close(pod, endsAt, plan.end);
      return;
    }
    const slot: Slot = {
      pod,
      state: placed.state,
      cores: plan.containers.reduce((sum, container) => sum + (container.requestCores ?? 0), 0),
      bytes: plan.containers.reduce((sum, container) => sum + (container.requestBytes ?? 0), 0),
    };
    placed.state.freeCores -= slot.cores;
    placed.state.freeBytes -= slot.bytes;
    placed.state.slots.add(slot);
    if (plan.end !== 'running') events.push(Math.max(endsAt, startedAt + MINUTE_MS), { type: 'end', slot });
  };

  const free = (slot: Slot, at: number): void => {
    const { state } = slot;
    if (!state.slots.delete(slot)) return;
    state.freeCores += slot.cores;
    state.freeBytes += slot.bytes;
    if (state.slots.size === 0) events.push(at + 15 * MINUTE_MS, { type: 'sweep', node: state });
  };

  const retire = (state: NodeState, at: number): void => {
    state.node.removedAt = at;
    active[state.node.pool] = active[state.node.pool].filter((other) => other !== state);
  };

  const drain = (state: NodeState, at: number): void => {
    if (state.node.removedAt <= at) return;
    state.node.drainedAt = at;
    let i = 0;
    for (const slot of [...state.slots]) {
      // One after the other, as the eviction API lets them go.
      const evictedAt = Math.max(at + 20_000 * i++, slot.pod.startedAt + MINUTE_MS);
      const { plan } = slot.pod;
      if (plan.endsAt <= evictedAt + 10 * MINUTE_MS) continue;
      close(slot.pod, evictedAt, 'drain');
      state.slots.delete(slot);
      if (!plan.survivesDrain) continue;
      const again = evictedAt + (60 + (mix(slot.pod.hash, 9) % 200)) * 1000;
      events.push(again, { type: 'start', plan, generation: slot.pod.generation + 1, createdAt: again });
    }
    retire(state, at + 10 * MINUTE_MS + 20_000 * i);
  };

  for (let next = events.pop(); next !== undefined && next.at < frame.horizon; next = events.pop()) {
    const { at, value: event } = next;
    if (event.type === 'start') start(event.plan, event.generation, event.createdAt, at);
    else if (event.type === 'drain') drain(event.node, at);
    else if (event.type === 'sweep') {
      if (event.node.slots.size === 0 && event.node.node.removedAt === Number.POSITIVE_INFINITY) retire(event.node, at);
    } else if (event.slot.pod.end === 'running') {
      close(event.slot.pod, at, event.slot.pod.plan.end);
      free(event.slot, at);
    }
  }
  for (const pod of pods) {
    if (
      pod.plan.kind === 'other' &&
      pod.plan.key.startsWith('daemon/') &&
      pod.node !== null &&
      pod.node.removedAt < frame.horizon
    )
      close(pod, pod.node.removedAt - 1000, 'rule');
    pod.containers = pod.plan.containers.map((container, i) => ({
      ...container,
      cgroups: cgroupsOf(pod, container, i),
    }));
  }
  pods.sort((a, b) => a.createdAt - b.createdAt || (a.uid < b.uid ? -1 : 1));
  return { nodes, pods };
}

function close(pod: Pod, at: number, end: EndCause): void {
  pod.endedAt = at;
  pod.end = end;
  pod.removedAt = at + (end === 'drain' ? 30_000 : pod.plan.lingerMs);
}

function cgroupsOf(pod: Pod, container: ContainerPlan, index: number): readonly Cgroup[] {
  if (pod.startedAt === Number.POSITIVE_INFINITY) return [];
  const cuts = [
    pod.startedAt,
    ...container.restarts.filter((at) => at > pod.startedAt + MINUTE_MS && at < pod.endedAt - MINUTE_MS),
    pod.endedAt,
  ];
  return cuts.slice(0, -1).map((from, i) => ({
    id: hex(hashOf(pod.hash, 'cgroup', index, i), 64),
    // A restarted container is away for two seconds.
    from: i === 0 ? from : from + 2000,
    to: cuts[i + 1]!,
  }));
}

function daemonPod(frame: Frame, node: Node, name: string, cores: number, gib: number): Pod {
  const hash = hashOf(frame.seed, 'daemon', name, node.index);
  const load: Load = { hash, profile: steady(cores, gib, [0.01, cores * 0.8], gib * 0.6), sessions: null };
  // Eight digits: with five, two of a thousand pods would share a name.
  const podName = `${name}-${hex(hash, 8)}`;
  const plan: PodPlan = {
    key: `daemon/${name}/${String(node.index)}`,
    hash,
    kind: 'other',
    namespace: 'kube-system',
    podName,
    person: null,
    createdAt: node.createdAt,
    endsAt: Number.POSITIVE_INFINITY,
    end: 'running',
    silentEnd: true,
    rule: null,
    pool: node.pool,
    survivesDrain: false,
    protectedNode: false,
    lingerMs: 1000,
    containers: [{ name, image: 'daemon', requestCores: cores, requestBytes: gib * GIB, load, restarts: [] }],
    owner: { kind: 'DaemonSet', name },
    labels: { 'app.kubernetes.io/name': name },
    annotations: {},
    claim: null,
    serverName: null,
    sessionId: null,
    visits: [],
  };
  return {
    uid: uid(hash),
    hash,
    plan,
    generation: 0,
    name: podName,
    node,
    createdAt: node.createdAt,
    scheduledAt: node.createdAt,
    startedAt: node.createdAt + 5000,
    endedAt: Number.POSITIVE_INFINITY,
    removedAt: Number.POSITIVE_INFINITY,
    end: 'running',
    containers: [],
  };
}

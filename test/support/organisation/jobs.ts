import { steady } from './load.ts';
import type { LoadProfile } from './load.ts';
import type { ImageKey } from './images.ts';
import type { Frame } from './options.ts';
import type { Person } from './people.ts';
import type { Kind, PodPlan, Pool } from './plans.ts';
import { Random, hashOf, hex } from './random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, floorTo } from './time.ts';

const GIB = 1024 ** 3;

/** Batch runs of one to six hours, Connect's off-host jobs, the platform's services, and one pod that fits no node. */
export function otherPlans(frame: Frame, people: readonly Person[]): readonly PodPlan[] {
  return [...services(frame), ...batchRuns(frame, people), ...connectRuns(frame), ...unschedulable(frame, people)];
}

interface Sketch {
  readonly key: string;
  readonly kind: Kind;
  readonly namespace: string;
  readonly podName: string;
  readonly container: string;
  readonly image: ImageKey;
  readonly profile: LoadProfile;
  readonly createdAt: number;
  readonly endsAt: number;
  readonly pool: Pool;
  readonly person?: number;
  readonly owner: { readonly kind: string; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly restarts?: readonly number[];
  readonly requestless?: boolean;
}

function plan(frame: Frame, sketch: Sketch): PodPlan {
  const hash = hashOf(frame.seed, sketch.key);
  const runs = sketch.endsAt !== Number.POSITIVE_INFINITY;
  return {
    key: sketch.key,
    hash,
    kind: sketch.kind,
    namespace: sketch.namespace,
    podName: sketch.podName,
    person: sketch.person ?? null,
    createdAt: sketch.createdAt,
    endsAt: sketch.endsAt,
    end: runs ? 'completed' : 'running',
    silentEnd: false,
    rule: null,
    pool: sketch.pool,
    survivesDrain: !runs,
    protectedNode: false,
    lingerMs: runs ? 3 * HOUR_MS : 30_000,
    containers: [
      {
        name: sketch.container,
        image: sketch.image,
        restarts: sketch.restarts ?? [],
        requestCores: sketch.requestless === true ? null : sketch.profile.requestCores,
        requestBytes: sketch.requestless === true ? null : sketch.profile.requestGib * GIB,
        load: { hash, profile: sketch.profile, sessions: null },
      },
    ],
    owner: sketch.owner,
    labels: sketch.labels,
    annotations: sketch.annotations ?? {},
    claim: null,
    serverName: null,
    sessionId: null,
    visits: [],
  };
}

const SERVICES: readonly (readonly [
  name: string,
  namespace: string,
  kind: Kind,
  replicas: number,
  cores: number,
  gib: number,
  used: readonly [number, number],
])[] = [
  ['hub', 'jupyter', 'service', 1, 1, 2, [0.05, 0.3]],
  ['proxy', 'jupyter', 'service', 1, 0.5, 1, [0.02, 0.1]],
  ['workbench', 'workbench', 'service', 2, 2, 8, [0.2, 1.2]],
  ['connect', 'connect', 'connect', 2, 4, 16, [0.5, 3.5]],
  ['packagemanager', 'posit', 'service', 1, 2, 8, [0.1, 0.6]],
  ['prometheus', 'monitoring', 'service', 1, 4, 32, [1, 2.5]],
  ['kube-state-metrics', 'monitoring', 'service', 1, 0.2, 1, [0.05, 0.1]],
  ['coredns', 'kube-system', 'other', 2, 0.1, 0.25, [0.01, 0.05]],
];

function services(frame: Frame): readonly PodPlan[] {
  return SERVICES.flatMap(([name, namespace, kind, replicas, cores, gib, used]) =>
    Array.from({ length: replicas }, (_, replica) => {
      const key = `service/${name}/${String(replica)}`;
      const hash = hashOf(frame.seed, key);
      const random = new Random(hash);
      const restarts = Array.from(
        { length: name === 'connect' || name === 'hub' ? 3 : 0 },
        () => Math.floor(random.between(frame.start + DAY_MS, frame.now) / 1000) * 1000,
      ).sort((a, b) => a - b);
      return plan(frame, {
        key,
        kind,
        namespace,
        podName: `${name}-${hex(hash, 9)}-${hex(hash ^ 1, 5)}`,
        container: name,
        image: 'service',
        restarts,
        profile: steady(cores, gib, used, gib * 0.4),
        createdAt: frame.start - 40 * DAY_MS,
        endsAt: Number.POSITIVE_INFINITY,
        pool: 'small',
        owner: { kind: 'ReplicaSet', name: `${name}-${hex(hash, 9)}` },
        requestless: name === 'coredns' && replica === 1,
        labels: {
          'app.kubernetes.io/name': name,
          ...(name === 'connect' || name === 'workbench'
            ? { 'posit.team/site': 'main', 'posit.team/component': name }
            : {}),
        },
      });
    }),
  );
}

const BATCH_PROFILE = steady(8, 32, [6.8, 8], 12);
const CONNECT_PROFILE = steady(1, 4, [0.3, 1.1], 1.5);

function batchRuns(frame: Frame, people: readonly Person[]): readonly PodPlan[] {
  const plans: PodPlan[] = [];
  const perDay = Math.max(2, Math.round(frame.people / 40));
  const submitters = people.filter(
    (person) =>
      person.access !== null && person.part === null && person.leftOn === null && person.joinedOn < frame.start,
  );
  for (let day = floorTo(frame.start, DAY_MS); day < frame.horizon; day += DAY_MS) {
    for (let i = 0; i < perDay; i += 1) {
      const key = `batch/${String(day / DAY_MS)}/${String(i)}`;
      const random = new Random(hashOf(frame.seed, key));
      const createdAt = day + Math.floor(random.between(0, 20 * 3600)) * 1000;
      const person = random.pick(submitters);
      if (createdAt < frame.start) continue;
      const name = `run-${hex(hashOf(frame.seed, key), 8)}`;
      plans.push(
        plan(frame, {
          key,
          kind: 'batch',
          namespace: 'batch',
          podName: `${name}-${hex(hashOf(frame.seed, key, 1), 5)}`,
          container: 'main',
          image: 'batch',
          profile: BATCH_PROFILE,
          createdAt,
          endsAt: createdAt + Math.floor(random.between(3600, 6 * 3600)) * 1000,
          pool: 'large',
          person: person.index,
          owner: { kind: 'Job', name },
          labels: { 'app.kubernetes.io/name': 'batch', 'job-name': name },
          annotations: { user: person.rawUsername },
        }),
      );
    }
  }
  return plans;
}

function connectRuns(frame: Frame): readonly PodPlan[] {
  const plans: PodPlan[] = [];
  const perDay = Math.max(3, Math.round(frame.people / 25));
  for (let day = floorTo(frame.start, DAY_MS); day < frame.horizon; day += DAY_MS) {
    for (let i = 0; i < perDay; i += 1) {
      const key = `connect-run/${String(day / DAY_MS)}/${String(i)}`;
      const random = new Random(hashOf(frame.seed, key));
      const createdAt = day + Math.floor(random.between(0, 23.5 * 3600)) * 1000;
      if (createdAt < frame.start) continue;
      const name = `run-content-${hex(hashOf(frame.seed, key), 8)}`;
      plans.push(
        plan(frame, {
          key,
          kind: 'connect',
          namespace: 'connect',
          podName: `${name}-${hex(hashOf(frame.seed, key, 1), 5)}`,
          container: 'rs-launcher-container',
          image: 'connect',
          profile: CONNECT_PROFILE,
          createdAt,
          endsAt: createdAt + Math.floor(random.between(6, 30) * 60) * 1000,
          pool: 'small',
          owner: { kind: 'Job', name },
          labels: { 'posit.team/site': 'main', 'posit.team/component': 'connect-session', 'job-name': name },
        }),
      );
    }
  }
  return plans;
}

/** A session that asks for more than any node has: Pending for six hours, then given up. */
function unschedulable(frame: Frame, people: readonly Person[]): readonly PodPlan[] {
  const person = people.find(
    (one) => one.part === null && one.access !== null && one.leftOn === null && one.joinedOn < frame.start,
  );
  if (person === undefined) return [];
  const createdAt = Math.max(frame.start, frame.now - 5 * DAY_MS) + 9 * MINUTE_MS;
  const base = plan(frame, {
    key: 'pending/0',
    kind: 'interactive',
    namespace: 'workbench',
    podName: `session-ffffff-${person.username}-rstudio-99999`,
    container: 'rs-launcher-container',
    image: 'workbench44',
    profile: steady(96, 512, [1, 2], 1),
    createdAt,
    endsAt: createdAt + 6 * HOUR_MS,
    pool: 'large',
    person: person.index,
    owner: { kind: 'Job', name: `session-ffffff-${person.username}-rstudio` },
    labels: { 'posit.team/component': 'workbench-session' },
    annotations: { user: person.rawUsername, name: 'ffffff000000' },
  });
  return [{ ...base, end: 'user', lingerMs: 30_000, sessionId: 'ffffff000000' }];
}

import { Random, hashOf, hex, uid } from '../random.ts';
import { DAY_MS } from '../time.ts';
import { makeItem } from './items.ts';
import type { AuditEvent, ClusterRun, ConnectItem, ConnectPerson, ConnectUser, ConnectWorld } from './model.ts';
import { itemPlans } from './plans.ts';
import { truthOf } from './truth.ts';
import { makeLog } from './usage.ts';

export interface ConnectOptions {
  readonly seed?: number;
  readonly now: number;
  readonly people: readonly ConnectPerson[];
  /** 1: 2,400 items with the talk's figures. */
  readonly scale?: number;
  /** Page views in all; sessions are a fifth of it, hits a quarter (default 20,000). */
  readonly visits?: number;
  /** How long the server keeps jobs (default 365 days). */
  readonly jobDays?: number;
  readonly packagesPerItem?: number;
  readonly auditEvents?: number;
  /** Runs in the organisation's cluster: each becomes a job of some item, so that its pod has an owner. */
  readonly clusterRuns?: readonly ClusterRun[];
}

/** Days of history that the server's logs have. */
const LOG_DAYS = 800;

/** Makes the organisation's Connect. The same options give the same world. */
export function createConnect(options: ConnectOptions): ConnectWorld {
  const seed = options.seed ?? 2971;
  const now = Math.floor(options.now / 1000) * 1000;
  const users = usersOf(seed, now, options.people);
  const publishers = users.flatMap((user, index) => (user.role === 'publisher' ? [index] : []));
  const frame = { seed, now, publishers, jobDays: options.jobDays ?? 365 };
  const items = itemPlans(seed, publishers, options.scale ?? 1).map((plan, index) => makeItem(frame, index, plan));
  giveRuns(seed, items, options.clusterRuns ?? []);
  const logsBegin = now - LOG_DAYS * DAY_MS;
  const usage = { seed, now, logsBegin, users, items };
  const count = options.visits ?? 20_000;
  const logs = {
    visits: makeLog(usage, 'visits', count),
    sessions: makeLog(usage, 'sessions', Math.round(count / 5)),
    hits: makeLog(usage, 'hits', Math.round(count / 4)),
  };
  return {
    seed,
    now,
    logsBegin,
    users,
    groups: groupsOf(seed, users),
    items,
    ...logs,
    audit: auditOf(seed, now, users.length, options.auditEvents ?? 1200),
    packagesPerItem: options.packagesPerItem ?? 20,
    truth: truthOf({ now, items, ...logs }),
  };
}

/** Jobs of applications and of what is rendered when somebody asks: those of schedules and of what fails are the story's own. */
function giveRuns(seed: number, items: readonly ConnectItem[], runs: readonly ClusterRun[]): void {
  const seen = items.filter(({ part }) => part === 'seen');
  for (const [index, { name, startedAt, endedAt }] of runs.entries()) {
    const random = new Random(hashOf(seed, 'cluster run', name));
    const item = random.pick(
      seen.filter(({ lastDeployedAt }) => lastDeployedAt !== null && lastDeployedAt < startedAt),
    );
    item.jobs.push({
      id: 50_000_000 + index,
      key: hex(hashOf(seed, 'cluster job', name), 16),
      tag: 'run_app',
      queuedAt: null,
      startedAt,
      endedAt,
      exitCode: 0,
      status: 2,
      heartbeatAt: endedAt,
      bundleId: item.bundleId,
      kubernetesJob: name,
    });
  }
  for (const item of seen) item.jobs.sort((a, b) => a.startedAt - b.startedAt);
}

/** The first is the administrator whose key the poller has; every fourth person publishes. */
function usersOf(seed: number, now: number, people: readonly ConnectPerson[]): ConnectUser[] {
  const random = new Random(hashOf(seed, 'connect users'));
  const account = (
    name: string,
    index: number,
    role: ConnectUser['role'],
    person: ConnectPerson | null,
  ): ConnectUser => ({
    guid: uid(hashOf(seed, 'connect user', index)),
    username: name,
    email: person?.email ?? `${name}@example.com`,
    role,
    department: person?.department ?? 'SCE Platform',
    locked: person !== null && person.leftOn !== null && person.leftOn <= now,
    deleted: false,
    activeAt: random.chance(0.8) ? now - random.int(0, 90) * DAY_MS : null,
    createdAt: now - random.int(900, 2000) * DAY_MS,
  });
  return [
    account('sce-admin', 0, 'administrator', null),
    ...people.map((person, index) =>
      account(person.rawUsername, index + 1, index % 4 === 0 ? 'publisher' : 'viewer', person),
    ),
  ];
}

function groupsOf(seed: number, users: readonly ConnectUser[]): ConnectWorld['groups'] {
  return [...new Set(users.map(({ department }) => department))].sort().map((name, index) => ({
    guid: uid(hashOf(seed, 'connect group', index)),
    name,
    members: users.flatMap((user, at) => (user.department === name ? [at] : [])),
  }));
}

function auditOf(seed: number, now: number, users: number, count: number): AuditEvent[] {
  const random = new Random(hashOf(seed, 'connect audit'));
  return Array.from({ length: count }, (_, index) => ({
    id: 90_000 + index,
    at: Math.floor((now - (1 - index / count) * 300 * DAY_MS) / 1000) * 1000,
    user: random.chance(0.1) ? null : random.int(0, users - 1),
    action: random.pick(['add_user', 'add_group', 'user_login', 'deploy_application']),
  }));
}

export type * from './model.ts';
export { SERIES } from './plans.ts';

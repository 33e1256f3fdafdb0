import type { ActiveDay } from './activity.ts';
import type { ImageKey } from './images.ts';
import { CHANGED_REQUEST_CORES, ROLE_PROFILES } from './load.ts';
import type { Load } from './load.ts';
import type { Frame } from './options.ts';
import { spellAt } from './people.ts';
import type { Person } from './people.ts';
import type { PlannedEnd, PodPlan } from './plans.ts';
import { Random, hashOf, hex, mix, unit } from './random.ts';
import { BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

const GIB = 1024 ** 3;
const CULL_AFTER_MS = 14 * DAY_MS;
export const CULL_RULE = 'cull-unvisited-14d';
export const CULL_DAILY_RULE = 'cull-idle-2h';

/** The workspaces of one person, from the days on which the person is there. */
export function workspacesOf(frame: Frame, person: Person, days: readonly ActiveDay[]): readonly PodPlan[] {
  const extra = extraWorkspace(frame, person, days);
  const main = extra === null ? days : days.filter((day) => !extra.days.has(day.dayIndex));
  const style = styleOf(frame, person);
  const chains =
    style === 'persistent'
      ? persistent(frame, person, main)
      : style === 'disposable'
        ? disposable(frame, person, main)
        : sessions(frame, person, main);
  const plans = chains.map((chain, index) => toPlan(frame, person, chain, index));
  return extra === null ? plans : [...plans, extra.plan];
}

type Style = 'persistent' | 'disposable' | 'workbench';

function styleOf(frame: Frame, person: Person): Style {
  if (person.part === 'simulation') return 'persistent';
  if (person.part === 'eleven') return 'disposable';
  const lot = unit(hashOf(frame.seed, 'style', person.index));
  return lot < 0.4 ? 'persistent' : lot < 0.5 ? 'disposable' : 'workbench';
}

/** One workspace before it is a pod: the days it serves and how it ends. */
interface Chain {
  readonly days: readonly ActiveDay[];
  readonly createdAt: number;
  readonly endsAt: number;
  readonly end: PlannedEnd;
  readonly rule: string | null;
  readonly platform: 'jupyterhub' | 'workbench';
  readonly serverName?: string;
  readonly image?: ImageKey;
}

const opened = (day: ActiveDay, hash: number): number =>
  Math.floor(((day.visits[0] ?? day.day.from) - (90 + (hash % 90)) * 1000) / 1000) * 1000;
const closed = (day: ActiveDay): number => (day.sessions.at(-1) ?? 0) * BUCKET_MS;

/** A server that lives on between visits, until its user deletes it or the culler finds it unvisited for 14 days. */
function persistent(frame: Frame, person: Person, days: readonly ActiveDay[]): readonly Chain[] {
  const chains: Chain[] = [];
  const random = new Random(hashOf(frame.seed, 'persistent', person.index));
  let open: ActiveDay[] = [];
  let lives = 0;
  days.forEach((day, i) => {
    if (open.length === 0)
      lives =
        person.part === 'simulation'
          ? 10_000
          : random.weighted([
              [random.int(3, 15), 3],
              [random.int(20, 60), 4],
              [random.int(90, 300), 3],
            ]);
    open.push(day);
    const createdAt = opened(open[0]!, hashOf(frame.seed, person.index, day.day.number));
    const next = days[i + 1];
    const base = {
      days: open,
      createdAt: i === open.length - 1 ? beforeStart(frame, person, createdAt, lives) : createdAt,
      platform: 'jupyterhub' as const,
    };
    const gap = next === undefined ? Number.POSITIVE_INFINITY : opened(next, 0) - closed(day);
    if (day.dayIndex - open[0]!.dayIndex >= lives)
      chains.push({ ...base, endsAt: closed(day) + random.int(3, 40) * MINUTE_MS, end: 'user', rule: null });
    else if (person.part !== 'simulation' && gap > CULL_AFTER_MS + DAY_MS)
      chains.push({
        ...base,
        endsAt: closed(day) + CULL_AFTER_MS + random.int(0, 600) * 1000,
        end: 'rule',
        rule: CULL_RULE,
      });
    else if (next === undefined) chains.push({ ...base, endsAt: Number.POSITIVE_INFINITY, end: 'running', rule: null });
    else return;
    open = [];
  });
  return chains;
}

/** The first server of a person who was there before the data began is older than the data. */
function beforeStart(frame: Frame, person: Person, createdAt: number, lives: number): number {
  const hash = hashOf(frame.seed, 'age', person.index);
  if (createdAt > frame.start + 20 * DAY_MS || person.joinedOn > frame.start - DAY_MS) return createdAt;
  return unit(hash) < 0.6 || person.part === 'simulation'
    ? frame.start - Math.round(unit(mix(hash, 1)) * Math.min(lives, 120) * 86_400) * 1000 - HOUR_MS
    : createdAt;
}

/** A new server every day, thrown away in the evening. */
function disposable(frame: Frame, person: Person, days: readonly ActiveDay[]): readonly Chain[] {
  return days.map((day) => {
    const hash = hashOf(frame.seed, 'disposable', person.index, day.day.number);
    const culled = person.part !== 'eleven' && unit(hash) < 0.35;
    return {
      days: [day],
      createdAt: opened(day, hash),
      platform: 'jupyterhub',
      endsAt: closed(day) + (culled ? 2 * HOUR_MS : (5 + (hash % 20)) * MINUTE_MS),
      end: culled ? 'rule' : 'user',
      rule: culled ? CULL_DAILY_RULE : null,
    };
  });
}

/** Workbench sessions of one to four active days; they complete when quit, a few are killed for memory or evicted. */
function sessions(frame: Frame, person: Person, days: readonly ActiveDay[]): readonly Chain[] {
  const chains: Chain[] = [];
  for (let i = 0; i < days.length;) {
    const first = days[i]!;
    const hash = hashOf(frame.seed, 'session', person.index, first.day.number);
    const group = days.slice(i, i + 1 + (hash % 4)).filter((day) => day.dayIndex - first.dayIndex <= 6);
    i += group.length;
    const last = group.at(-1)!;
    const lot = unit(mix(hash, 3));
    const end: PlannedEnd = lot < 0.02 ? 'oom' : lot < 0.03 ? 'eviction' : 'completed';
    const endsAt =
      end === 'completed'
        ? closed(last) + (hash % 30) * MINUTE_MS + 17_000
        : last.sessions[0]! * BUCKET_MS + 12 * MINUTE_MS + (hash % 200) * 1000;
    chains.push({ days: group, createdAt: opened(first, hash), endsAt, end, rule: null, platform: 'workbench' });
  }
  return chains;
}

function extraWorkspace(
  frame: Frame,
  person: Person,
  days: readonly ActiveDay[],
): { plan: PodPlan; days: ReadonlySet<number> } | null {
  const hash = hashOf(frame.seed, 'extra', person.index);
  const base = {
    platform: 'jupyterhub' as const,
    endsAt: Number.POSITIVE_INFINITY,
    end: 'running' as const,
    rule: null,
  };
  const ago = (least: number, most: number): number =>
    frame.now - Math.round((least + unit(hash) * (most - least)) * 86_400) * 1000;
  let chain: Chain | null = null;
  if (person.part === 'kept') {
    // Five years old, R 4.0.0, used once in a while and so never culled.
    chain = {
      ...base,
      days: days.filter((_, i) => i % 3 === 0),
      createdAt: frame.start - (1640 + (hash % 200)) * DAY_MS + 9 * HOUR_MS,
      serverName: 'old',
      image: 'r400',
    };
  } else if (person.part === 'abandoned') {
    const createdAt = ago(70, 85);
    chain = {
      ...base,
      days: days.filter((day) => day.day.from > createdAt && day.day.from < createdAt + 12 * DAY_MS),
      createdAt,
      serverName: 'trial',
    };
  } else if (person.part === 'never visited')
    chain = { ...base, days: [], createdAt: ago(20, 60), serverName: 'gpu-test' };
  return chain === null
    ? null
    : { plan: toPlan(frame, person, chain, 9000), days: new Set(chain.days.map((day) => day.dayIndex)) };
}

function toPlan(frame: Frame, person: Person, chain: Chain, index: number): PodPlan {
  const role = spellAt(person, chain.createdAt).role;
  const profile = ROLE_PROFILES[role];
  const hash = hashOf(frame.seed, 'workspace', person.index, index);
  const hub = chain.platform === 'jupyterhub';
  const serverName = chain.serverName ?? '';
  const changed = role === 'Statistical Programmer' && chain.createdAt >= frame.requestChangeAt;
  const requestless = !hub && role === 'Software Engineer' && hash % 3 === 0;
  const load: Load = {
    hash,
    profile,
    sessions: Int32Array.from(chain.days.flatMap((day) => day.sessions)),
    ...(person.part === 'simulation' ? { exactCores: 12 } : {}),
    ...(person.part === 'exception' && profile.requestCores === 16 ? { burstCores: 13 } : {}),
  };
  const suffix = serverName === '' ? '' : `--${serverName}`;
  const sessionId = hub ? null : hex(hash, 12);
  return {
    key: `workspace/${person.personId}/${String(index)}`,
    hash,
    kind: 'interactive',
    person: person.index,
    namespace: hub ? 'jupyter' : 'workbench',
    podName: hub
      ? `jupyter-${person.username}${suffix}`
      : `session-${String(sessionId).slice(0, 6)}-${person.username}-rstudio-${hex(mix(hash, 5), 5)}`,
    createdAt: chain.createdAt,
    endsAt: chain.endsAt,
    end: chain.end,
    rule: chain.rule,
    silentEnd: chain.end === 'user' && person.part !== 'eleven' && unit(mix(hash, 11)) < 0.15,
    pool: profile.requestCores >= 8 ? 'large' : 'small',
    survivesDrain: hub,
    protectedNode: person.part === 'simulation',
    lingerMs: hub ? 30_000 : chain.end === 'completed' ? 6 * HOUR_MS : HOUR_MS,
    containers: [
      {
        name: hub ? 'notebook' : 'rs-launcher-container',
        image: chain.image ?? imageOf(frame, person, chain),
        requestCores: requestless ? null : changed ? CHANGED_REQUEST_CORES : profile.requestCores,
        requestBytes: requestless ? null : profile.requestGib * GIB,
        load,
        restarts: [],
      },
    ],
    owner: hub ? null : { kind: 'Job', name: `session-${String(sessionId)}-${person.username}-rstudio` },
    labels: hub
      ? {
          'app.kubernetes.io/name': 'jupyterhub',
          'app.kubernetes.io/component': 'singleuser-server',
          'app.kubernetes.io/managed-by': 'kubespawner',
          component: 'singleuser-server',
          'hub.jupyter.org/username': person.username,
          'hub.jupyter.org/servername': serverName,
        }
      : {
          'posit.team/site': 'main',
          'posit.team/component': 'workbench-session',
          'job-name': `session-${String(sessionId)}-${person.username}-rstudio`,
        },
    annotations: hub
      ? {
          'hub.jupyter.org/username': person.rawUsername,
          ...(serverName === '' ? {} : { 'hub.jupyter.org/servername': serverName }),
        }
      : { user: person.rawUsername, name: String(sessionId) },
    claim: hub ? `claim-${person.username}` : `home-${person.username}`,
    serverName: hub ? serverName : null,
    sessionId,
    visits: chain.days.flatMap((day) => day.visits).filter((at) => at > chain.createdAt && at < chain.endsAt),
  };
}

/** R 4.3 gives way to 4.4 over the ninety days, person by person; a few go straight to 4.5. */
function imageOf(frame: Frame, person: Person, chain: Chain): ImageKey {
  if (person.part === 'simulation') return 'simulation';
  if (person.part === 'eleven') return 'r441';
  const hash = hashOf(frame.seed, 'image', person.index);
  const hub = chain.platform === 'jupyterhub';
  const role = spellAt(person, chain.createdAt).role;
  const switched = chain.createdAt >= frame.start + (0.12 + 0.75 * unit(mix(hash, 1))) * (frame.now - frame.start);
  const lot = unit(hash);
  if (role === 'Data Scientist' && hub) return switched ? 'python312' : 'python311';
  if (!hub && lot < 0.06) return 'legacy';
  if (lot > 0.93) return hub ? 'r451' : 'workbench45';
  return hub ? (switched ? 'r441' : 'r432') : switched ? 'workbench44' : 'workbench43';
}

import { Random, hashOf, hex, uid } from '../random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts';
import type { ConnectBundle, ConnectItem, ConnectJob, ConnectSchedule, Part } from './model.ts';

export interface ItemFrame {
  readonly seed: number;
  readonly now: number;
  /** Users who publish, by index. */
  readonly publishers: readonly number[];
  readonly jobDays: number;
}

const RENDERED = ['rmd-static', 'quarto-static', 'jupyter-static'] as const;
const APPLICATIONS = ['shiny', 'python-dash', 'python-streamlit', 'python-shiny'] as const;
const RUN_TAGS: Readonly<Record<string, string>> = {
  shiny: 'run_app',
  'python-shiny': 'run_pyshiny_app',
  'python-dash': 'run_dash_app',
  'python-streamlit': 'run_streamlit',
  api: 'run_api',
  'python-fastapi': 'run_fastapi_app',
};
const NOUNS = [
  'safety',
  'efficacy',
  'enrolment',
  'biomarker',
  'listing',
  'exposure',
  'query',
  'cohort',
  'dose',
  'site',
];
const SECOND_MS = 1000;

export interface ItemPlan {
  readonly part: Part;
  readonly name?: string;
  readonly owner?: number;
  /** Days before now. */
  readonly createdAgo: number;
  /** Null: never. */
  readonly deployedAgo: number | null;
  readonly locked?: boolean;
  readonly tags?: readonly string[];
  readonly appMode?: string;
  readonly title?: string;
}

/** One item with its bundles, jobs and schedule. The same plan and index give the same item. */
export function makeItem(frame: ItemFrame, index: number, plan: ItemPlan): ConnectItem {
  const random = new Random(hashOf(frame.seed, 'connect item', index));
  const { part } = plan;
  const owner = plan.owner ?? random.pick(frame.publishers);
  // To the second, as the server tells times.
  const ago = (days: number): number => Math.floor((frame.now - days * DAY_MS) / SECOND_MS) * SECOND_MS;
  const createdAt = ago(plan.createdAgo);
  const lastDeployedAt = plan.deployedAgo === null ? null : ago(plan.deployedAgo);
  const appMode = plan.appMode ?? modeOf(part, random);
  const isPython = /python|jupyter/.test(appMode);
  const bundles = bundlesOf(random, index, owner, createdAt, lastDeployedAt);
  const schedule = scheduleOf(random, index, part, lastDeployedAt);
  const item: ConnectItem = {
    guid: uid(hashOf(frame.seed, 'guid', index)),
    id: 1000 + index,
    // Letters, not digits: names that differ in trailing digits only are tries of one thing.
    name: plan.name ?? `${random.pick(NOUNS)}-${letters(index)}`,
    title: plan.title ?? null,
    owner,
    part,
    createdAt,
    lastDeployedAt,
    bundleId: lastDeployedAt === null ? null : (bundles.at(-1)?.id ?? null),
    appMode: lastDeployedAt === null ? 'unknown' : appMode,
    category: part === 'pin' ? 'pin' : '',
    access: random.weighted([
      ['acl', 60],
      ['logged_in', 25],
      ['all', 15],
    ]),
    locked: plan.locked ?? false,
    cpuRequest: random.chance(0.4) ? null : random.pick([0.5, 1, 2]),
    memoryRequest: random.chance(0.25) ? null : random.int(1, 4) * 2 ** 30,
    minProcesses: /shiny|dash|streamlit/.test(appMode) && random.chance(0.2) ? 1 : null,
    tags: plan.tags ?? (random.chance(0.3) ? [random.pick(['Oncology', 'Immunology', 'Safety'])] : []),
    rVersion: lastDeployedAt !== null && !isPython ? random.pick(['4.1.3', '4.3.3', '4.4.1']) : null,
    pythonVersion: lastDeployedAt !== null && isPython ? random.pick(['3.9.18', '3.11.9', '3.12.6']) : null,
    quartoVersion: lastDeployedAt !== null && appMode === 'quarto-static' ? '1.5.57' : null,
    variantId: 50_000 + index,
    variantKey: hex(hashOf(frame.seed, 'variant', index), 8),
    bundles,
    jobs: [],
    schedule,
    deleted: false,
  };
  item.jobs.push(...jobsOf(frame, random, index, item));
  return item;
}

export function letters(index: number): string {
  let text = '';
  for (let rest = index + 26; rest > 0; rest = Math.floor(rest / 26))
    text = String.fromCharCode(97 + (rest % 26)) + text;
  return text;
}

function modeOf(part: Part, random: Random): string {
  switch (part) {
    case 'pin':
      return 'static';
    case 'api':
    case 'api without hits':
      return random.pick(['api', 'python-fastapi']);
    case 'read schedule':
    case 'forgotten schedule':
    case 'mailed schedule':
    case 'failing schedule':
      return random.pick<string>(RENDERED);
    case 'crashing':
      return random.pick<string>(APPLICATIONS);
    case 'never deployed':
    case 'young and never deployed':
    case 'unseen':
    case 'seen':
      return random.chance(0.45) ? random.pick<string>(APPLICATIONS) : random.pick<string>([...RENDERED, 'static']);
  }
}

function bundlesOf(
  random: Random,
  index: number,
  owner: number,
  createdAt: number,
  lastDeployedAt: number | null,
): ConnectBundle[] {
  const count = lastDeployedAt === null ? random.int(0, 2) : random.int(1, 5);
  const last = lastDeployedAt ?? createdAt + HOUR_MS;
  return Array.from({ length: count }, (_, at) => ({
    id: String(100_000 + index * 8 + at),
    createdBy: owner,
    createdAt:
      at === count - 1 ? last : Math.floor((createdAt + ((last - createdAt) * at) / count) / SECOND_MS) * SECOND_MS,
    size: random.int(20_000, 30_000_000),
    active: lastDeployedAt !== null && at === count - 1,
  }));
}

function scheduleOf(random: Random, index: number, part: Part, startAt: number | null): ConnectSchedule | null {
  if (!part.endsWith('schedule') || startAt === null) return null;
  const type = random.chance(0.6) ? 'day' : 'week';
  return {
    id: 300 + index,
    type,
    everyMs: type === 'day' ? DAY_MS : 7 * DAY_MS,
    active: true,
    mail:
      part === 'mailed schedule' ? 'others' : part === 'forgotten schedule' && random.chance(0.3) ? 'owner' : 'nobody',
    zone: 'Europe/Zurich',
    startAt,
  };
}

function jobsOf(frame: ItemFrame, random: Random, index: number, item: ConnectItem): ConnectJob[] {
  const jobs: ConnectJob[] = [];
  const add = (tag: string, startedAt: number, seconds: number, exitCode: number, queued = false): void => {
    const id = index * 2000 + jobs.length;
    const start = Math.floor(startedAt / SECOND_MS) * SECOND_MS;
    // One in forty was lost: finalized without an end, as real servers have them.
    const isLost = exitCode === 0 && random.chance(0.025);
    jobs.push({
      id,
      key: hex(hashOf(frame.seed, 'job', id), 16),
      tag,
      queuedAt: queued ? start - 4 * SECOND_MS : null,
      startedAt: start,
      endedAt: isLost ? null : start + seconds * SECOND_MS,
      exitCode: isLost ? null : exitCode,
      status: 2,
      heartbeatAt: start + (random.chance(0.1) ? -5 : seconds - 5) * SECOND_MS,
      bundleId: item.bundleId ?? item.bundles.at(-1)?.id ?? null,
      kubernetesJob: `${tag.replaceAll('_', '-')}-${hex(hashOf(frame.seed, 'k8s', id), 5)}`,
    });
  };
  if (item.lastDeployedAt === null) {
    for (const [at] of item.bundles.entries())
      add('packrat_restore', item.createdAt + at * HOUR_MS, random.int(20, 400), 1);
    return jobs;
  }
  const kept = frame.now - frame.jobDays * DAY_MS;
  if (item.lastDeployedAt >= kept) add('packrat_restore', item.lastDeployedAt, random.int(60, 900), 0);
  if (item.schedule) {
    const seconds = random.int(30, 900);
    let run = Math.max(item.schedule.startAt + HOUR_MS, kept);
    // At three in the morning, every day or week; the newest within the last period.
    run = frame.now - Math.floor((frame.now - run) / item.schedule.everyMs) * item.schedule.everyMs - 5 * HOUR_MS;
    for (; run < frame.now - HOUR_MS; run += item.schedule.everyMs) {
      const fails = item.part === 'failing schedule' && frame.now - run < 6 * item.schedule.everyMs;
      add('build_report', run, seconds + random.int(0, 20), fails ? 1 : 0, true);
    }
    return jobs;
  }
  const tag = RUN_TAGS[item.appMode];
  if (tag === undefined) {
    if (item.lastDeployedAt >= kept) add('build_report', item.lastDeployedAt + 15 * MINUTE_MS, random.int(10, 600), 0);
    return jobs;
  }
  if (item.part === 'unseen') return jobs;
  const deployedAt = item.lastDeployedAt;
  const times = Array.from({ length: Math.max(6, Math.round(frame.jobDays / 5)) }, () =>
    random.between(Math.max(deployedAt, kept) + HOUR_MS, frame.now - 2 * HOUR_MS),
  ).sort((a, b) => a - b);
  for (const [at, start] of times.entries()) {
    const crashes = item.part === 'crashing' && at >= times.length - 4 && at !== times.length - 2;
    add(tag, start, random.int(60, 7200), crashes ? 1 : 0);
  }
  const last = jobs.at(-1);
  if (item.minProcesses !== null && last && item.part !== 'crashing')
    Object.assign(last, { endedAt: null, exitCode: null, status: 0, heartbeatAt: frame.now - MINUTE_MS });
  return jobs;
}

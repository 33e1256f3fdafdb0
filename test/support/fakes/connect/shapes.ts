import { PACKAGES, releaseAt } from '../../organisation/git/packages.ts';
import { hashOf, unit } from '../../organisation/random.ts';
import type { ConnectItem, ConnectJob, ConnectUser, ConnectWorld } from '../../organisation/connect/index.ts';

/** `new`: 2026. `middle`: 2024.08, jobs in `/v1`, no hits, storage or included schedules. `old`: 2024.07, jobs and ids of before. */
export type Generation = 'new' | 'middle' | 'old';

const CLUSTER = 'Kubernetes';
const IMAGE = 'registry.example.com/connect/content:r4.4.1-py3.12.6';

export const rfc3339 = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z');

/** The same time as some servers write it: with an offset. */
function withOffset(ms: number): string {
  return `${new Date(ms - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`;
}

export function userBody(user: ConnectUser) {
  return {
    guid: user.guid,
    username: user.username,
    email: user.email,
    first_name: 'Kim',
    last_name: 'Example',
    user_role: user.role,
    created_time: rfc3339(user.createdAt),
    updated_time: rfc3339(user.createdAt),
    active_time: rfc3339(user.activeAt),
    confirmed: true,
    locked: user.locked,
    external_id: null,
  };
}

export function contentBody(
  world: ConnectWorld,
  item: ConnectItem,
  generation: Generation,
  include: readonly string[],
) {
  const owner = world.users[item.owner];
  return {
    guid: item.guid,
    id: String(item.id),
    name: item.name,
    title: item.title,
    description: '',
    access_type: item.access,
    ...(generation === 'old' ? {} : { locked: item.locked, locked_message: '' }),
    min_processes: item.minProcesses,
    memory_request: item.memoryRequest,
    memory_limit: null,
    cpu_request: item.cpuRequest,
    cpu_limit: null,
    created_time: rfc3339(item.createdAt),
    // Never deployed: some servers say null, some the time of creation.
    last_deployed_time: rfc3339(item.lastDeployedAt ?? (generation === 'new' ? null : item.createdAt)),
    bundle_id: item.bundleId,
    app_mode: item.appMode,
    content_category: item.category,
    parameterized: false,
    cluster_name: item.bundleId === null ? null : CLUSTER,
    image_name: item.bundleId === null ? null : IMAGE,
    r_version: item.rVersion,
    py_version: item.pythonVersion,
    quarto_version: item.quartoVersion,
    run_as: null,
    run_as_current_user: false,
    owner_guid: owner?.guid,
    content_url: `https://connect.example.com/content/${item.guid}/`,
    app_role: 'owner',
    ...(include.includes('owner') && owner
      ? { owner: { guid: owner.guid, username: owner.username, first_name: 'Kim', last_name: 'Example' } }
      : {}),
    ...(include.includes('tags')
      ? { tags: item.tags.map((name, at) => ({ id: String(at + 1), name, parent_id: null })) }
      : {}),
    ...(include.includes('schedule') && generation === 'new' ? { schedules: includedSchedules(world, item) } : {}),
  };
}

function includedSchedules(world: ConnectWorld, item: ConnectItem) {
  const { schedule } = item;
  if (schedule?.active !== true) return [];
  const last = item.jobs.findLast(({ queuedAt }) => queuedAt !== null);
  return [
    {
      type: 'rrule',
      schedule: {
        dtstart: rfc3339(schedule.startAt),
        rrules: [schedule.type === 'day' ? 'FREQ=DAILY' : 'FREQ=WEEKLY'],
        until: null,
      },
      next_run: rfc3339((last?.startedAt ?? world.now) + schedule.everyMs),
      email: schedule.mail !== 'nobody',
      timezone: schedule.zone,
      start_time: rfc3339(schedule.startAt),
      end_time: null,
      last_run: last && { job_key: last.key, status: 'success', start_time: rfc3339(last.startedAt) },
      variant: { key: item.variantKey, name: 'default', is_default: true },
    },
  ];
}

export function bundleBodies(world: ConnectWorld, item: ConnectItem) {
  return [...item.bundles].reverse().map((bundle) => ({
    id: bundle.id,
    content_guid: item.guid,
    created_by: world.users[bundle.createdBy]?.username,
    created_time: withOffset(bundle.createdAt),
    cluster_name: CLUSTER,
    image_name: IMAGE,
    r_version: item.rVersion,
    py_version: item.pythonVersion,
    quarto_version: item.quartoVersion,
    active: bundle.active,
    size: bundle.size,
    metadata: { source: null, source_repo: null, source_branch: null, source_commit: null },
  }));
}

export function jobBody(item: ConnectItem, job: ConnectJob, generation: Generation) {
  return {
    id: String(job.id),
    ppid: null,
    pid: '2516505',
    key: job.key,
    remote_id: job.kubernetesJob === null ? null : Buffer.from(`Kubernetes:${job.kubernetesJob}`).toString('base64'),
    app_id: String(item.id),
    ...(generation === 'new' ? { content_id: String(item.id), content_guid: item.guid } : {}),
    variant_id: job.queuedAt === null ? '0' : String(item.variantId),
    bundle_id: job.bundleId,
    start_time: rfc3339(job.startedAt),
    end_time: rfc3339(job.endedAt),
    last_heartbeat_time: rfc3339(job.heartbeatAt),
    queued_time: rfc3339(job.queuedAt),
    queue_name: job.queuedAt === null ? null : 'scheduled',
    tag: job.tag,
    exit_code: job.exitCode,
    status: job.status,
    hostname: 'connect-0',
    cluster: CLUSTER,
    image: IMAGE,
    run_as: 'rstudio-connect',
  };
}

/** `GET /applications/{guid}/jobs`: numbers, Unix seconds, `finalized`. */
export function legacyJobBody(item: ConnectItem, job: ConnectJob) {
  const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));
  return {
    id: job.id,
    pid: 2516505,
    key: job.key,
    app_id: item.id,
    app_guid: item.guid,
    variant_id: job.queuedAt === null ? 0 : item.variantId,
    bundle_id: job.bundleId === null ? null : Number(job.bundleId),
    start_time: seconds(job.startedAt),
    end_time: seconds(job.endedAt),
    tag: job.tag,
    exit_code: job.exitCode,
    finalized: job.status !== 0,
    hostname: 'connect-0',
  };
}

export function variantBodies(item: ConnectItem) {
  const mail = item.schedule?.mail ?? 'nobody';
  return [
    {
      id: item.variantId,
      app_id: item.id,
      key: item.variantKey,
      bundle_id: item.bundleId === null ? null : Number(item.bundleId),
      is_default: true,
      name: 'default',
      email_collaborators: false,
      email_viewers: mail === 'others',
      email_all: false,
      created_time: rfc3339(item.createdAt),
      render_duration: 277_000_000_000,
      visibility: 0,
    },
  ];
}

export function scheduleBodies(item: ConnectItem) {
  const { schedule } = item;
  if (!schedule) return [];
  return [
    {
      id: schedule.id,
      app_id: item.id,
      variant_id: item.variantId,
      type: schedule.type,
      // JSON inside a text.
      schedule: '{"N":1}',
      start_time: rfc3339(schedule.startAt),
      next_run: rfc3339(schedule.startAt + schedule.everyMs),
      timezone: schedule.zone,
      activate: schedule.active,
      email: schedule.mail !== 'nobody',
    },
  ];
}

export function visitBody(world: ConnectWorld, n: number, generation: Generation) {
  const item = world.items[world.visits.items[n] ?? -1];
  const id = (value: number): number | string => (generation === 'new' ? String(value) : value);
  return {
    content_guid: item?.guid,
    user_guid: guidOf(world, world.visits.users[n]),
    variant_key: item?.variantKey,
    time: rfc3339(world.visits.times[n] ?? 0),
    rendering_id: id(772),
    bundle_id: item?.bundleId ? id(Number(item.bundleId)) : null,
    path: `/${hashOf(1, 'path', (world.visits.times[n] ?? 0) % 7)}`,
    data_version: 3,
    user_agent: world.visits.monitors[n] === true ? 'Mozilla/5.0 (compatible; Datadog/Synthetics)' : 'Mozilla/5.0',
  };
}

export function sessionBody(world: ConnectWorld, n: number) {
  const { sessions } = world;
  return {
    content_guid: world.items[sessions.items[n] ?? -1]?.guid,
    user_guid: guidOf(world, sessions.users[n]),
    started: rfc3339(sessions.times[n] ?? 0),
    ended: rfc3339(sessions.ends[n] ?? null),
    data_version: 1,
  };
}

export function hitBody(world: ConnectWorld, n: number, isIdText: boolean) {
  const { hits } = world;
  return {
    id: isIdText ? String(880_000 + n) : 880_000 + n,
    user_guid: guidOf(world, hits.users[n]),
    content_guid: world.items[hits.items[n] ?? -1]?.guid,
    timestamp: rfc3339(hits.times[n] ?? 0),
    data:
      n % 17 === 3
        ? { path: '/', user_agent: hits.monitors[n] === true ? 'ContentHealthMonitor/1.0' : null }
        : {
            path: '/',
            query: null,
            user_agent: hits.monitors[n] === true ? 'ContentHealthMonitor/1.0' : 'Mozilla/5.0',
          },
  };
}

/** The packages that the organisation's repositories use as well, as new as they were at the last deployment; then any others. */
export function packageBodies(world: ConnectWorld, item: ConnectItem) {
  if (item.bundleId === null) return [];
  const language = item.pythonVersion === null ? 'r' : 'python';
  const known = PACKAGES.filter((each) => each.language === language);
  const first = hashOf(world.seed, 'packages', item.id) % known.length;
  const age = (world.now - (item.lastDeployedAt ?? item.createdAt)) / 86_400_000;
  return Array.from({ length: world.packagesPerItem }, (_, at) => {
    const lot = hashOf(world.seed, 'package', item.id, at);
    const shared = at < known.length ? known[(first + at) % known.length] : undefined;
    return {
      language,
      language_version: item.rVersion ?? item.pythonVersion,
      name: shared?.name ?? `${language === 'r' ? 'rpkg' : 'pypkg'}${(at * 7 + (lot % 5)) % 400}-${at}`,
      version: shared ? releaseAt(shared.releases, age) : `1.${Math.floor(unit(lot) * 9)}.0`,
      hash: null,
      bundle_id: item.bundleId,
      app_id: String(item.id),
      app_guid: item.guid,
    };
  });
}

/** Null: anonymous, or the account was deleted. */
function guidOf(world: ConnectWorld, index: number | undefined): string | null {
  const user = index === undefined || index < 0 ? undefined : world.users[index];
  return user === undefined || user.deleted ? null : user.guid;
}

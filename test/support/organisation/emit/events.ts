import type { PlatformEvent, WorkspaceRef } from '../../../../ingestor/src/contract/index.ts';
import type { Pod } from '../cluster.ts';
import { IMAGES } from '../images.ts';
import { CLUSTER } from '../options.ts';
import type { Organisation } from '../organisation.ts';
import type { Person } from '../people.ts';
import { MINUTE_MS } from '../time.ts';

interface Timed {
  readonly at: number;
  readonly event: PlatformEvent;
}

/** What the platform's portal knows over [from, to): visits, monitors, workspaces created and deleted, releases; in batches. */
export function* platformEvents(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
  batch = 2000,
): Generator<{ readonly at: number; readonly events: readonly PlatformEvent[] }> {
  const timed: Timed[] = releases(organisation);
  const seen = new Set<string>();
  for (const pod of organisation.cluster.pods) {
    const person = organisation.everybody[pod.plan.person ?? -1];
    if (pod.plan.kind !== 'interactive' || person === undefined) continue;
    if (!seen.has(pod.plan.key)) timed.push(...visits(pod, person), ...created(pod, person));
    seen.add(pod.plan.key);
    timed.push(...deleted(pod, person));
  }
  // A monitor opens the portal every hour; it is nobody.
  for (let at = organisation.frame.start; at < organisation.frame.horizon; at += 60 * MINUTE_MS)
    timed.push({ at, event: { kind: 'visit', at, path: '/hub/health', userAgent: 'UptimeRobot/2.0' } });
  const wanted = timed.filter(({ at }) => at >= range.from && at < range.to).sort((a, b) => a.at - b.at);
  for (let i = 0; i < wanted.length; i += batch) {
    const part = wanted.slice(i, i + batch);
    yield { at: part.at(-1)?.at ?? range.from, events: part.map(({ event }) => event) };
  }
}

function reference(pod: Pod, person: Person): WorkspaceRef {
  const { namespace, serverName, sessionId } = pod.plan;
  if (serverName !== null) return { cluster: CLUSTER, namespace, user: person.rawUsername, serverName };
  return { cluster: CLUSTER, namespace, ...(sessionId === null ? { podUid: pod.uid } : { sessionId }) };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function visits(pod: Pod, person: Person): readonly Timed[] {
  return pod.plan.visits.map((at) => ({
    at,
    event: {
      kind: 'visit',
      at: iso(at),
      component: 'interactive',
      user: person.rawUsername,
      workspace: reference(pod, person),
      activity: 'ide',
    },
  }));
}

function created(pod: Pod, person: Person): readonly Timed[] {
  const image = IMAGES[pod.plan.containers[0]?.image ?? 'service'];
  const at = pod.plan.createdAt;
  const base = { at: iso(at), user: person.rawUsername, workspace: reference(pod, person) };
  const events: Timed[] = [
    {
      at,
      event: {
        kind: 'workspace_created',
        ...base,
        by: { type: 'user', user: person.rawUsername },
        image: image.reference,
        imageDigest: image.digest,
      },
    },
  ];
  // In an image with two versions, half of the people say which they take.
  if (image.r.length > 1 && person.index % 2 === 0)
    events.push({
      at: at + MINUTE_MS,
      event: { kind: 'runtime_selected', ...base, at: iso(at + MINUTE_MS), runtime: { r: image.r[1] ?? '' } },
    });
  return events;
}

function deleted(pod: Pod, person: Person): readonly Timed[] {
  if ((pod.end !== 'user' && pod.end !== 'rule') || pod.plan.silentEnd || pod.endedAt === Number.POSITIVE_INFINITY)
    return [];
  const at = pod.endedAt - 20_000;
  const by =
    pod.end === 'user'
      ? { type: 'user' as const, user: person.rawUsername }
      : { type: 'rule' as const, rule: pod.plan.rule ?? 'rule' };
  return [
    {
      at,
      event: {
        kind: 'workspace_deleted',
        at: iso(at),
        user: person.rawUsername,
        workspace: reference(pod, person),
        by,
      },
    },
  ];
}

function releases({ frame }: Organisation): Timed[] {
  const at = frame.requestChangeAt;
  const middle = frame.start + (frame.now - frame.start) / 3;
  return [
    {
      at,
      event: {
        kind: 'release',
        at: iso(at),
        release: { name: 'default-request-statistical-programmer', version: '4 cores', environment: 'production' },
      },
    },
    {
      at: middle,
      event: { kind: 'release', at: iso(middle), release: { name: 'r', version: '4.4.1', environment: 'production' } },
    },
  ];
}

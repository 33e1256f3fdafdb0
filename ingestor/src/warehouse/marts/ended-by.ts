import { accountMatches } from '../../platform/condition.ts';
import type { PlatformConfig } from '../../platform/config.ts';
import type { ContainerRow } from './container-row.ts';

export type EndedBy = 'user' | 'rule' | 'eviction' | 'oom' | 'completed' | 'unknown';

/** An event of a platform that says who ended something: a line of facts/end-events.sql. */
export interface EndEvent {
  readonly timestamp: Date;
  readonly kind: string;
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly uid: string | null;
  readonly server_user: string | null;
  readonly server_name: string | null;
  readonly session: string | null;
  readonly actor_type: string | null;
  readonly rule: string | null;
}

/** A request to the Kubernetes API: a line of facts/end-requests.sql. */
export interface EndRequest {
  readonly timestamp: Date;
  readonly cluster: string | null;
  readonly verb: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly uid: string | null;
  readonly actor: string;
  readonly actor_type: string;
  readonly impersonated: string | null;
  readonly impersonated_type: string | null;
}

export interface EndedByOptions {
  readonly platform: PlatformConfig;
  /** Kubernetes accounts that act for somebody: their requests decide nothing. */
  readonly actingFor: (account: string) => boolean;
}

// Reasons of kube_pod_status_reason that mean: the platform took the pod away.
const evictionReasons = new Set([
  'Evicted',
  'NodeAffinity',
  'NodeLost',
  'NodeShutdown',
  'PreemptionByScheduler',
  'Shutdown',
  'TerminationByKubelet',
  'Terminated',
  'UnexpectedAdmissionError',
]);

/**
 * Who or what ended a container, with what decided: terminal phase, eviction, platform event within five minutes, actor of
 * the request. Otherwise `unknown`: never a guess. `events` and `requests` are those that name this container.
 */
export function endedBy(
  row: ContainerRow,
  events: readonly EndEvent[],
  requests: readonly EndRequest[],
  options: EndedByOptions,
): { endedBy: EndedBy; reason: string } {
  if (row.status_reason !== null && evictionReasons.has(row.status_reason))
    return { endedBy: 'eviction', reason: row.status_reason };
  if (row.terminated_reason === 'OOMKilled' && (row.terminal_phase !== null || row.completion_at !== null))
    return { endedBy: 'oom', reason: 'OOMKilled' };
  if (row.terminal_phase === 'Succeeded') return { endedBy: 'completed', reason: 'Succeeded' };
  const evicted = requests.find(({ verb }) => verb === 'evict');
  if (evicted) return { endedBy: 'eviction', reason: 'evict request' };
  const drained = requests.find(
    ({ actor, actor_type }) => actor_type !== 'node' && accountMatches(options.platform.eviction_accounts, actor),
  );
  if (drained) return { endedBy: 'eviction', reason: 'deleted by the cluster' };

  const event = nearest(
    events.filter(({ actor_type }) => actor_type === 'user' || actor_type === 'rule'),
    row.ended_at,
  );
  if (event)
    return event.actor_type === 'user'
      ? { endedBy: 'user', reason: 'platform event' }
      : { endedBy: 'rule', reason: event.rule ?? 'platform event' };

  for (const { actor, actor_type, impersonated, impersonated_type } of requests) {
    // Who is impersonated is who acted.
    const [account, type] = impersonated === null ? [actor, actor_type] : [impersonated, impersonated_type];
    if (type === 'node' || options.actingFor(account)) continue;
    if (accountMatches(options.platform.rule_accounts, account)) return { endedBy: 'rule', reason: account };
    if (type === 'person') return { endedBy: 'user', reason: 'request to Kubernetes' };
  }
  return { endedBy: 'unknown', reason: row.terminal_phase ?? '' };
}

/** The events and requests near the end of a container that name it: by uid, pod, server or session. */
export function concerning<T extends EndEvent | EndRequest>(
  row: ContainerRow,
  all: readonly T[],
  windowMs: number,
): T[] {
  const end = row.ended_at?.getTime();
  if (end === undefined) return [];
  return all.filter((item) => Math.abs(item.timestamp.getTime() - end) <= windowMs && names(row, item));
}

/** Whether an event names this container. The time must be checked by the caller: pod names are re-used. */
export function names(row: ContainerRow, item: EndEvent | EndRequest): boolean {
  if (item.cluster !== null && item.cluster !== '' && item.cluster !== row.cluster) return false;
  if (item.uid) return item.uid === row.uid;
  if (item.pod) return item.pod === row.pod && (!item.namespace || item.namespace === row.namespace);
  if (!('session' in item)) return false;
  if (item.session) return item.session === row.session;
  return (
    item.server_user !== null &&
    item.server_user !== '' &&
    item.server_user === row.user_key &&
    row.server_name !== null &&
    (item.server_name ?? '') === row.server_name
  );
}

function nearest<T extends { readonly timestamp: Date }>(items: readonly T[], to: Date | null): T | undefined {
  const distance = (item: T): number => Math.abs(item.timestamp.getTime() - (to?.getTime() ?? 0));
  return [...items].sort((left, right) => distance(left) - distance(right))[0];
}

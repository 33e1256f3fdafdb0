import type { Pod } from '../cluster.ts';
import type { Organisation } from '../organisation.ts';
import { hashOf, mix, uid } from '../random.ts';

export const HUB_ACCOUNT = 'system:serviceaccount:jupyter:hub';
export const DRAIN_ACCOUNT = 'system:serviceaccount:kube-system:cluster-autoscaler';
const JOB_ACCOUNT = 'system:serviceaccount:kube-system:job-controller';
const TTL_ACCOUNT = 'system:serviceaccount:kube-system:ttl-after-finished-controller';

interface AuditEvent {
  readonly at: number;
  readonly event: Readonly<Record<string, unknown>>;
}

/**
 * The API server's audit events about pods over [from, to), as EventLists of at most `batch` events, in time order: pods
 * created by hub and job controller, deletions by the hub on behalf of users and rules, evictions by drains, and the
 * kubelets that confirm them.
 */
export function* auditEventLists(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
  batch = 400,
): Generator<{ readonly at: number; readonly body: Readonly<Record<string, unknown>>; readonly events: number }> {
  const events = organisation.cluster.pods
    .flatMap((pod) => eventsOf(pod))
    .filter(({ at }) => at >= range.from && at < range.to);
  events.sort((a, b) => a.at - b.at);
  for (let i = 0; i < events.length; i += batch) {
    const items = events.slice(i, i + batch);
    yield {
      at: items.at(-1)?.at ?? range.from,
      events: items.length,
      body: { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: items.map(({ event }) => event) },
    };
  }
}

function eventsOf(pod: Pod): readonly AuditEvent[] {
  const { plan } = pod;
  if (plan.kind === 'other' || plan.kind === 'service') return [];
  const hub = plan.namespace === 'jupyter';
  const events = [make(pod, 0, pod.createdAt, 'create', hub ? HUB_ACCOUNT : JOB_ACCOUNT)];
  if (pod.endedAt === Number.POSITIVE_INFINITY) return events;
  const kubelet = `system:node:${pod.node?.name ?? 'none'}`;
  if (pod.end === 'drain')
    events.push(
      make(pod, 1, pod.endedAt, 'evict', DRAIN_ACCOUNT),
      make(pod, 2, pod.removedAt - 1000, 'delete', kubelet),
    );
  else if (pod.end === 'user' || pod.end === 'rule')
    events.push(
      make(pod, 1, pod.endedAt, 'delete', hub ? HUB_ACCOUNT : JOB_ACCOUNT),
      make(pod, 2, pod.removedAt - 1000, 'delete', kubelet),
    );
  // Completed, killed and evicted pods stay for a while and are swept away: that is no cause of their end.
  else events.push(make(pod, 1, pod.removedAt - 1000, 'delete', TTL_ACCOUNT));
  return events;
}

function make(pod: Pod, index: number, at: number, verb: 'create' | 'delete' | 'evict', username: string): AuditEvent {
  const time = new Date(at + (mix(pod.hash, index) % 900)).toISOString().replace('Z', '123Z');
  const { namespace } = pod.plan;
  return {
    at,
    event: {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: uid(hashOf(pod.hash, 'audit', index)),
      stage: 'ResponseComplete',
      requestURI: `/api/v1/namespaces/${namespace}/pods/${pod.name}${verb === 'evict' ? '/eviction' : ''}`,
      verb: verb === 'evict' ? 'create' : verb,
      user: { username, groups: ['system:authenticated'] },
      sourceIPs: ['10.0.0.1'],
      userAgent: username === HUB_ACCOUNT ? 'OpenAPI-Generator/29.0.0/python' : 'kube-controller-manager/v1.31.4',
      objectRef: {
        resource: 'pods',
        namespace,
        name: pod.name,
        apiVersion: 'v1',
        ...(verb === 'evict' ? { subresource: 'eviction' } : {}),
      },
      responseStatus: { metadata: {}, code: verb === 'create' ? 201 : 200 },
      requestReceivedTimestamp: time,
      stageTimestamp: time,
      annotations: { 'authorization.k8s.io/decision': 'allow' },
    },
  };
}

import { describeContainer } from '../../platform/describe-container.ts';
import type { PlatformRules } from '../../platform/presets.ts';
import { earliest, latest, type ContainerRow } from './container-row.ts';
import type { ContainerFacts, PodFacts } from './pod-facts.ts';

/**
 * What was known of a container instance together with what a window says. Earliest and latest times win, values come from
 * the later window: the order in which windows are read is no matter.
 */
export function mergeContainer(
  old: ContainerRow | undefined,
  pod: PodFacts,
  name: string,
  rules: PlatformRules,
  attributes: Readonly<Record<string, string>>,
  personOf: (key: string | null) => string | null = (key) => key,
): ContainerRow {
  const facts = pod.containers.get(name);
  const firstSeen = earliest(old?.first_seen_at, pod.firstSeenAt) ?? new Date(0);
  const lastSeen = latest(old?.last_seen_at, pod.lastSeenAt, old === undefined ? pod.firstSeenAt : null) ?? firstSeen;
  const createdAt = pod.createdAt ?? old?.created_at ?? earliest(pod.startedAt, firstSeen) ?? firstSeen;
  const node = pod.node ?? old?.node ?? null;
  const newer = old === undefined || (pod.lastSeenAt !== null && pod.lastSeenAt >= old.last_seen_at);
  const latestOf = <T>(fresh: T | null | undefined, known: T | null | undefined): T | null =>
    newer ? (fresh ?? known ?? null) : (known ?? fresh ?? null);
  const image = facts?.image
    ? latestImage(old, facts, newer)
    : { image: old?.image ?? null, digest: old?.image_digest ?? '' };
  const ownerKind = pod.ownerKind ?? old?.owner_kind ?? null;
  const ownerName = pod.ownerName ?? old?.owner_name ?? null;
  const described = describeContainer(rules, {
    cluster: pod.cluster,
    namespace: pod.namespace,
    container: name,
    image: image.image ?? '',
    owner_kind: ownerKind ?? '',
    owner_name: ownerName ?? '',
    ...attributes,
  });
  return {
    timestamp: old?.timestamp ?? createdAt,
    container_id: `${pod.cluster}/${pod.uid}/${name}`,
    cluster: pod.cluster,
    namespace: pod.namespace,
    pod: pod.pod,
    uid: pod.uid,
    container: name,
    node,
    created_at: createdAt,
    // Without the time of scheduling the kubelet's acknowledgement stands for it; a pod on no node is not scheduled.
    scheduled_at:
      earliest(pod.scheduledAt, pod.scheduledAt === null ? earliest(pod.startedAt, old?.scheduled_at) : null) ??
      old?.scheduled_at ??
      (node === null ? null : createdAt),
    started_at: earliest(old?.started_at, ...(facts?.starts ?? []), facts?.starts.length ? null : pod.startedAt),
    ended_at: old?.ended_at ?? null,
    ended_by: old?.ended_by ?? null,
    ended_reason: old?.ended_reason ?? null,
    first_seen_at: firstSeen,
    last_seen_at: lastSeen,
    stale_at: latest(old?.stale_at, pod.staleAt),
    completion_at: earliest(old?.completion_at, pod.completionAt),
    terminal_at: earliest(old?.terminal_at, pod.terminalAt),
    terminal_phase: pod.terminalPhase ?? old?.terminal_phase ?? null,
    status_reason: latestOf(pod.statusReason, old?.status_reason),
    terminated_reason: latestOf(facts?.terminatedReason?.reason, old?.terminated_reason),
    oom_killed_at: latest(old?.oom_killed_at, facts?.oomKilledAt),
    image: image.image,
    image_digest: image.digest,
    cpu_request_cores: latestOf(facts?.cpuRequest, old?.cpu_request_cores) ?? 0,
    memory_request_bytes: latestOf(facts?.memoryRequest, old?.memory_request_bytes) ?? 0,
    cpu_limit_cores: latestOf(facts?.cpuLimit, old?.cpu_limit_cores),
    memory_limit_bytes: latestOf(facts?.memoryLimit, old?.memory_limit_bytes),
    gpu_request: latestOf(facts?.gpuRequest, old?.gpu_request) ?? 0,
    user_key: personOf(described.userKey),
    platform: described.platform,
    kind: described.kind,
    component: described.component,
    owner_kind: ownerKind,
    owner_name: ownerName,
    server_name: described.serverName,
    session: described.session,
    workspace_key: described.workspaceKey,
    workspace_id: old?.workspace_id ?? null,
    first_visit_at: old?.first_visit_at ?? null,
    last_visit_at: old?.last_visit_at ?? null,
    visits: old?.visits ?? 0,
    visit_basis: old?.visit_basis ?? 'unknown',
  };
}

/** A tag without a digest never replaces a digest. */
function latestImage(
  old: ContainerRow | undefined,
  facts: ContainerFacts,
  newer: boolean,
): { image: string | null; digest: string } {
  if (old?.image && ((old.image_digest && !facts.imageDigest) || (!newer && old.image_digest)))
    return { image: old.image, digest: old.image_digest || '' };
  return { image: facts.image, digest: facts.imageDigest };
}

/**
 * When a container ended, as far as is known: completion, terminal phase, stale marker, or missing for more than five
 * minutes while the cluster itself still reports. A silent cluster proves nothing. Null = alive.
 */
export function endOf(row: ContainerRow, clusterSeenAt: Date | null, goneAfterMs = 300_000): Date | null {
  const terminal = earliest(row.completion_at, row.terminal_at);
  if (terminal !== null) return terminal;
  if (clusterSeenAt === null || clusterSeenAt <= row.last_seen_at) return null;
  if (row.stale_at !== null && row.stale_at > row.last_seen_at && clusterSeenAt > row.stale_at) return row.last_seen_at;
  return clusterSeenAt.getTime() - row.last_seen_at.getTime() > goneAfterMs ? row.last_seen_at : null;
}

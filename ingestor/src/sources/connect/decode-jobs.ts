import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { flag, number, record, text, time, type Json } from './json.ts';
import type { ConnectPeople } from './people.ts';

export type JobOutcome = 'ok' | 'failed' | 'killed' | 'running' | 'lost' | 'skipped';

const skipped = 3;
const active = 0;
/** 128 + SIGKILL or SIGTERM. */
const killedCodes = new Set([137, 143]);

/** By the first rule that holds; a job without an end that is not active is lost. */
export function jobOutcome(status: number | null, exitCode: number | null, hasEnded: boolean): JobOutcome {
  if (status === skipped) return 'skipped';
  if (exitCode === 0) return 'ok';
  if (exitCode !== null) return killedCodes.has(exitCode) ? 'killed' : 'failed';
  if (hasEnded) return 'failed';
  return status === active ? 'running' : 'lost';
}

/**
 * Row of `connect_jobs` without its hash, in both shapes: with texts and RFC 3339, or (before `/v1/…/jobs`) numbers, Unix seconds and
 * `finalized`. Null without a key or any time.
 */
export function jobRow(server: string, guid: string, job: Json, pseudonymiser: Pseudonymiser): Row | null {
  const key = text(job['key']);
  const queued = time(job['queued_time']);
  const started = time(job['start_time']);
  const at = queued ?? started;
  if (key === null || at === null) return null;
  const ended = time(job['end_time']);
  const status = number(job['status']) ?? ('finalized' in job ? (flag(job['finalized']) ? 2 : active) : null);
  const outcome = jobOutcome(status, number(job['exit_code']), ended !== null);
  const heard = time(job['last_heartbeat_time']);
  // Heartbeats older than the start have been seen.
  const lastHeard = outcome === 'lost' ? new Date(Math.max(heard?.getTime() ?? 0, (started ?? at).getTime())) : null;
  return {
    timestamp: at,
    server,
    content_guid: guid,
    job_key: key,
    tag: text(job['tag']) ?? 'unknown',
    outcome,
    queued_at: queued,
    started_at: started,
    ended_at: ended ?? lastHeard,
    exit_code: number(job['exit_code']),
    queue_name: text(job['queue_name']),
    variant_key: text(job['variant_key']) ?? variantOf(job),
    bundle_id: text(job['bundle_id']),
    hostname: text(job['hostname']),
    cluster: text(job['cluster']),
    image: text(job['image']),
    pod_owner: podOwner(text(job['remote_id']), pseudonymiser),
  };
}

/** Row of `connect_bundles` without its hash. */
export function bundleRow(server: string, guid: string, bundle: Json, people: ConnectPeople): Row | null {
  const id = text(bundle['id']);
  const at = time(bundle['created_time']);
  if (id === null || at === null) return null;
  const metadata = record(bundle['metadata']);
  return {
    timestamp: at,
    server,
    content_guid: guid,
    bundle_id: id,
    created_by: people.byName(text(bundle['created_by'])),
    size_bytes: number(bundle['size']),
    is_active: flag(bundle['active']),
    r_version: text(bundle['r_version']),
    python_version: text(bundle['py_version']),
    quarto_version: text(bundle['quarto_version']),
    image: text(bundle['image_name']),
    source_repository: people.clean(text(metadata?.['source_repo'])),
    source_commit: text(metadata?.['source_commit']),
    is_deleted: false,
  };
}

function variantOf(job: Json): string | null {
  const id = text(job['variant_id']);
  return id === '0' ? null : id;
}

/** base64 of `Kubernetes:<job name>`, off-host execution only. */
function podOwner(remoteId: string | null, pseudonymiser: Pseudonymiser): string | null {
  if (remoteId === null) return null;
  const [runner, name] = Buffer.from(remoteId, 'base64').toString('utf8').split(':', 2);
  return runner === 'Kubernetes' && name ? pseudonymiser.label('kube_pod_owner', 'owner_name', name) : null;
}

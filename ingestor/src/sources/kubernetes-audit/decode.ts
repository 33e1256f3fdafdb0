import { SceError } from '../../errors.ts';

/** What is kept of an audit event, with names as they are. */
export interface AuditFacts {
  readonly auditId: string;
  readonly stage: 'ResponseComplete';
  readonly at: Date;
  readonly verb: 'create' | 'patch' | 'delete' | 'deletecollection' | 'evict';
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly uid: string | null;
  readonly user: string;
  readonly impersonated: string | null;
  readonly userAgent: string | null;
  readonly responseCode: number;
  readonly annotations: Readonly<Record<string, unknown>>;
}

export interface DecodedAudit {
  readonly kept: readonly AuditFacts[];
  /** Well-formed, but about something else. */
  readonly ignored: number;
  /** Not an audit event, or without id, time or user. */
  readonly invalid: number;
}

const EARLIEST_MS = 946_684_800_000;
const CLOCK_TOLERANCE_MS = 86_400_000;

/** Picks what answers "who created or ended which pod". Throws `BAD_REQUEST` when `body` is not an `audit.k8s.io/v1` EventList. */
export function decodeAudit(body: unknown, now: Date): DecodedAudit {
  const list = record(body);
  if (list?.['kind'] !== 'EventList' || list['apiVersion'] !== 'audit.k8s.io/v1' || !Array.isArray(list['items']))
    throw new SceError(
      'BAD_REQUEST',
      'the body must be an EventList of audit.k8s.io/v1, as the audit webhook backend of the API server sends it',
    );
  const kept: AuditFacts[] = [];
  let ignored = 0;
  let invalid = 0;
  for (const item of list['items'] as unknown[]) {
    const facts = decodeItem(item, now);
    if (facts === 'ignored') ignored += 1;
    else if (facts === 'invalid') invalid += 1;
    else kept.push(facts);
  }
  return { kept, ignored, invalid };
}

function decodeItem(item: unknown, now: Date): AuditFacts | 'ignored' | 'invalid' {
  const event = record(item);
  if (!event) return 'invalid';
  const object = record(event['objectRef']);
  if (event['stage'] !== 'ResponseComplete' || object?.['resource'] !== 'pods' || text(object['apiGroup']))
    return 'ignored';
  const verb = verbOf(text(event['verb']), text(object['subresource']));
  const responseCode = Number(record(event['responseStatus'])?.['code']);
  if (verb === null || !(responseCode >= 200 && responseCode < 300)) return 'ignored';
  const auditId = text(event['auditID']);
  const user = text(record(event['user'])?.['username']);
  const at = timeOf(event['requestReceivedTimestamp']) ?? timeOf(event['stageTimestamp']);
  if (!auditId || !user || !at || at.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) return 'invalid';
  return {
    auditId,
    stage: 'ResponseComplete',
    at,
    verb,
    namespace: text(object['namespace']),
    pod: text(object['name']),
    uid: text(object['uid']),
    user,
    impersonated: text(record(event['impersonatedUser'])?.['username']),
    userAgent: text(event['userAgent']),
    responseCode,
    annotations: record(event['annotations']) ?? {},
  };
}

/** Sub-resources other than evictions (status, binding, exec, log …) neither create nor end a pod. */
function verbOf(verb: string | null, subresource: string | null): AuditFacts['verb'] | null {
  if (subresource === 'eviction') return verb === 'create' ? 'evict' : null;
  if (subresource !== null) return null;
  switch (verb) {
    case 'create':
    case 'patch':
    case 'delete':
    case 'deletecollection':
      return verb;
    default:
      return null;
  }
}

function timeOf(value: unknown): Date | null {
  // Go sends microseconds: "2026-10-01T07:12:03.123456Z"; the offset is required.
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return null;
  const ms = Date.parse(value);
  return ms >= EARLIEST_MS ? new Date(ms) : null;
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

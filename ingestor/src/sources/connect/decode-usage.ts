import { hashKey } from '../../warehouse/hash-key.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { record, text, time, type Json } from './json.ts';
import type { ConnectPeople } from './people.ts';

/** What a log's rows need besides themselves. */
export interface UsageContext {
  readonly server: string;
  readonly people: ConnectPeople;
  /** A user agent of a robot. */
  readonly isMonitorAgent: (agent: string | null) => boolean;
}

/**
 * Numbers equal events of one second in the order of the log: they have no id, and two views of one page in one second are
 * two. Events come in order of time, and a reading starts at the beginning of a second, so the numbers are always the same.
 */
export class Ordinals {
  #second = '';
  readonly #seen = new Map<string, number>();

  of(at: string, identity: string): number {
    if (at !== this.#second) {
      this.#second = at;
      this.#seen.clear();
    }
    const number = this.#seen.get(identity) ?? 0;
    this.#seen.set(identity, number + 1);
    return number;
  }
}

/** Row of `connect_visits`; null for an event without content or time. */
export function visitRow(
  visit: Json,
  ordinals: Ordinals,
  { server, people, isMonitorAgent }: UsageContext,
): Row | null {
  const at = time(visit['time']);
  const guid = text(visit['content_guid']);
  if (at === null || guid === null) return null;
  const user = text(visit['user_guid']);
  const identity = [guid, text(visit['path']) ?? '', text(visit['variant_key']) ?? ''];
  return {
    timestamp: at,
    server,
    content_guid: guid,
    event_key: hashKey(...identity, String(ordinals.of(at.toISOString(), identity.join(' ')))),
    person: people.byGuid(user),
    is_monitor: people.isMonitor(user) || isMonitorAgent(text(visit['user_agent'])),
    variant_key: text(visit['variant_key']),
  };
}

/** Row of `connect_sessions`. */
export function sessionRow(session: Json, ordinals: Ordinals, { server, people }: UsageContext): Row | null {
  const at = time(session['started']);
  const guid = text(session['content_guid']);
  if (at === null || guid === null) return null;
  const user = text(session['user_guid']);
  return {
    timestamp: at,
    server,
    content_guid: guid,
    event_key: hashKey(guid, String(ordinals.of(at.toISOString(), guid))),
    person: people.byGuid(user),
    is_monitor: people.isMonitor(user),
    ended_at: time(session['ended']),
  };
}

/** Row of `connect_hits`. */
export function hitRow(hit: Json, { server, people, isMonitorAgent }: UsageContext): Row | null {
  const at = time(hit['timestamp']);
  const guid = text(hit['content_guid']);
  const id = text(hit['id']);
  if (at === null || guid === null || id === null) return null;
  const user = text(hit['user_guid']);
  return {
    timestamp: at,
    server,
    content_guid: guid,
    event_key: hashKey(id),
    person: people.byGuid(user),
    is_monitor: people.isMonitor(user) || isMonitorAgent(text(record(hit['data'])?.['user_agent'])),
  };
}

/** Row of `connect_audit`. */
export function auditRow(event: Json, { server, people }: UsageContext): Row | null {
  const at = time(event['time']);
  const id = text(event['id']);
  if (at === null || id === null) return null;
  return {
    timestamp: at,
    server,
    audit_id: id,
    actor: people.byGuid(text(event['user_guid'])),
    action: text(event['action']),
  };
}

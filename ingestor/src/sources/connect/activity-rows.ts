import { hashKey } from '../../warehouse/hash-key.ts';
import { PLATFORM_EVENTS } from '../../warehouse/platform-events.ts';
import type { Row } from '../../warehouse/warehouse.ts';

export { PLATFORM_EVENTS };

const bucketMs = 300_000;
/** Older activity is not kept by person anyway (privacy.person_months). */
const keptDays = 400;

/**
 * Visits of `platform_events`, from which activity of people is computed: one per person and bucket of five minutes, as the other
 * sources tell them. Anonymous viewers and robots are nobody.
 */
export function activityRows(
  server: string,
  events: readonly Row[],
  activity: 'page' | 'other',
  person: (row: Row) => unknown,
  receivedAt: Date,
): Row[] {
  const rows = new Map<bigint, Row>();
  for (const event of events) {
    const who = person(event);
    const at = event['timestamp'];
    if (typeof who !== 'string' || !(at instanceof Date) || event['is_monitor'] === true) continue;
    if (receivedAt.getTime() - at.getTime() > keptDays * 86_400_000) continue;
    const timestamp = new Date(Math.floor(at.getTime() / bucketMs) * bucketMs);
    const key = hashKey('connect', server, who, timestamp.toISOString());
    rows.set(key, {
      timestamp,
      event_key: key,
      source: 'connect',
      server,
      kind: 'visit',
      component: 'connect',
      person: who,
      is_bot: false,
      activity,
      received_at: receivedAt,
    });
  }
  return [...rows.values()];
}

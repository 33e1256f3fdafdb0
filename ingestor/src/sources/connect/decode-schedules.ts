import type { Row } from '../../warehouse/warehouse.ts';
import { flag, record, records, text, time, type Json } from './json.ts';

export type MailedTo = 'nobody' | 'owner' | 'others' | 'unknown';

/** Columns that change with every run: they alone are no reason for another row. */
export const volatileScheduleColumns = ['next_run_at'] as const;

/** Schedules inside a content item (newer servers); null when the server does not tell them there. */
export function includedSchedules(
  server: string,
  guid: string,
  item: Json,
  mailedTo: (variantKey: string | null) => MailedTo,
): Row[] | null {
  if (!Array.isArray(item['schedules'])) return null;
  return records(item['schedules']).map((each, index) => {
    const schedule = record(each['schedule']);
    const variant = record(each['variant']);
    const variantKey = text(variant?.['key']);
    return {
      server,
      content_guid: guid,
      schedule_key: `${variantKey ?? ''}/${index}`,
      variant_key: variantKey,
      type: text(each['type']) ?? 'rrule',
      definition: JSON.stringify(schedule?.['rrules'] ?? []),
      time_zone: text(each['timezone']),
      is_active: true,
      mailed_to: flag(each['email']) ? mailedTo(variantKey) : 'nobody',
      starts_at: time(each['start_time']) ?? time(schedule?.['dtstart']),
      next_run_at: time(each['next_run']),
      is_deleted: false,
    };
  });
}

/** The key of the last scheduled run, newer servers only: when it moves, there is a new job. */
export function lastRunOf(item: Json): string {
  return records(item['schedules'])
    .map((each) => text(record(each['last_run'])?.['job_key']) ?? '')
    .join(' ');
}

/** Schedules of one variant (`/variants/{id}/schedules`, every server). `schedule` is JSON in a text. */
export function variantSchedules(server: string, guid: string, variant: Json, schedules: readonly Json[]): Row[] {
  return schedules.flatMap((each) => {
    const id = text(each['id']);
    if (id === null) return [];
    return [
      {
        server,
        content_guid: guid,
        schedule_key: id,
        variant_key: text(variant['key']),
        type: text(each['type']) ?? 'unknown',
        definition: text(each['schedule']),
        time_zone: text(each['timezone']),
        is_active: flag(each['activate']),
        mailed_to: flag(each['email']) ? mailedBy(variant) : 'nobody',
        starts_at: time(each['start_time']),
        next_run_at: time(each['next_run']),
        is_deleted: false,
      } satisfies Row,
    ];
  });
}

/** Whom a variant mails its output to, besides its owner. */
export function mailedBy(variant: Json): MailedTo {
  return ['email_all', 'email_viewers', 'email_collaborators'].some((name) => flag(variant[name])) ? 'others' : 'owner';
}

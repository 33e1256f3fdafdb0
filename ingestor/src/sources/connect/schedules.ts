import type { Row } from '../../warehouse/warehouse.ts';
import { includedSchedules, mailedBy, variantSchedules, type MailedTo } from './decode-schedules.ts';
import { flag, records, text, type Json } from './json.ts';
import { wholeArray } from './paging.ts';
import type { ConnectRun } from './run.ts';

/** What is rendered can be rendered on a schedule; applications and interfaces cannot. */
const rendered = new Set(['rmd-static', 'quarto-static', 'jupyter-static']);

/** Whether an item has to be asked for schedules: never when the content list tells them itself and there are none. */
export function mayHaveSchedules(item: Json): boolean {
  if (Array.isArray(item['schedules'])) return false;
  return rendered.has(text(item['app_mode']) ?? '') && text(item['bundle_id']) !== null;
}

/**
 * Schedules of one item. Newer servers tell them in the content list, but not whom they are mailed to: the item's variants say that,
 * and are asked for only where something is mailed. Null: not known.
 */
export async function readSchedules(run: ConnectRun, guid: string, item: Json): Promise<Row[] | null> {
  const isIncluded = Array.isArray(item['schedules']);
  const isMailed = isIncluded && records(item['schedules']).some((each) => flag(each['email']));
  const variants =
    (!isIncluded || isMailed) && run.has('variants')
      ? await wholeArray(run.client, `applications/${encodeURIComponent(guid)}/variants`)
      : 'item';
  if (variants === 'endpoint') run.note('variants', false);
  if (isIncluded) {
    const byVariant = new Map<string | null, MailedTo>(
      typeof variants === 'string' ? [] : variants.map((variant) => [text(variant['key']), mailedBy(variant)]),
    );
    return includedSchedules(run.name, guid, item, (key) => byVariant.get(key) ?? 'unknown');
  }
  if (typeof variants === 'string') return null;
  const rows: Row[] = [];
  for (const variant of variants) {
    const id = text(variant['id']);
    if (id === null) continue;
    const schedules = await wholeArray(run.client, `variants/${encodeURIComponent(id)}/schedules`);
    if (typeof schedules === 'string') continue;
    rows.push(...variantSchedules(run.name, guid, variant, schedules));
  }
  return rows;
}

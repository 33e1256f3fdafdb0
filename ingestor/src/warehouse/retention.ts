import { Cron } from 'croner';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { identifier } from './sql.ts';
import type { WarehouseReader } from './warehouse.ts';

const dayMs = 86_400_000;

export interface RetentionOptions {
  readonly reader: WarehouseReader;
  /** Days to keep, by table; a table not named is never touched (`warehouse.retention_days`). */
  readonly retentionDays: Readonly<Record<string, number>>;
  /**
   * Up to when the rows of a table are rolled up: nothing at or after it is dropped. Null = the table has no roll-up and
   * goes by age alone. A roll-up that has not run yet gives the epoch.
   */
  readonly watermark?: (table: string) => Promise<Date | null>;
  readonly log: Logger;
  /** Called for every table with what was dropped (metrics). */
  readonly onDropped?: (table: string, partitions: number, rows: number) => void;
  readonly now?: () => Date;
}

interface Partition {
  readonly name: string;
  readonly maxTimestamp: Date | null;
  readonly numRows: number;
}

/** Drops every partition whose newest row is older than the table's retention and behind its watermark. Returns their number. */
export async function applyRetention(options: RetentionOptions): Promise<number> {
  let dropped = 0;
  for (const [table, days] of Object.entries(options.retentionDays)) {
    try {
      dropped += await dropOldPartitions(table, days, options);
    } catch (error) {
      // One table must not keep the others from their retention.
      options.log.error({ table, err: error }, `retention of ${table} failed: ${messageOf(error)}`);
    }
  }
  return dropped;
}

/** Applies retention every hour, at a minute of its own so that several ingestors do not meet. Returns a stop function. */
export function startRetention(options: RetentionOptions): () => void {
  const minute = Math.floor(Math.random() * 60);
  const job = new Cron(`${minute} * * * *`, { protect: true, unref: true, timezone: 'UTC' }, async () => {
    await applyRetention(options);
  });
  return () => job.stop();
}

async function dropOldPartitions(table: string, days: number, options: RetentionOptions): Promise<number> {
  if (!(await exists(table, options.reader))) {
    options.log.warn({ table }, `warehouse.retention_days names ${table}, which is no table`);
    return 0;
  }
  const limit = await oldestToKeep(table, days, options);
  // SHOW takes no bound parameter.
  const partitions = await options.reader.rows<Partition>(`show partitions from ${identifier(table)}`);
  const old = partitions.filter(({ maxTimestamp }) => maxTimestamp !== null && maxTimestamp < limit);
  if (old.length === 0) return 0;
  const names = old.map(({ name }) => `'${name}'`).join(', ');
  await options.reader.execute(`alter table ${identifier(table)} drop partition list ${names}`);
  const rows = old.reduce((sum, { numRows }) => sum + numRows, 0);
  options.log.info({ table, partitions: old.map(({ name }) => name), rows }, 'dropped partitions past their retention');
  options.onDropped?.(table, old.length, rows);
  return old.length;
}

async function oldestToKeep(table: string, days: number, options: RetentionOptions): Promise<Date> {
  const byAge = new Date((options.now?.() ?? new Date()).getTime() - days * dayMs);
  const watermark = (await options.watermark?.(table)) ?? null;
  return watermark !== null && watermark < byAge ? watermark : byAge;
}

async function exists(table: string, reader: WarehouseReader): Promise<boolean> {
  return (await reader.rows('select table_name from tables() where table_name = $1', [table])).length > 0;
}

import type { Row, WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';

const latestSql = readSql(import.meta.url, 'latest-metadata.sql');
const types = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'] as const;
const MAX_METRICS = 100_000;
const MAX_TEXT = 2_000;

/** What is known about metrics, so that unchanged metadata, which senders repeat every minute, write nothing. */
export class MetadataCache {
  readonly #known = new Map<string, string>();

  /** The row to write, or null when nothing has changed or nothing is said. */
  changed(metric: string, type: number, help: string, unit: string, now = new Date()): Row | null {
    if (metric === '' || (type === 0 && help === '' && unit === '')) return null;
    const row = {
      metric,
      type: types[type] ?? 'unknown',
      help: help.slice(0, MAX_TEXT),
      unit: unit.slice(0, MAX_TEXT),
    };
    const key = JSON.stringify([row.type, row.help, row.unit]);
    if (this.#known.get(metric) === key) return null;
    if (this.#known.size >= MAX_METRICS) this.#known.clear();
    this.#known.set(metric, key);
    return { timestamp: now, ...row };
  }

  /** The row was not stored. */
  forget(metric: string): void {
    this.#known.delete(metric);
  }

  /** Reads what earlier runs and other ingestors have stored. */
  async load(reader: WarehouseReader): Promise<void> {
    const rows = await reader.rows<{ metric: string; type: string; help: string | null; unit: string | null }>(
      latestSql,
    );
    for (const { metric, type, help, unit } of rows)
      this.#known.set(metric, JSON.stringify([type, help ?? '', unit ?? '']));
  }
}

import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { LruCache } from './lru.ts';

const sql = readSql(import.meta.url, 'data-version.sql');

/** Text that changes with the data that sizing reads. */
export async function dataVersion(reader: WarehouseReader): Promise<string> {
  return JSON.stringify((await reader.query(sql)).rows[0]);
}

/** One bounded cache per warehouse: an ingestor has one, tests have several. */
export function cachePerReader<T>(size: number): (reader: WarehouseReader) => LruCache<T> {
  const caches = new WeakMap<WarehouseReader, LruCache<T>>();
  return (reader) => {
    const known = caches.get(reader) ?? new LruCache<T>(size);
    caches.set(reader, known);
    return known;
  };
}

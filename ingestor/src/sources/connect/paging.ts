import { SceError } from '../../errors.ts';
import type { ConnectClient, Query } from './client.ts';
import { record, records, text, type Json } from './json.ts';

const mostPages = 200_000;
/** Listings that change while they are read are read again this often. */
const listings = 3;
const pageSize = 500;

export interface Listing {
  readonly items: readonly Json[];
  /** False: it changed while being read, every time. What is missing may only have been passed over. */
  readonly isStable: boolean;
}

/** A bare array in one answer; null: this server has no such endpoint, or the item is gone (`missing`). */
export async function wholeArray(
  client: ConnectClient,
  path: string,
  query: Query = {},
): Promise<Json[] | 'item' | 'endpoint'> {
  const answer = await client.get(path, query);
  return answer.missing ?? list(answer.json, path);
}

/** A bare array that newer servers cut into pages without a total: a page that is not full is the last. */
export async function pagedArray(
  client: ConnectClient,
  path: string,
  size = pageSize,
): Promise<Json[] | 'item' | 'endpoint'> {
  const items = new Map<string, Json>();
  for (let page = 1; page <= mostPages; page++) {
    const rows = await wholeArray(client, path, { page_number: page, page_size: size });
    if (typeof rows === 'string') return rows;
    const before = items.size;
    for (const row of rows) items.set(text(row['id']) ?? JSON.stringify(row), row);
    // A server that ignores paging gives the same array again, longer than asked for or not.
    if (rows.length !== size || items.size === before) return [...items.values()];
  }
  throw tooManyPages(path);
}

/**
 * Pages with `results` and `total`. Somebody who is removed while it is read moves all that follow up by one, and one of them
 * falls between two pages: a listing whose totals differ, or that has fewer than its total, is read again.
 */
export async function offsetListing(client: ConnectClient, path: string, key: string): Promise<Listing | 'endpoint'> {
  let items = new Map<string, Json>();
  for (let attempt = 0; attempt < listings; attempt++) {
    items = new Map();
    const totals = new Set<number>();
    for (let page = 1; ; page++) {
      const answer = await client.get(path, { page_number: page, page_size: pageSize });
      if (answer.missing !== null) return 'endpoint';
      const body = record(answer.json);
      const rows = list(body?.['results'], path);
      const total = Number(body?.['total'] ?? 0);
      totals.add(total);
      for (const row of rows) items.set(text(row[key]) ?? JSON.stringify(row), row);
      if (rows.length === 0 || page * pageSize >= total || page > mostPages) break;
    }
    if (totals.size === 1 && totals.has(items.size)) return { items: [...items.values()], isStable: true };
  }
  return { items: [...items.values()], isStable: false };
}

export interface KeysetPage {
  readonly rows: readonly Json[];
  /** Asks for the page after this one; null on the last (the key is null, or not there at all). */
  readonly next: string | null;
}

/**
 * Pages of an event log from a cursor on, null: from the first. The filters go with every page. The address that the server
 * offers for the next page is not followed: behind a proxy it may be one that only the server knows.
 */
export async function* keysetPages(
  client: ConnectClient,
  path: string,
  filters: Query,
  cursor: string | null = null,
): AsyncGenerator<KeysetPage> {
  let next = cursor;
  for (let page = 0; page < mostPages; page++) {
    const body = record(await client.must(path, { ...filters, limit: pageSize, ...(next === null ? {} : { next }) }));
    const rows = list(body?.['results'], path);
    const following = text(record(record(body?.['paging'])?.['cursors'])?.['next']);
    yield { rows, next: following };
    if (following === null) return;
    if (following === next)
      throw new SceError('SOURCE_FAILED', `Connect: ${path} names the page it has just given as the next one`);
    next = following;
  }
  throw tooManyPages(path);
}

function list(value: unknown, path: string): Json[] {
  if (Array.isArray(value)) return records(value);
  throw new SceError('SOURCE_FAILED', `Connect: ${path} did not answer with a list; is this a Connect server?`);
}

function tooManyPages(path: string): SceError {
  return new SceError('SOURCE_FAILED', `Connect: ${path} has more than ${mostPages} pages`);
}

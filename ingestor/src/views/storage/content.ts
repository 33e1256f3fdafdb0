import { readSql } from '../../warehouse/sql.ts';
import type { PeopleHistory } from '../shared/people.ts';
import type { ViewContext } from '../view.ts';
import { stateOf, type Claim } from './claims.ts';

const sql = readSql(import.meta.url, 'content.sql');

interface ItemRow {
  readonly server: string;
  readonly content_guid: string;
  readonly owner: string | null;
  readonly created_at: Date;
  readonly used_bytes: number | null;
  readonly used_before_bytes: number | null;
}

export interface HeldContent {
  /** Items in the shape of claims: `cluster` is the server. */
  readonly claims: readonly Claim[];
  /** Items that are older than the range, whose bytes are known within it only: they count as not grown. */
  readonly withoutBefore: number;
}

/** What the bundles of Connect's content hold at the end of the range. */
export async function loadHeldContent(
  { reader, range, now }: ViewContext,
  people: PeopleHistory,
  server: string,
): Promise<HeldContent> {
  const until = range.to < now ? range.to : now;
  const rows = await reader.rows<ItemRow>(sql, [range.from, until, server]);
  const isOlder = (row: ItemRow): boolean => row.used_before_bytes === null && row.created_at < range.from;
  return {
    claims: rows.map((row) => {
      const owner = people.keyOf(row.owner);
      return {
        cluster: row.server,
        namespace: null,
        claim: row.content_guid,
        used_bytes: row.used_bytes,
        capacity_bytes: null,
        used_before_bytes: isOlder(row) ? row.used_bytes : row.used_before_bytes,
        first_day: row.created_at,
        last_day: until,
        owner,
        state: stateOf(owner, until, people),
      };
    }),
    withoutBefore: rows.filter(isOlder).length,
  };
}

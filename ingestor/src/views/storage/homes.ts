import { readSql } from '../../warehouse/sql.ts';
import type { PeopleHistory } from '../shared/people.ts';
import type { ViewContext } from '../view.ts';
import { stateOf, type Claim, type OwnerState } from './claims.ts';

const sql = readSql(import.meta.url, 'homes.sql');
const dayMs = 86_400_000;
/** A store of which no report came for longer than so many days before the end of the range. */
const lateDays = 7;

interface DriveRow {
  readonly store: string;
  readonly drive: string;
  readonly reported_on: Date;
  readonly owner: string | null;
  readonly account_state: 'known' | 'gone' | 'shared' | null;
  readonly used_bytes: number | null;
  readonly soft_limit_bytes: number | null;
  readonly hard_limit_bytes: number | null;
  readonly is_partial: boolean;
  readonly used_before_bytes: number | null;
  /** There is a report of the store from before the range. */
  readonly was_reported: boolean;
}

export interface HeldHomes {
  /** Drives in the shape of claims: `cluster` is the store. */
  readonly claims: readonly Claim[];
  readonly notices: readonly string[];
}

/** What home and project drives hold, by the newest report of each store. */
export async function loadHomes(
  { reader, range, now }: ViewContext,
  people: PeopleHistory,
  store: string,
): Promise<HeldHomes> {
  const until = range.to < now ? range.to : now;
  const rows = await reader.rows<DriveRow>(sql, [range.from, until, store]);
  const partial = rows.filter((row) => row.is_partial).length;
  const late = new Set(
    rows
      .filter((row) => until.getTime() - row.reported_on.getTime() > (lateDays + 1) * dayMs)
      .map((row) => `${row.store} (${row.reported_on.toISOString().slice(0, 10)})`),
  );
  const fresh = new Set(rows.filter((row) => !row.was_reported).map((row) => row.store));
  return {
    claims: rows.map((row) => {
      const owner = people.keyOf(row.owner);
      return {
        cluster: row.store,
        namespace: null,
        claim: row.drive,
        used_bytes: row.used_bytes,
        capacity_bytes: row.soft_limit_bytes ?? row.hard_limit_bytes,
        // Without a report from before the range nobody knows what a drive held then: it counts as not grown.
        used_before_bytes: row.was_reported ? row.used_before_bytes : row.used_bytes,
        first_day: row.reported_on,
        last_day: until,
        owner,
        state: ownerState(row, owner, until, people),
      };
    }),
    notices: [
      ...(partial > 0 ? [`${partial} drives could not be read whole: what they hold is a lower bound`] : []),
      ...(late.size > 0 ? [`the last report is older than ${lateDays} days: ${[...late].join(', ')}`] : []),
      ...(fresh.size > 0
        ? [`there is no report from before the range, growth is not known: ${[...fresh].join(', ')}`]
        : []),
    ],
  };
}

/** The account was removed: its home is a leaver's, whoever that was. */
function ownerState(row: DriveRow, owner: string | null, at: Date, people: PeopleHistory): OwnerState {
  if (row.account_state === 'gone') return 'left';
  if (row.account_state === 'shared') return 'shared';
  return stateOf(owner, at, people);
}

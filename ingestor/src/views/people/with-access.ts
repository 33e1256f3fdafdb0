import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { dayMs, weekMs } from './active-weeks.ts';
import { nobodyKnown, type Directory, type PersonAsOf } from './directory.ts';

const seenSql = readSql(import.meta.url, 'accounts-seen.sql');
const seenDays = 365;

export type People = ReadonlyMap<string, PersonAsOf>;

/** People with access on days: members of a group that gives it, else accounts seen in the 365 days up to it. */
export class AccessHistory {
  readonly #directory: Directory;
  readonly #seen: readonly { readonly user_key: string; readonly week: Date }[];
  readonly #bases = new Set<string>();

  private constructor(directory: Directory, seen: readonly { user_key: string; week: Date }[]) {
    this.#directory = directory;
    this.#seen = seen;
  }

  /** For days (labels in ms) between `first` and `last`. */
  static async load(
    reader: WarehouseReader,
    directory: Directory,
    first: number,
    last: number,
  ): Promise<AccessHistory> {
    const isNeeded = directory.membersOn(new Date(first)) === null;
    const span = [new Date(first - seenDays * dayMs), new Date(last + 2 * dayMs)];
    return new AccessHistory(directory, isNeeded ? await reader.rows(seenSql, span) : []);
  }

  /** Everybody with access on a day (label in ms), with their attributes as of that day; without leavers. */
  on(day: number): People {
    const members = this.#directory.membersOn(new Date(day));
    this.#bases.add(members ? 'membership of a group that gives access' : `accounts seen in ${seenDays} days`);
    const keys =
      members ??
      new Set(
        this.#seen
          .filter(({ week }) => week.getTime() <= day && week.getTime() > day - seenDays * dayMs - weekMs)
          .map(({ user_key: key }) => key),
      );
    const known = this.#directory.asOf(new Date(day));
    return new Map(
      [...keys].map((key) => [key, known.get(key) ?? nobodyKnown] as const).filter(([, person]) => person.present),
    );
  }

  /** Where the answers so far are from, for the text of the answer. */
  get basis(): string {
    return [...this.#bases].sort().join('; earlier: ');
  }
}

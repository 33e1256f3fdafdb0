import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { allValues, personAttributes, unattributed, type PersonAttribute } from './columns.ts';
import { LocalDays } from './local-days.ts';

const peopleSql = readSql(import.meta.url, 'people.sql');
const identitiesSql = readSql(import.meta.url, 'identities.sql');

export interface PersonAttributes {
  /** Day label: holds from here. */
  readonly timestamp: Date;
  readonly person_key: string;
  readonly department: string | null;
  readonly role: string | null;
  readonly is_manager: boolean | null;
  readonly left_on: Date | null;
  readonly active: boolean | null;
}

type ColumnsOf = Map<PersonAttributes | null, Readonly<Record<PersonAttribute, string>>>;

/** Attributes of people as of any time, for views with few rows; those with many join in SQL (`person spans`). */
export class PeopleHistory {
  readonly #rows = new Map<string, PersonAttributes[]>();
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #days: LocalDays;
  /** By attributes, then by row: the same few columns for thousands of rows. */
  readonly #columns = new Map<string, ColumnsOf>();
  /** Those of the attributes that were asked for last, which the next ask is for, too. */
  #last: { readonly attributes: readonly string[]; readonly columns: ColumnsOf } | null = null;

  private constructor(rows: readonly PersonAttributes[], aliases: ReadonlyMap<string, string>, zone: string) {
    this.#aliases = aliases;
    this.#days = new LocalDays(zone);
    for (const row of rows) {
      const own = this.#rows.get(row.person_key);
      if (own) own.push(row);
      else this.#rows.set(row.person_key, [row]);
    }
  }

  /** `zone`: whose days the labels of `people` are. */
  static async load(reader: WarehouseReader, zone: string): Promise<PeopleHistory> {
    const [rows, aliases] = await Promise.all([
      reader.rows<PersonAttributes>(peopleSql),
      reader.rows<{ key: string; person_key: string }>(identitiesSql),
    ]);
    return new PeopleHistory(rows, new Map(aliases.map(({ key, person_key: person }) => [key, person])), zone);
  }

  /** The one key of a person, whatever key an account has. */
  keyOf(account: string | null): string | null {
    return account === null ? null : (this.#aliases.get(account) ?? account);
  }

  /** The row that holds on the local day of `at`; before the first one that one. Null: not in the directory. */
  asOf(account: string | null, at: Date): PersonAttributes | null {
    const own = this.#rows.get(this.keyOf(account) ?? '');
    if (own === undefined || own.length === 1) return own?.[0] ?? null;
    const label = this.#days.labelOf(at);
    return own.findLast(({ timestamp }) => timestamp.getTime() <= label) ?? own[0] ?? null;
  }

  /**
   * The department, role and `is_manager` columns, `all` for those that are not in `attributes`. The same object for the same
   * values of one row of the directory.
   */
  columns(
    account: string | null,
    at: Date,
    attributes: readonly string[] = personAttributes,
  ): Readonly<Record<PersonAttribute, string>> {
    const person = attributes.length === 0 ? null : this.asOf(account, at);
    const known = this.#last?.attributes === attributes ? this.#last.columns : this.#columnsBy(attributes);
    let columns = known.get(person);
    if (columns === undefined) known.set(person, (columns = columnsOf(person, attributes)));
    return columns;
  }

  #columnsBy(attributes: readonly string[]): ColumnsOf {
    const key = attributes.join(' ');
    let columns = this.#columns.get(key);
    if (columns === undefined) this.#columns.set(key, (columns = new Map() as ColumnsOf));
    this.#last = { attributes, columns };
    return columns;
  }
}

function columnsOf(person: PersonAttributes | null, attributes: readonly string[]): Record<PersonAttribute, string> {
  const values = {
    department: person?.department ?? unattributed,
    role: person?.role ?? unattributed,
    is_manager: person ? String(person.is_manager === true) : unattributed,
  };
  for (const attribute of personAttributes) if (!attributes.includes(attribute)) values[attribute] = allValues;
  return values;
}

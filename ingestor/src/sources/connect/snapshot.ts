import { hashKey } from '../../warehouse/hash-key.ts';
import type { CellValue, Row, WarehouseReader } from '../../warehouse/warehouse.ts';

interface StoredRow {
  readonly key: string;
  readonly row_hash: number | bigint | null;
  readonly is_deleted: boolean | null;
}

/** What the tables hold of one kind of things, and which of them a listing has changed. */
export class Snapshot {
  readonly #known: ReadonlyMap<string, StoredRow>;

  private constructor(rows: readonly StoredRow[]) {
    this.#known = new Map(rows.map((row) => [row.key, row]));
  }

  /** `sql` gives key, row_hash and is_deleted of the newest rows. */
  static async load(reader: WarehouseReader, sql: string, parameters: readonly CellValue[]): Promise<Snapshot> {
    return new Snapshot(await reader.rows<StoredRow>(sql, parameters));
  }

  /** The row to write, with its hash, or null when the newest stored one says the same. `volatile` columns do not count. */
  changed(key: string, at: Date, row: Row, volatile: readonly string[] = []): Row | null {
    const content = Object.entries(row).filter(([name]) => !volatile.includes(name));
    const hash = hashKey(JSON.stringify(content));
    return String(this.#known.get(key)?.row_hash ?? '') === String(hash)
      ? null
      : { timestamp: at, ...row, row_hash: hash };
  }

  /** Keys that are stored as existing and are not in `listed`. */
  missing(listed: ReadonlySet<string>): string[] {
    return [...this.#known.values()]
      .filter((row) => row.is_deleted !== true && !listed.has(row.key))
      .map(({ key }) => key);
  }

  get size(): number {
    return this.#known.size;
  }
}

/** Without those that could not be decoded. */
export function decoded(rows: readonly (Row | null)[]): Row[] {
  return rows.filter((row): row is Row => row !== null);
}

import { hashKey } from '../../warehouse/hash-key.ts';
import type { Row } from '../../warehouse/warehouse.ts';

export interface StoredRow {
  readonly repository_id?: string;
  readonly key: string;
  readonly row_hash: number | bigint | null;
  readonly is_deleted: boolean | null;
}

/** The newest stored rows of one kind of things, by repository and key. */
export class Snapshot<T extends StoredRow = StoredRow> {
  readonly #known = new Map<string, Map<string, T>>();

  constructor(rows: readonly T[]) {
    for (const row of rows) {
      const repository = row.repository_id ?? '';
      const own = this.#known.get(repository);
      if (own) own.set(row.key, row);
      else this.#known.set(repository, new Map([[row.key, row]]));
    }
  }

  get(repository: string, key: string): T | undefined {
    return this.#known.get(repository)?.get(key);
  }

  /** The row to write; none when the newest stored one says the same. */
  changed(repository: string, key: string, at: Date, row: Row): Row[] {
    const hash = hashKey(JSON.stringify(row));
    const known = this.get(repository, key);
    if (String(known?.row_hash ?? '') === String(hash)) return [];
    return [{ timestamp: at, ...row, row_hash: hash }];
  }

  /** Keys of a repository that are stored as existing and are not in `listed`. */
  missing(repository: string, listed: ReadonlySet<string>): string[] {
    return [...(this.#known.get(repository)?.values() ?? [])]
      .filter((row) => row.is_deleted !== true && !listed.has(row.key))
      .map(({ key }) => key);
  }
}

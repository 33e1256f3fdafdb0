/** Rows that hold from their day until the next of the same key. */
export class DatedRows<T extends { readonly timestamp: Date }> {
  readonly #byKey = new Map<string, T[]>();

  /** Rows in any order; of two of one key and day the later in the list holds. */
  constructor(rows: readonly T[], keyOf: (row: T) => string) {
    for (const row of rows.toSorted((a, b) => a.timestamp.getTime() - b.timestamp.getTime())) {
      const key = keyOf(row);
      const known = this.#byKey.get(key);
      if (known) known.push(row);
      else this.#byKey.set(key, [row]);
    }
  }

  /** The row of a key as of a day (label), or null before its first. */
  asOf(key: string, day: Date): T | null {
    return this.#byKey.get(key)?.findLast(({ timestamp }) => timestamp.getTime() <= day.getTime()) ?? null;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  /** Days on which anything changes. */
  days(): Date[] {
    const times = new Set([...this.#byKey.values()].flat().map(({ timestamp }) => timestamp.getTime()));
    return [...times].map((time) => new Date(time));
  }
}

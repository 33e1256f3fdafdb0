/** Whose facts, and up to when, have been kept long enough. */
export interface Expired {
  /** `all`: everybody, months that are too old; `former`: people who left long enough ago, all their months. */
  readonly namespace: 'all' | 'former';
  readonly until: Date;
  /** Null: everybody. */
  readonly keys: ReadonlySet<string> | null;
}

/** What stands for nobody: `g_…` of a group, `x_…` of somebody erased, '' of robots. */
const impersonal = '^([gx]_[0-9a-f]{16})?$';

/** SQL that holds where a column has a key of an expired person. Keys are our own, yet quoted: pseudonyms may be off. */
export function holdsExpired(column: string, { keys }: Expired): string {
  return keys === null
    ? `${column} is not null and not (${column} ~ '${impersonal}')`
    : `${column} in (${[...keys].map(literal).join(', ')})`;
}

export function isImpersonal(key: string): boolean {
  return new RegExp(impersonal).test(key);
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `case` that maps a column's values; others stay. Null values become NULL. */
export function mapped(column: string, values: ReadonlyMap<string, string | null>): string {
  const branches = [...values].map(([from, to]) => `when ${literal(from)} then ${to === null ? 'null' : literal(to)}`);
  return `case ${column} ${branches.join(' ')} else ${column} end`;
}

/** Longest list in one statement. */
export const perStatement = 300;

export function batches<T>(values: readonly T[], size = perStatement): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

export function startOfMonth(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth()));
}

export function addMonths(time: Date, months: number): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + months));
}

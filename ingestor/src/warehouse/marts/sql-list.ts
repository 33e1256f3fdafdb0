/** QuestDB binds no arrays: `placeholder`, such as ($3), in a statement is lengthened to the number of values. */
export function withList(sql: string, list: { placeholder: string; from: number; length: number }): string {
  const names = Array.from({ length: list.length }, (_, index) => `$${list.from + index}`);
  return sql.replace(list.placeholder, `(${names.join(', ')})`);
}

/** Values per list. */
const batchSize = 100;

export function batches<T>(values: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(values.length / batchSize) }, (_, index) =>
    values.slice(index * batchSize, (index + 1) * batchSize),
  );
}

/**
 * Statements at the same time, for QuestDB does most of one with a single worker. Waits for all of them before it throws the first
 * error: a run that failed has nothing under way any more when the next one begins.
 */
export async function together<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

import { createHash } from 'node:crypto';

const LONG_MIN = -(2n ** 63n);

/** A LONG key from parts of text: the same on every ingestor, never the LONG that QuestDB reads as NULL. */
export function hashKey(...parts: readonly string[]): bigint {
  const key = createHash('sha256').update(JSON.stringify(parts)).digest().readBigInt64BE(0);
  return key === LONG_MIN ? LONG_MIN + 1n : key;
}

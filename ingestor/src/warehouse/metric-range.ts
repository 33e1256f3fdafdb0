import { createHash } from 'node:crypto';

const METRIC_BITS = 12n;
const SET_BITS = 52n;
const LONG_MIN = -(2n ** 63n);

/** The ids of the series of one metric (and of few others): both ends included, bind them as `series between $1 and $2`. */
export interface MetricRange {
  readonly low: bigint;
  readonly high: bigint;
}

/** First eight bytes of the SHA-256 of a text. */
export function hash64(text: string): bigint {
  return createHash('sha256').update(text, 'utf8').digest().readBigUInt64BE(0);
}

/**
 * The range of ids in which all series of a metric lie. Several metrics may share a range (4,096 ranges): filter by
 * `series.metric` as well where that matters. Never holds Long.MIN, which QuestDB reads as NULL.
 */
export function metricRange(metric: string): MetricRange {
  const first = BigInt.asIntN(64, (hash64(metric) >> (64n - METRIC_BITS)) << SET_BITS);
  return { low: first === LONG_MIN ? LONG_MIN + 1n : first, high: first + (1n << SET_BITS) - 1n };
}

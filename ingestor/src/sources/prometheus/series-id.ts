import { hash64, metricRange } from '../../warehouse/metric-range.ts';

export type LabelPair = readonly [name: string, value: string];

const SET_MASK = (1n << 52n) - 1n;
const LONG_MIN = -(2n ** 63n);

/**
 * The id of a series: the same on every ingestor and in every protocol. 12 bits of the metric's hash, then 52 bits of
 * the hash of all labels, `__name__` included, in the order of their names. See docs/decisions/0002-series-id.md.
 * `labels` are as stored: pseudonymised, without the replica label, without empty values.
 */
export function seriesId(metric: string, labels: readonly LabelPair[]): bigint {
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const set = hash64(JSON.stringify([metric, sorted])) & SET_MASK;
  const id = (metricRange(metric).low & ~SET_MASK) | set;
  return BigInt.asIntN(64, id) === LONG_MIN ? LONG_MIN + 1n : BigInt.asIntN(64, id);
}

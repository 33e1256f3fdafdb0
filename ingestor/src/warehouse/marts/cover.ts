/** One sample; time in milliseconds. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** From `from` on a series belongs to `containerId`, which is known to have started at `starts` (ascending). */
export interface Segment {
  readonly containerId: string;
  readonly from: number;
  readonly starts: readonly number[];
}

/** A bucket's share. `amount` in value-seconds for gauges, in the counter's unit for counters. */
export interface Piece {
  readonly containerId: string;
  readonly bucket: number;
  coveredMs: number;
  amount: number;
  highest: number | null;
}

const bucketMs = 300_000;

/**
 * Exact coverage of one series (definitions: coverage), sample by sample. `samples` ascend strictly. Used where a
 * series belongs to several containers or starts, and as the truth that the set-based SQL is tested against.
 */
export function cover(samples: readonly Sample[], segments: readonly Segment[], kind: 'counter' | 'gauge'): Piece[] {
  const pieces = new Map<string, Piece>();
  const values = new Map<string, { sum: number; count: number }>();
  const pieceOf = (containerId: string, bucket: number): Piece => {
    const key = `${containerId}\0${bucket}`;
    let piece = pieces.get(key);
    if (piece === undefined) pieces.set(key, (piece = { containerId, bucket, coveredMs: 0, amount: 0, highest: null }));
    return piece;
  };
  /** Splits (from, to] at bucket edges, amount in proportion. */
  const add = (containerId: string, from: number, to: number, amount: number): void => {
    for (let bucket = Math.floor(from / bucketMs) * bucketMs; bucket < to; bucket += bucketMs) {
      const covered = Math.min(to, bucket + bucketMs) - Math.max(from, bucket);
      const piece = pieceOf(containerId, bucket);
      piece.coveredMs += covered;
      piece.amount += (amount * covered) / (to - from);
    }
  };
  samples.forEach((sample, index) => {
    const segment = segments.findLast(({ from }) => from <= sample.at);
    if (segment === undefined) return;
    const bucket = Math.floor(sample.at / bucketMs) * bucketMs;
    const previous = samples[index - 1];
    const pairs = previous !== undefined && sample.at - previous.at <= bucketMs && previous.at >= segment.from;
    const startedAt = segment.starts.findLast((at) => at <= sample.at);
    const starts = startedAt !== undefined && sample.at - startedAt <= bucketMs;
    if (kind === 'gauge') {
      const value = values.get(`${segment.containerId}\0${bucket}`) ?? { sum: 0, count: 0 };
      values.set(`${segment.containerId}\0${bucket}`, { sum: value.sum + sample.value, count: value.count + 1 });
      const piece = pieceOf(segment.containerId, bucket);
      piece.highest = Math.max(piece.highest ?? -Infinity, sample.value);
    }
    // A start between two samples is a restart only when the counter fell: cAdvisor may report the old cgroup once more.
    const restarted =
      starts &&
      previous !== undefined &&
      startedAt > previous.at &&
      kind === 'counter' &&
      sample.value < previous.value;
    if (pairs && !restarted)
      add(
        segment.containerId,
        previous.at,
        sample.at,
        sample.value >= previous.value ? sample.value - previous.value : sample.value,
      );
    else if (starts && startedAt < sample.at) add(segment.containerId, startedAt, sample.at, sample.value);
  });
  if (kind === 'gauge') applyMeans(pieces, values);
  return [...pieces.values()];
}

/** A bucket's gauge is the mean of its samples over its covered time; before its first sample a start takes that sample's bucket. */
function applyMeans(
  pieces: ReadonlyMap<string, Piece>,
  values: ReadonlyMap<string, { sum: number; count: number }>,
): void {
  for (const [key, piece] of pieces) {
    const value = values.get(key) ?? values.get(`${piece.containerId}\0${piece.bucket + bucketMs}`);
    piece.amount = value === undefined ? 0 : (value.sum / value.count) * (piece.coveredMs / 1000);
  }
}

import { BYTES, FIXED64, VARINT, type WireReader } from './wire.ts';

/** One native histogram as rows need it: absolute counts per bucket, spans expanded. */
export interface NativeHistogram {
  readonly timestamp: number;
  readonly startTimestamp: number;
  /** True for the stale marker: the series ended. */
  readonly stale: boolean;
  readonly isFloat: boolean;
  readonly count: number;
  readonly sum: number;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly resetHint: 'unknown' | 'yes' | 'no' | 'gauge';
  readonly buckets: readonly HistogramBucket[];
}

/** Bounds are exclusive below and inclusive above on the positive side; null stands for an infinite bound. */
export interface HistogramBucket {
  readonly side: 'positive' | 'negative';
  readonly bucket: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly count: number;
}

/** Wrong in itself, though well-formed protobuf; the text says what. */
export class InvalidHistogram {
  readonly message: string;
  readonly timestamp: number;
  constructor(message: string, timestamp: number) {
    this.message = message;
    this.timestamp = timestamp;
  }
}

const MAX_BUCKETS = 10_000;
const CUSTOM_SCHEMA = -53;
const resetHints = ['unknown', 'yes', 'no', 'gauge'] as const;

interface Raw {
  positiveSpans: number[];
  negativeSpans: number[];
  positiveDeltas: number[];
  negativeDeltas: number[];
  positiveCounts: number[];
  negativeCounts: number[];
  customValues: number[];
}

/**
 * Reads the message at the cursor up to its `end`; the field numbers are the same in 1.0 and 2.0:
 *
 *     message Histogram {
 *       oneof count { uint64 count_int = 1; double count_float = 2; }
 *       double sum = 3;  sint32 schema = 4;  double zero_threshold = 5;
 *       oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
 *       repeated BucketSpan negative_spans = 8;   repeated sint64 negative_deltas = 9;   repeated double negative_counts = 10;
 *       repeated BucketSpan positive_spans = 11;  repeated sint64 positive_deltas = 12;  repeated double positive_counts = 13;
 *       ResetHint reset_hint = 14;  int64 timestamp = 15;  repeated double custom_values = 16;
 *       int64 start_timestamp = 17; // newer 2.0 senders
 *     }
 *     message BucketSpan { sint32 offset = 1; uint32 length = 2; }
 */
export function readHistogram(reader: WireReader): NativeHistogram | InvalidHistogram {
  const raw: Raw = {
    positiveSpans: [],
    negativeSpans: [],
    positiveDeltas: [],
    negativeDeltas: [],
    positiveCounts: [],
    negativeCounts: [],
    customValues: [],
  };
  let [count, sum, schema, zeroThreshold, zeroCount, hint, timestamp, startTimestamp] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [isFloat, stale] = [false, false];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.expect(VARINT);
        count = reader.unsigned();
        break;
      case 2:
        reader.expect(FIXED64);
        count = reader.double();
        isFloat = true;
        break;
      case 3: {
        reader.expect(FIXED64);
        const at = reader.fixed64();
        stale = isStaleMarker(reader.view.getInt32(at, true), reader.view.getInt32(at + 4, true));
        sum = reader.view.getFloat64(at, true);
        break;
      }
      case 4:
        reader.expect(VARINT);
        schema = reader.zigzag32();
        break;
      case 5:
        reader.expect(FIXED64);
        zeroThreshold = reader.double();
        break;
      case 6:
        reader.expect(VARINT);
        zeroCount = reader.unsigned();
        break;
      case 7:
        reader.expect(FIXED64);
        zeroCount = reader.double();
        break;
      case 8:
        readSpan(reader, raw.negativeSpans);
        break;
      case 9:
        readPacked(reader, raw.negativeDeltas, VARINT);
        break;
      case 10:
        readPacked(reader, raw.negativeCounts, FIXED64);
        break;
      case 11:
        readSpan(reader, raw.positiveSpans);
        break;
      case 12:
        readPacked(reader, raw.positiveDeltas, VARINT);
        break;
      case 13:
        readPacked(reader, raw.positiveCounts, FIXED64);
        break;
      case 14:
        reader.expect(VARINT);
        hint = reader.unsigned();
        break;
      case 15:
        reader.expect(VARINT);
        timestamp = reader.signed();
        break;
      case 16:
        readPacked(reader, raw.customValues, FIXED64);
        break;
      case 17:
        reader.expect(VARINT);
        startTimestamp = reader.signed();
        break;
      default:
        reader.skip();
    }
  }
  const invalid = (what: string): InvalidHistogram => new InvalidHistogram(what, timestamp);
  const resetHint = resetHints[hint];
  if (resetHint === undefined) return invalid(`reset hint ${hint} is not one of 0 to 3`);
  const head = { timestamp, startTimestamp, isFloat, count, sum, schema, zeroThreshold, zeroCount, resetHint };
  if (stale) return { ...head, stale, buckets: [] };
  if (schema !== CUSTOM_SCHEMA && (schema < -4 || schema > 8))
    return invalid(`schema ${schema} is unknown (known: -4 to 8, and -53 for custom buckets)`);
  if (!(count >= 0) || !(zeroCount >= 0) || !(zeroThreshold >= 0))
    return invalid('a count or the zero threshold is negative or not a number');
  const buckets: HistogramBucket[] = [];
  const wrong =
    addBuckets(buckets, 'negative', raw, schema, isFloat) ?? addBuckets(buckets, 'positive', raw, schema, isFloat);
  if (wrong !== null) return invalid(wrong);
  if (!isFloat && Number.isFinite(sum) && buckets.reduce((total, bucket) => total + bucket.count, zeroCount) !== count)
    return invalid('the buckets do not add up to the count');
  return { ...head, stale, buckets };
}

/** NaN with the payload that Prometheus gives the end of a series; other NaNs are values. */
export function isStaleMarker(low: number, high: number): boolean {
  return low === 2 && high === 0x7ff00000;
}

/** Expands one side; gives what is wrong with it, or null. */
function addBuckets(
  buckets: HistogramBucket[],
  side: HistogramBucket['side'],
  raw: Raw,
  schema: number,
  isFloat: boolean,
): string | null {
  const spans = side === 'positive' ? raw.positiveSpans : raw.negativeSpans;
  const deltas = side === 'positive' ? raw.positiveDeltas : raw.negativeDeltas;
  const counts = side === 'positive' ? raw.positiveCounts : raw.negativeCounts;
  const values = isFloat ? counts : deltas;
  if ((isFloat ? deltas : counts).length > 0) return `${side} buckets mix integer deltas and float counts`;
  if (schema === CUSTOM_SCHEMA) {
    if (side === 'negative' && spans.length > 0) return 'custom buckets have a negative side';
    for (let i = 1; i < raw.customValues.length; i++)
      if (!(raw.customValues[i]! > raw.customValues[i - 1]!)) return 'custom bucket bounds do not increase';
  }
  let index = 0;
  let next = 0;
  let absolute = 0;
  for (let i = 0; i < spans.length; i += 2) {
    const offset = spans[i]!;
    const length = spans[i + 1]!;
    // Only the first offset may go below: the others are gaps between spans.
    if (i > 0 && offset < 0) return `a ${side} span has a negative offset`;
    index += offset;
    if (next + length > values.length) return `${side} spans cover more buckets than there are counts`;
    if (buckets.length + length > MAX_BUCKETS) return `more than ${MAX_BUCKETS} buckets`;
    for (let k = 0; k < length; k++, index++) {
      const value = values[next++]!;
      absolute = isFloat ? value : absolute + value;
      if (!(absolute >= 0)) return `a ${side} bucket's count is negative or not a number`;
      // The custom schema counts from 0, the last bucket being the one above all bounds.
      if (schema === CUSTOM_SCHEMA && (index < 0 || index > raw.customValues.length))
        return `custom bucket ${index} has no bound`;
      const [lower, upper] =
        schema === CUSTOM_SCHEMA ? customBounds(index, raw.customValues) : exponentialBounds(side, index, schema);
      buckets.push({ side, bucket: index, lower, upper, count: absolute });
    }
  }
  return next === values.length ? null : `${side} spans cover fewer buckets than there are counts`;
}

/** Bucket i covers (base^(i−1), base^i] with base = 2^(2^−schema). */
function exponentialBounds(
  side: HistogramBucket['side'],
  index: number,
  schema: number,
): [number | null, number | null] {
  const bound = (i: number): number | null => {
    const value = 2 ** (i * 2 ** -schema);
    return Number.isFinite(value) ? value : null;
  };
  const [lower, upper] = [bound(index - 1), bound(index)];
  if (side === 'positive') return [lower, upper];
  return [upper === null ? null : -upper, lower === null ? null : -lower];
}

function customBounds(index: number, bounds: readonly number[]): [number | null, number | null] {
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return [finite(bounds[index - 1]), finite(bounds[index])];
}

function readSpan(reader: WireReader, into: number[]): void {
  reader.expect(BYTES);
  const outer = reader.end;
  reader.end = reader.lengthEnd();
  let [offset, length] = [0, 0];
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === VARINT) offset = reader.zigzag32();
    else if (reader.field === 2 && reader.wireType === VARINT) length = reader.uint32();
    else reader.skip();
  }
  reader.end = outer;
  if (into.length < 2 * MAX_BUCKETS) into.push(offset, length);
}

/** Repeated scalars: packed as senders write them, or one by one as the encoding also allows. */
function readPacked(reader: WireReader, into: number[], wireType: typeof VARINT | typeof FIXED64): void {
  const one = (): void => {
    const value = wireType === VARINT ? reader.zigzag() : reader.double();
    // What is cut off here no longer fits its spans and is refused for that.
    if (into.length <= MAX_BUCKETS) into.push(value);
  };
  if (reader.wireType === wireType) {
    one();
    return;
  }
  reader.expect(BYTES);
  const outer = reader.end;
  reader.end = reader.lengthEnd();
  while (reader.position < reader.end) one();
  reader.end = outer;
}

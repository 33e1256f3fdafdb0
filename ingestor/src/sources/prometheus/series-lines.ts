import { hourOf } from './calendar.ts';
import type { LabelPair } from './series-id.ts';

/** Labels that have a column of their own in `series`. */
const columns: ReadonlySet<string> = new Set([
  'job',
  'instance',
  'cluster',
  'namespace',
  'node',
  'pod',
  'container',
  'uid',
]);
const FIRST_BYTES = 64 * 1024;
const KEEP_BYTES = 1024 * 1024;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/** What a row of `series` says. */
export interface SeriesFacts {
  readonly id: bigint;
  readonly metric: string;
  readonly labels: readonly LabelPair[];
}

/**
 * Lines for the table `series`, designated timestamps in milliseconds. Our own because the client library writes a row
 * of 1.2 kB character by character: 150 µs, where this takes 5 (docs/decisions/0001-ilp-encoder.md). Bytes instead of
 * row objects also keep a flood of new series small in memory.
 */
export class SeriesLines {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where each line ends. */
  readonly #ends: number[] = [];

  get count(): number {
    return this.#ends.length;
  }

  /** Bytes of the lines. */
  get byteLength(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** Adds the row of a series whose first sample of a month has this timestamp (ms). */
  add(series: SeriesFacts, timestamp: number): void {
    const line = seriesLine(series, timestamp);
    const start = this.byteLength;
    this.#reserve(start + line.length * MAX_BYTES_PER_UNIT);
    this.#ends.push(start + this.#buffer.write(line, start, 'utf8'));
  }

  /** Forgets the lines after the first `count`. */
  truncate(count: number): void {
    this.#ends.length = count;
  }

  /** The lines in pieces of about `size` bytes, cut between lines; valid until the next change. */
  *pieces(size: number): Generator<Uint8Array> {
    let start = 0;
    for (const [index, end] of this.#ends.entries()) {
      if (end - start < size && index + 1 < this.#ends.length) continue;
      yield this.#buffer.subarray(start, end);
      start = end;
    }
  }

  /** Empties the buffer for the next flush, giving back what an exceptional flush needed. */
  reset(): void {
    this.#ends.length = 0;
    if (this.#buffer.length > KEEP_BYTES) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.byteLength);
    this.#buffer = grown;
  }
}

/** One row of `series` in line protocol. */
export function seriesLine({ id, metric, labels }: SeriesFacts, timestamp: number): string {
  let line = `series,metric=${symbol(metric)}`;
  let json = '';
  for (const [name, value] of labels) {
    if (columns.has(name)) line += `,${name}=${symbol(value)}`;
    json += `${json === '' ? '' : ','}${quoted(name)}:${quoted(value)}`;
  }
  return `${line} series=${id}i,labels="{${json}}" ${hourOf(timestamp).getTime()}\n`;
}

const SYMBOL_SPECIAL = /[ ,=\n\r\\]/g;

function symbol(value: string): string {
  return value.replace(SYMBOL_SPECIAL, '\\$&');
}

// eslint-disable-next-line no-control-regex -- JSON escapes control characters, and halves of surrogate pairs
const JSON_SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;
const FIELD_SPECIAL = /["\\]/g;

/** A JSON string inside a quoted field: its quotes and backslashes are escaped once more. */
function quoted(text: string): string {
  return JSON_SPECIAL.test(text) ? JSON.stringify(text).replace(FIELD_SPECIAL, '\\$&') : `\\"${text}\\"`;
}

import { SERIES_WORDS } from './series-table.ts';

/** `samples series=` + 20 digits + `i,value==` 0x10 + 8 bytes + space + 13 digits + newline: all lines are equally long. */
const LINE_WORDS = 17;
export const LINE_BYTES = LINE_WORDS * 4;
const VALUE_AT = 45;

const template = Buffer.from('samples series=00000000000000000000i,value==\x10........ 0000000000000\n', 'latin1');
const templateWords = new Int32Array(template.buffer.slice(template.byteOffset, template.byteOffset + LINE_BYTES));
const [w0, w1, w2] = [templateWords[0]!, templateWords[1]!, templateWords[2]!];
const [w9, w10, w11] = [templateWords[9]!, templateWords[10]!, templateWords[11]!];

/** Rows beyond this are kept in no spare buffer. */
const KEEP_BYTES = 8 * 1024 * 1024;

/**
 * Lines for the table `samples` in line protocol version 2 (binary doubles), timestamps in milliseconds. Lines of one
 * length, made of words copied from the series table, cost a third of formatting the id's digits; see
 * docs/decisions/0001-ilp-encoder.md.
 */
export class SampleLines {
  /** Lines written. */
  count = 0;
  #buffer: ArrayBuffer;
  #words: Int32Array;
  #view: DataView;
  #capacity: number;
  // Bytes 53…67 of a line: the timestamp, kept because the samples of a scrape share it.
  #stamp = Number.NaN;
  #stampBytes = new Uint8Array(16);
  #stampWords = new Int32Array(this.#stampBytes.buffer);

  constructor(initialLines = 16_384) {
    this.#capacity = initialLines;
    this.#buffer = new ArrayBuffer(initialLines * LINE_BYTES);
    this.#words = new Int32Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }

  /** Bytes of the lines. */
  get byteLength(): number {
    return this.count * LINE_BYTES;
  }

  /** Bytes held, used or not. */
  get capacityBytes(): number {
    return this.#buffer.byteLength;
  }

  /**
   * Adds one sample. `records[at … at+6]` are the series' words; the value's eight bytes are copied from `body` at
   * `valueAt` as they are; `timestamp` is in milliseconds and has at most 13 digits.
   */
  add(records: Int32Array, at: number, body: DataView, valueAt: number, timestamp: number): void {
    if (this.count === this.#capacity) this.#grow();
    if (timestamp !== this.#stamp) this.#setStamp(timestamp);
    const words = this.#words;
    const line = this.count * LINE_WORDS;
    words[line] = w0;
    words[line + 1] = w1;
    words[line + 2] = w2;
    words[line + 3] = records[at]!;
    words[line + 4] = records[at + 1]!;
    words[line + 5] = records[at + 2]!;
    words[line + 6] = records[at + 3]!;
    words[line + 7] = records[at + 4]!;
    words[line + 8] = records[at + 5]!;
    words[line + 9] = w9;
    words[line + 10] = w10;
    words[line + 11] = w11;
    words[line + 13] = this.#stampWords[0]!;
    words[line + 14] = this.#stampWords[1]!;
    words[line + 15] = this.#stampWords[2]!;
    words[line + 16] = this.#stampWords[3]!;
    const value = line * 4 + VALUE_AT;
    this.#view.setInt32(value, body.getInt32(valueAt, true), true);
    this.#view.setInt32(value + 4, body.getInt32(valueAt + 4, true), true);
    this.count++;
  }

  /** Forgets the lines after the first `count`. */
  truncate(count: number): void {
    this.count = count;
  }

  /** The lines `first … first+count` as they go over the wire; valid until the next `add` or `reset`. */
  bytes(first: number, count: number): Uint8Array {
    return new Uint8Array(this.#buffer, first * LINE_BYTES, count * LINE_BYTES);
  }

  /** Empties the buffer for the next flush, giving back what an exceptional flush needed. */
  reset(): void {
    this.count = 0;
    if (this.#buffer.byteLength > KEEP_BYTES) this.#allocate(Math.floor(KEEP_BYTES / LINE_BYTES));
  }

  #grow(): void {
    const old = this.#words;
    this.#allocate(this.#capacity * 2);
    this.#words.set(old);
  }

  #allocate(lines: number): void {
    this.#capacity = lines;
    this.#buffer = new ArrayBuffer(lines * LINE_BYTES);
    this.#words = new Int32Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }

  #setStamp(timestamp: number): void {
    // Byte 52 of the line (the value's last byte) is the first byte of word 13: the value is written after the stamp.
    const digits = String(timestamp).padStart(13, '0');
    this.#stampBytes[1] = 0x20;
    for (let i = 0; i < 13; i++) this.#stampBytes[2 + i] = digits.charCodeAt(i);
    this.#stampBytes[15] = 0x0a;
    this.#stamp = timestamp;
  }
}

/** Writes the words of a series id for `SampleLines.add`: `es=`, sign and 19 digits, `i`. */
export function writeSeriesWords(records: Int32Array, at: number, id: bigint): void {
  const magnitude = (id < 0n ? -id : id).toString().padStart(19, '0');
  const text = `es=${id < 0n ? '-' : '0'}${magnitude}i`;
  for (let word = 0; word < SERIES_WORDS; word++) {
    const i = word * 4;
    records[at + word] =
      text.charCodeAt(i) |
      (text.charCodeAt(i + 1) << 8) |
      (text.charCodeAt(i + 2) << 16) |
      (text.charCodeAt(i + 3) << 24);
  }
}

/** The id whose words `writeSeriesWords` wrote. */
export function readSeriesWords(records: Int32Array, at: number): bigint {
  let text = '';
  for (let i = 3; i < 23; i++) text += String.fromCharCode((records[at + (i >> 2)]! >> ((i & 3) * 8)) & 0xff);
  return BigInt(text);
}

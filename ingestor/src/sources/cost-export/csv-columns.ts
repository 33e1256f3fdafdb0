import { SceError } from '../../errors.ts';

const [comma, quote, lineFeed, carriageReturn] = [0x2c, 0x22, 0x0a, 0x0d];
/** A longer record is a quote that was never closed: memory stays bounded. */
const mostRecordBytes = 4 << 20;

export interface CsvReader {
  /** Gets the header's cells and says which columns are wanted. */
  readonly header: (cells: readonly string[]) => readonly number[];
  /** Gets the wanted cells of a record in the order of `header`, '' where a record is too short; the array is used again. */
  readonly record: (cells: readonly string[], line: number) => void;
}

/**
 * Reads some columns of a CSV file (RFC 4180, UTF-8, with a header) chunk by chunk. Only wanted cells become strings: of seventy
 * columns a dozen matter, and a general parser takes ten times as long. Throws `FEED_REFUSED` naming the line of what is no CSV.
 */
export class CsvColumns {
  readonly #reader: CsvReader;
  readonly #file: string;
  /** Column → place among the wanted ones, or −1; null: the header has not been read. */
  #slotOf: Int16Array | null = null;
  #cells: string[] = [];
  #pending: Buffer = Buffer.alloc(0);
  /** Of the record that comes next. */
  #line = 1;
  #isFirst = true;

  constructor(file: string, reader: CsvReader) {
    this.#file = file;
    this.#reader = reader;
  }

  write(chunk: Buffer): void {
    this.#read(this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk, false);
  }

  /** What is left is the last record. */
  end(): void {
    this.#read(this.#pending, true);
  }

  #read(data: Buffer, isEnd: boolean): void {
    let at = 0;
    if (this.#isFirst && (data.length >= 3 || isEnd)) {
      this.#isFirst = false;
      if (data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) at = 3;
    }
    while (!this.#isFirst && at < data.length) {
      const next = this.#record(data, at, isEnd);
      if (next === -1) break;
      at = next;
    }
    // A copy: the rest of a chunk must not keep all of it.
    this.#pending = Buffer.from(data.subarray(at));
    if (this.#pending.length > mostRecordBytes)
      throw this.#refusal(`a record is longer than ${mostRecordBytes >> 20} MiB: a quote may not be closed`);
  }

  /** Reads the record at `from` and gives the place after it; −1: it goes on in the next chunk. */
  #record(data: Buffer, from: number, isEnd: boolean): number {
    const end = data.length;
    const slotOf = this.#slotOf;
    const cells = slotOf === null ? [] : this.#cells.fill('');
    let lines = 0;
    let at = from;
    for (let column = 0; ; column++) {
      const slot = slotOf === null ? column : (slotOf[column] ?? -1);
      let start = at;
      let stop: number;
      if (data[at] === quote) {
        start = ++at;
        let isEscaped = false;
        for (; at < end; at++) {
          if (data[at] === lineFeed) lines++;
          if (data[at] !== quote) continue;
          if (data[at + 1] !== quote) break;
          isEscaped = true;
          at++;
        }
        // The quote may be the first half of an escaped one.
        if (at + 1 >= end && !isEnd) return -1;
        if (at >= end) throw this.#refusal('a quote is not closed');
        stop = at++;
        if (slot >= 0) {
          const text = data.toString('utf8', start, stop);
          cells[slot] = isEscaped ? text.replaceAll('""', '"') : text;
        }
        if (data[at] === carriageReturn) {
          if (at + 1 >= end && !isEnd) return -1;
          if (at + 1 >= end || data[at + 1] === lineFeed) at++;
        }
      } else {
        let byte = data[at];
        while (at < end && byte !== comma && byte !== lineFeed && byte !== quote) byte = data[++at];
        if (at >= end && !isEnd) return -1;
        if (at < end && byte === quote) throw this.#refusal(`a quote stands within a cell (column ${column + 1})`);
        stop = byte !== comma && at > start && data[at - 1] === carriageReturn ? at - 1 : at;
        if (slot >= 0) cells[slot] = stop === start ? '' : data.toString('utf8', start, stop);
      }
      if (at < end && data[at] === comma) {
        at++;
        continue;
      }
      if (at < end && data[at] !== lineFeed)
        throw this.#refusal(`a cell goes on after its closing quote (column ${column + 1})`);
      // An empty line is none.
      if (column > 0 || stop > start || slotOf === null) this.#give(cells, column === 0 && stop === start);
      this.#line += lines + 1;
      return Math.min(end, at + 1);
    }
  }

  #give(cells: string[], isEmpty: boolean): void {
    if (this.#slotOf !== null) {
      this.#reader.record(cells, this.#line);
      return;
    }
    if (isEmpty) return;
    const wanted = this.#reader.header(cells);
    this.#slotOf = new Int16Array(cells.length).fill(-1);
    for (const [slot, column] of wanted.entries()) this.#slotOf[column] = slot;
    this.#cells = wanted.map(() => '');
  }

  #refusal(what: string): SceError {
    return new SceError('FEED_REFUSED', `${this.#file} line ${this.#line}: ${what}`);
  }
}

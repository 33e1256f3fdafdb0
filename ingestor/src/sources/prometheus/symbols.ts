import { isUtf8 } from 'node:buffer';
import { SceError } from '../../errors.ts';
import type { ByteHash } from './byte-hash.ts';

const DOMAIN = 2;
/** 16 bytes are kept per symbol; a request of 2,000 series has a few thousand. */
const MAX_SYMBOLS = 1_000_000;
const KEEP_SYMBOLS = 65_536;

/** The symbol table of one 2.0 request: where each lies, and its hash, computed once. Filled anew for every request. */
export class Symbols {
  count = 0;
  low = new Int32Array(4_096);
  high = new Int32Array(4_096);
  #start = new Int32Array(4_096);
  #end = new Int32Array(4_096);
  #body: Buffer = Buffer.alloc(0);

  reset(body: Buffer): void {
    this.#body = body;
    this.count = 0;
    if (this.low.length > KEEP_SYMBOLS) this.#resize(4_096);
  }

  add(view: DataView, start: number, end: number, hash: ByteHash): void {
    if (this.count === this.low.length) {
      if (this.count >= MAX_SYMBOLS)
        throw new SceError('WRITE_REJECTED', `more than ${MAX_SYMBOLS} symbols in one request; send smaller requests`);
      this.#resize(this.count * 2);
    }
    hash.begin(DOMAIN);
    hash.bytes(view, start, end);
    hash.finish();
    this.low[this.count] = hash.low;
    this.high[this.count] = hash.high;
    this.#start[this.count] = start;
    this.#end[this.count] = end;
    this.count++;
  }

  /** Appends the offsets of a symbol; the reference must be in range. */
  span(reference: number, into: number[]): void {
    into.push(this.#start[reference]!, this.#end[reference]!);
  }

  isEmpty(reference: number): boolean {
    return this.#start[reference] === this.#end[reference];
  }

  /** The text of a symbol, null when there is none or it is not UTF-8. */
  text(reference: number): string | null {
    if (reference >= this.count) return null;
    const bytes = this.#body.subarray(this.#start[reference], this.#end[reference]);
    return isUtf8(bytes) ? bytes.toString('utf8') : null;
  }

  #resize(length: number): void {
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(length);
      array.set(old.subarray(0, Math.min(this.count, length)));
      return array;
    };
    this.low = grown(this.low);
    this.high = grown(this.high);
    this.#start = grown(this.#start);
    this.#end = grown(this.#end);
  }
}

import { randomBytes } from 'node:crypto';

/**
 * A keyed 64-bit hash of byte ranges in two 32-bit lanes, to recognise label bytes seen before. It never leaves the
 * process: the key is random, so that a sender cannot prepare two label sets that look the same.
 *
 * Why not a library: those for JavaScript hash strings or use BigInt; this one runs over bytes in place, at about
 * 1.5 GB/s. Every eight bytes pass two multiplications by secret odd numbers with the lanes crossing in between,
 * because a difference in the topmost bit passes a single multiplication unchanged and could be cancelled by the next word.
 */
export class ByteHash {
  low = 0;
  high = 0;
  readonly #k1: number;
  readonly #k2: number;
  readonly #k3: number;
  readonly #k4: number;
  readonly #seedLow: number;
  readonly #seedHigh: number;

  constructor(key: Uint8Array = randomBytes(24)) {
    const words = new DataView(key.buffer, key.byteOffset, 24);
    this.#k1 = words.getInt32(0) | 1;
    this.#k2 = words.getInt32(4) | 1;
    this.#k3 = words.getInt32(8) | 1;
    this.#k4 = words.getInt32(12) | 1;
    this.#seedLow = words.getInt32(16);
    this.#seedHigh = words.getInt32(20);
  }

  /** Starts a hash; `domain` keeps hashes of different things apart. */
  begin(domain: number): void {
    this.low = this.#seedLow ^ domain;
    this.high = this.#seedHigh;
  }

  /** Takes in two words. */
  words(first: number, second: number): void {
    const a = Math.imul(this.low ^ first, this.#k1);
    const b = Math.imul(this.high ^ second, this.#k2);
    this.low = Math.imul(a ^ (b >>> 15), this.#k3);
    this.high = Math.imul(b ^ (a >>> 17), this.#k4);
  }

  /** Takes in bytes `start … end` of the view, and their number. */
  bytes(view: DataView, start: number, end: number): void {
    const k1 = this.#k1;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const k4 = this.#k4;
    let low = this.low;
    let high = this.high;
    let position = start;
    for (const last = end - 8; position <= last; position += 8) {
      const a = Math.imul(low ^ view.getInt32(position, true), k1);
      const b = Math.imul(high ^ view.getInt32(position + 4, true), k2);
      low = Math.imul(a ^ (b >>> 15), k3);
      high = Math.imul(b ^ (a >>> 17), k4);
    }
    let first = 0;
    let second = 0;
    for (let shift = 0; position < end; position++, shift += 8) {
      if (shift < 32) first |= view.getUint8(position) << shift;
      else second |= view.getUint8(position) << (shift - 32);
    }
    this.low = low;
    this.high = high;
    this.words(first, second);
    this.words(end - start, 0);
  }

  /** Ends the hash: both lanes depend on everything. */
  finish(): void {
    this.words(0x9e3779b9, 0x7f4a7c15);
    this.low ^= this.low >>> 16;
    this.high ^= this.high >>> 15;
  }
}

import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What block.wat exports; addresses are offsets in its memory. */
interface BlockExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  key(): void;
  decompress(from: number, end: number, out: number, length: number): number;
  hash(start: number, end: number): void;
  labels(start: number, end: number): number;
}

const MiB = 1024 * 1024;
const KEY_BYTES = 48;
/** The module may touch this many bytes beyond what it is given. */
const ROOM = 64;
// Layout: the result of a hash, bytes to be hashed that are not here, the compressed body, the decompressed body.
const SCRATCH = 1_024;
const INPUT = 64 * 1024;
const SCRATCH_BYTES = INPUT - SCRATCH - ROOM;
const INPUT_BYTES = 4 * MiB;
const OUTPUT = INPUT + INPUT_BYTES + ROOM;
const OUTPUT_BYTES = 8 * MiB;

/** Node's types have no WebAssembly, the browser's library has more than is there. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { readonly exports: BlockExports };
  };
};
const module = new wasm.Module(readFileSync(new URL('block.wasm', import.meta.url)));

/**
 * The two loops that touch every byte of a 1.0 body, in WebAssembly, over memory that is used again and again: snappy,
 * and a keyed 64-bit hash of label bytes. Measured against the same in JavaScript: docs/decisions/0003.
 * The key is random and the hash never leaves the process, so that no sender can prepare two label sets that look the same.
 */
export class Block {
  /** The hash computed last. */
  low = 0;
  high = 0;
  readonly #exports: BlockExports;
  readonly #bytes: Uint8Array;
  readonly #result: Int32Array;

  constructor() {
    this.#exports = new wasm.Instance(module).exports;
    const { buffer } = this.#exports.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#result = new Int32Array(buffer, 0, 2);
    randomFillSync(this.#bytes, 0, KEY_BYTES);
    this.#exports.key();
  }

  /** Whether a body is of a usual size; others are for `SnappyBlock`. Sizes in bytes. */
  fits(compressed: number, decompressed: number): boolean {
    return compressed <= INPUT_BYTES && decompressed <= OUTPUT_BYTES;
  }

  /** As `decompressSnappy`, for bodies that fit; what it returns is good until the next call. */
  decompress(input: Uint8Array, start: number, length: number): Buffer | null {
    this.#bytes.set(input, INPUT);
    const valid = this.#exports.decompress(INPUT + start, INPUT + input.length, OUTPUT, length);
    return valid === 1 ? Buffer.from(this.#exports.memory.buffer, OUTPUT, length) : null;
  }

  /** Where a body lies that `decompress` has returned; -1 for any other. */
  addressOf(body: Uint8Array): number {
    return body.buffer === this.#exports.memory.buffer ? body.byteOffset : -1;
  }

  /**
   * Passes over the labels (field 1) with which the TimeSeries at addresses `start … end` begins, hashes them into `low`
   * and `high`, and gives the address behind them; -1 when a label is unusually long or cut short.
   */
  labels(start: number, end: number): number {
    const position = this.#exports.labels(start, end);
    if (position >= 0) this.#take();
    return position;
  }

  /** The same hash for bytes that lie elsewhere; false when they are too many. */
  hash(bytes: Uint8Array): boolean {
    if (bytes.length > SCRATCH_BYTES) return false;
    this.#bytes.set(bytes, SCRATCH);
    this.#exports.hash(SCRATCH, SCRATCH + bytes.length);
    this.#take();
    return true;
  }

  #take(): void {
    this.low = this.#result[0]!;
    this.high = this.#result[1]!;
  }
}

/** Copies may write up to this many bytes too far; what follows in the output overwrites them. */
const SLACK = 8;
const FIRST_BYTES = 2 * 1024 * 1024;
const KEEP_BYTES = 8 * 1024 * 1024;

/**
 * Snappy's block format into memory that is used again and again. The native library takes fresh memory for every body,
 * and the pages of 1.4 MB cost six times the work itself (docs/decisions/0003-where-ingest-time-goes.md).
 * What `decompress` returns is good until the next call.
 */
export class SnappyBlock {
  #buffer = Buffer.alloc(0);
  #view = new DataView(this.#buffer.buffer, 0, 0);

  /** Decompresses what follows the header at `start` into exactly `length` bytes; null when the block is not valid. */
  decompress(input: Buffer, start: number, length: number): Buffer | null {
    this.#reserve(length);
    const output = this.#buffer;
    const view = this.#view;
    const end = input.length;
    let from = start;
    let to = 0;
    while (from < end) {
      const tag = input[from++] as number;
      let size = tag >>> 2;
      if ((tag & 3) === 0) {
        // A literal; sizes from 60 on say in how many bytes the size follows.
        if (size >= 60) {
          const bytes = size - 59;
          if (from + bytes > end) return null;
          size = input.readUIntLE(from, bytes);
          from += bytes;
        }
        size++;
        if (from + size > end || to + size > length) return null;
        if (size > 48) input.copy(output, to, from, from + size);
        else for (let i = 0; i < size; i++) output[to + i] = input[from + i] as number;
        from += size;
        to += size;
        continue;
      }
      // A copy of what was written before, in three encodings.
      let offset: number;
      if ((tag & 3) === 1) {
        if (from + 1 > end) return null;
        size = (size & 7) + 4;
        offset = ((tag >>> 5) << 8) | (input[from] as number);
        from++;
      } else if ((tag & 3) === 2) {
        if (from + 2 > end) return null;
        size++;
        offset = (input[from] as number) | ((input[from + 1] as number) << 8);
        from += 2;
      } else {
        if (from + 4 > end) return null;
        size++;
        offset = input.readUInt32LE(from);
        from += 4;
      }
      if (offset === 0 || offset > to || to + size > length) return null;
      if (offset >= 4)
        for (let i = 0; i < size; i += 4) view.setInt32(to + i, view.getInt32(to + i - offset, true), true);
      else for (let i = 0; i < size; i++) output[to + i] = output[to + i - offset] as number;
      to += size;
    }
    return to === length ? output.subarray(0, length) : null;
  }

  /** Memory of an exceptional body is given back with the next usual one. */
  #reserve(length: number): void {
    const needed = length + SLACK;
    if (this.#buffer.length >= needed && (this.#buffer.length <= KEEP_BYTES || needed > KEEP_BYTES)) return;
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(KEEP_BYTES, Math.max(FIRST_BYTES, needed * 2))));
    this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
  }
}

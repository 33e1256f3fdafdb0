/** Copies may write up to this many bytes too far; what follows in the output overwrites them. */
const SLACK = 8;

/**
 * Snappy's block format in JavaScript, for bodies beyond the memory of `Block`: decompresses what follows the header at
 * `start` into exactly `length` bytes; null when the block is not valid.
 */
export function decompressSnappy(input: Buffer, start: number, length: number): Buffer | null {
  const output = Buffer.allocUnsafeSlow(length + SLACK);
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  const end = input.length;
  let from = start;
  let to = 0;
  while (from < end) {
    const tag = input[from++]!;
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
      else for (let i = 0; i < size; i++) output[to + i] = input[from + i]!;
      from += size;
      to += size;
      continue;
    }
    // A copy of what was written before, in three encodings.
    let offset: number;
    if ((tag & 3) === 1) {
      if (from + 1 > end) return null;
      size = (size & 7) + 4;
      offset = ((tag >>> 5) << 8) | input[from]!;
      from++;
    } else if ((tag & 3) === 2) {
      if (from + 2 > end) return null;
      size++;
      offset = input[from]! | (input[from + 1]! << 8);
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
    else for (let i = 0; i < size; i++) output[to + i] = output[to + i - offset]!;
    to += size;
  }
  return to === length ? output.subarray(0, length) : null;
}

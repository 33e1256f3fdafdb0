import type { Readable } from 'node:stream';
import { SceError } from '../../errors.ts';
import type { Block } from './block.ts';
import { decompressSnappy } from './snappy-block.ts';

/** Reads a body up to a limit. `account` learns of every chunk and may throw to stop. Throws `BODY_TOO_LARGE`. */
export async function readBody(
  stream: Readable,
  declaredLength: number | null,
  limit: number,
  account: (bytes: number) => void,
): Promise<Buffer> {
  if (declaredLength !== null && declaredLength > limit)
    throw tooLarge('body', declaredLength, limit, 'max_wire_bytes');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge('body', length, limit, 'max_wire_bytes');
    account(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}

/** Snappy block format, into memory that the next body overwrites. */
export class Decompressor {
  readonly #limit: number;
  readonly #block: Block;

  constructor(limit: number, block: Block) {
    this.#limit = limit;
    this.#block = block;
  }

  /**
   * The decompressed body, good until the next call. The length in its header is checked before anything is allocated.
   * Throws `BODY_TOO_LARGE` or `WRITE_UNDECODABLE`.
   */
  decompress(body: Buffer): Buffer {
    if (body.length === 0) return body;
    const { length, end } = readHeader(body);
    if (length > this.#limit) throw tooLarge('decompressed body', length, this.#limit, 'max_decoded_bytes');
    const decoded = this.#block.fits(body.length, length)
      ? this.#block.decompress(body, end, length)
      : decompressSnappy(body, end, length);
    if (decoded === null)
      throw new SceError(
        'WRITE_UNDECODABLE',
        'the body is not snappy in block format (framed snappy is another format)',
      );
    return decoded;
  }
}

/** The varint at the start of a snappy block. */
function readHeader(body: Uint8Array): { length: number; end: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { length, end: i + 1 };
  }
  throw new SceError('WRITE_UNDECODABLE', 'the body is not snappy in block format: its header has no length');
}

function tooLarge(what: string, length: number, limit: number, key: string): SceError {
  return new SceError(
    'BODY_TOO_LARGE',
    `the ${what} has ${length} bytes, ${limit} are allowed (remote_write.${key}); send smaller requests`,
    {
      details: { length, limit },
    },
  );
}

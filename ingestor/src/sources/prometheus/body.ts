import type { Readable } from 'node:stream';
import { uncompressSync } from 'snappy';
import { SceError, messageOf } from '../../errors.ts';

/** Reads a body up to a limit. `account` learns of every chunk and may throw to stop. Throws `BODY_TOO_LARGE`. */
export async function readBody(stream: Readable, declaredLength: number | null, limit: number, account: (bytes: number) => void): Promise<Buffer> {
  if (declaredLength !== null && declaredLength > limit) throw tooLarge('body', declaredLength, limit, 'max_wire_bytes');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge('body', length, limit, 'max_wire_bytes');
    account(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}

/** Snappy block format. The length in its header is checked before anything is allocated. */
export function decompress(body: Buffer, limit: number): Buffer {
  if (body.length === 0) return body;
  const length = declaredSnappyLength(body);
  if (length > limit) throw tooLarge('decompressed body', length, limit, 'max_decoded_bytes');
  try {
    return uncompressSync(body) as Buffer;
  } catch (error) {
    throw new SceError('WRITE_UNDECODABLE', `the body is not snappy in block format (framed snappy is another format): ${messageOf(error)}`, { cause: error });
  }
}

/** The varint at the start of a snappy block. */
export function declaredSnappyLength(body: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw new SceError('WRITE_UNDECODABLE', 'the body is not snappy in block format: its header has no length');
}

function tooLarge(what: string, length: number, limit: number, key: string): SceError {
  return new SceError('BODY_TOO_LARGE', `the ${what} has ${length} bytes, ${limit} are allowed (remote_write.${key}); send smaller requests`, {
    details: { length, limit },
  });
}

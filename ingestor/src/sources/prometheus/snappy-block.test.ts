import fc from 'fast-check';
import { compressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { Block } from './block.ts';
import { Decompressor } from './body.ts';

const limit = 10_000_000;
const block = new Block();
/** Compressible: pieces of few kinds, repeated. */
const data = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 40 })), { maxLength: 30 })
  .map((pieces) => Buffer.concat(pieces.flatMap(([piece, times]) => Array<Uint8Array>(times).fill(piece))));

/** By WebAssembly, and what takes over for larger bodies. */
const inWasm = new Decompressor(limit, block);
const inJavaScript = new Decompressor(limit, Object.assign(Object.create(block) as Block, { fits: () => false }));

describe.each([
  ['in WebAssembly', inWasm],
  ['in JavaScript', inJavaScript],
])('snappy %s', (_name, decompressor) => {
  it('gives back what another implementation has compressed', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        expect(decompressor.decompress(compressSync(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 300 },
    );
    for (const size of [0, 1, 59, 60, 61, 255, 256, 65_535, 65_536, 3_000_000]) {
      const noise = Buffer.from(Array.from({ length: size }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 13) & 0xff));
      expect(decompressor.decompress(compressSync(noise)).equals(noise), String(size)).toBe(true);
    }
  });

  it('refuses what is no block, and never reads old memory', () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const block = compressSync(bytes);
        block[at % block.length] = block[at % block.length]! ^ change;
        try {
          expect(decompressor.decompress(block).length).toBeLessThanOrEqual(limit);
        } catch (error) {
          expect(error).toMatchObject({ name: 'SceError' });
        }
      }),
      { numRuns: 500 },
    );
    const cases = [
      [4, 0x01, 0x00], // a copy of offset 0
      [4, 0x01, 0x05], // a copy from before the beginning
      [4, 0x0c, 1, 2], // a literal cut short
      [4, 0x08, 1, 2, 3], // shorter than its header says
      [2, 0x08, 1, 2, 3], // longer than its header says
      [4, 0xf0], // a size cut short
    ];
    for (const block of cases) expect(() => decompressor.decompress(Buffer.from(block))).toThrow(/snappy/);
  });
});

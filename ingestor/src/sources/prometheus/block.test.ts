import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { compressSync } from 'snappy';
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { Block } from './block.ts';

const block = new Block();
const file = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

/** Brings bytes into the block's memory as a decompressed body; gives their address. */
function place(bytes: Uint8Array): number {
  const compressed = compressSync(Buffer.from(bytes));
  let header = 1;
  while (compressed[header - 1]! >= 0x80) header++;
  return block.addressOf(block.decompress(compressed, header, bytes.length)!);
}

const hashOf = (bytes: Uint8Array): string => {
  expect(block.hash(bytes)).toBe(true);
  return `${block.low} ${block.high}`;
};
const label = (length: number, fill: number): Buffer => {
  const head = length < 0x80 ? [0x0a, length] : [0x0a, (length & 0x7f) | 0x80, length >> 7];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(length, fill)]);
};

it('is what its text says', async () => {
  const source = (await wabt()).parseWat('block.wat', file('block.wat').toString('utf8'), { simd: true });
  expect(Buffer.from(source.toBinary({}).buffer).equals(file('block.wasm'))).toBe(true);
});

it('hashes labels in place as elsewhere, and stops behind them', () => {
  const labels = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(labels, fc.uint8Array({ maxLength: 30 }), (lengths, rest) => {
      const head = Buffer.concat(lengths.map(([length, fill]) => label(length, fill)));
      const tail = rest[0] === 0x0a ? rest.subarray(0, 0) : rest;
      const address = place(Buffer.concat([head, tail]));
      expect(block.labels(address, address + head.length + tail.length) - address).toBe(head.length);
      const inPlace = `${block.low} ${block.high}`;
      expect(hashOf(head)).toBe(inPlace);
    }),
  );
});

it('gives every byte, its place and the length a say', () => {
  const seen = new Set<string>();
  const bytes = Buffer.alloc(70);
  for (let length = 0; length <= 70; length++) seen.add(hashOf(bytes.subarray(0, length)));
  expect(seen.size).toBe(71);
  for (let at = 0; at < 70; at++)
    for (let bit = 0; bit < 8; bit++) {
      bytes[at] = 1 << bit;
      seen.add(hashOf(bytes));
      bytes[at] = 0;
    }
  expect(seen.size).toBe(71 + 70 * 8);
  expect(new Set([...seen].map((hash) => hash.split(' ')[0])).size).toBeGreaterThan(600);
});

it('has a key of its own', () => {
  const other = new Block();
  const bytes = Buffer.from('the same bytes');
  other.hash(bytes);
  expect(`${other.low} ${other.high}`).not.toBe(hashOf(bytes));
});

it.each<[string, number[]]>([
  ['a label that reaches beyond its series', [0x0a, 5, 1, 2]],
  ['a length of three bytes', [0x0a, 0x80, 0x80, 0x01, 1]],
  ['a length cut short', [0x0a]],
])('leaves %s to the careful path', (_name, bytes) => {
  const address = place(Buffer.from(bytes));
  expect(block.labels(address, address + bytes.length)).toBe(-1);
});

it('leaves bodies and label sets beyond its memory to others', () => {
  expect(block.fits(4 * 2 ** 20, 8 * 2 ** 20)).toBe(true);
  expect(block.fits(4 * 2 ** 20 + 1, 1)).toBe(false);
  expect(block.fits(1, 8 * 2 ** 20 + 1)).toBe(false);
  expect(block.hash(Buffer.alloc(70_000))).toBe(false);
});

import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { encodeV1, encodeV2, snappy, type SeriesInput } from '../../../../test/support/remote-write/encode.ts';
import { receivingApp } from '../../../../test/support/remote-write/receiving-app.ts';
import { headersV1, headersV2, sendRaw } from '../../../../test/support/remote-write/send.ts';

const sink: Warehouse = {
  writer: { write: () => Promise.resolve(), writeLines: () => Promise.resolve() },
  reader: {
    query: () => Promise.resolve({ columns: [], rows: [] }),
    rows: () => Promise.resolve([]),
    execute: () => Promise.resolve(),
  },
  settle: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const { app, receiver } = receivingApp(sink, { linger_ms: 1, max_series: 1_000 });
afterAll(() => app.close());

const now = Date.now();
const timestamp = fc.integer({ min: now - 1_000_000, max: now });
const label = fc.string({ unit: 'grapheme', maxLength: 12 });
const histogram = fc.record({
  timestamp,
  countInt: fc.nat(100),
  sum: fc.double(),
  schema: fc.integer({ min: -60, max: 12 }),
  positiveSpans: fc.array(fc.record({ offset: fc.integer({ min: -5, max: 5 }), length: fc.nat(6) }), { maxLength: 3 }),
  positiveDeltas: fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 8 }),
  customValues: fc.array(fc.double(), { maxLength: 4 }),
});
const series: fc.Arbitrary<SeriesInput> = fc.record({
  labels: fc.array(fc.tuple(label, label), { maxLength: 6 }).map((pairs) => [['__name__', 'fuzz'] as const, ...pairs]),
  samples: fc.array(fc.record({ value: fc.double(), timestamp }), { maxLength: 4 }),
  exemplars: fc.array(
    fc.record({ labels: fc.dictionary(label, label, { maxKeys: 2 }), value: fc.double(), timestamp }),
    { maxLength: 2 },
  ),
  histograms: fc.array(histogram, { maxLength: 2 }),
  metadata: fc.record({ type: fc.nat(9), help: label, unit: label }),
  createdTimestamp: timestamp,
});

/** Never a crash of the service (500), never an answer that makes a sender repeat what will never fit (503). */
const final = [204, 400, 413];

async function check(raw: Uint8Array, compressed = true): Promise<void> {
  for (const headers of [headersV1, headersV2]) {
    const answer = await sendRaw(app, compressed ? snappy(raw) : Buffer.from(raw), headers);
    expect(final, answer.body).toContain(answer.statusCode);
  }
  expect(receiver.pendingBytes).toBe(0);
}

it('answers random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => check(bytes)),
    { numRuns: 400 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => check(bytes, false)),
    { numRuns: 200 },
  );
}, 120_000);

it('answers messages that are nearly right: cut short, mutated, with fields of every wire type added', async () => {
  const edits = fc.record({
    cut: fc.option(fc.nat(400)),
    changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
    insert: fc.option(
      fc.tuple(
        fc.nat(400),
        fc.constantFrom(
          [0xf8, 0x01, 0x05],
          [0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8],
          [0xfa, 0x01, 1, 9],
          [0xfd, 0x01, 1, 2, 3, 4],
          [0xfb, 0x01],
          [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f],
          Array<number>(12).fill(0xff),
        ),
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(series, { maxLength: 4 }),
      fc.boolean(),
      edits,
      async (all, v1, { cut, changes, insert }) => {
        let bytes = [...(v1 ? encodeV1(all) : encodeV2(all))];
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        if (insert) bytes.splice(insert[0] % (bytes.length + 1), 0, ...insert[1]);
        if (cut !== null) bytes = bytes.slice(0, cut);
        await check(Uint8Array.from(bytes));
      },
    ),
    { numRuns: 500 },
  );
}, 240_000);

it('holds a bounded amount of memory, whatever lengths are claimed', async () => {
  const before = process.memoryUsage().rss;
  const claims = [
    Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    // 1 MB of empty symbols, of empty series, of empty labels, of empty samples, of spans without length.
    Buffer.alloc(1_000_000, Buffer.from([0x22, 0x00])),
    Buffer.alloc(1_000_000, Buffer.from([0x0a, 0x00])),
    Buffer.concat([Buffer.from([0x0a, 0xc0, 0x84, 0x3d]), Buffer.alloc(1_000_000, Buffer.from([0x0a, 0x00]))]),
    Buffer.concat([Buffer.from([0x0a, 0xc0, 0x84, 0x3d]), Buffer.alloc(1_000_000, Buffer.from([0x12, 0x00]))]),
    Buffer.concat([
      Buffer.from([0x0a, 0xc4, 0x84, 0x3d, 0x22, 0xc0, 0x84, 0x3d]),
      Buffer.alloc(1_000_000, Buffer.from([0x5a, 0x00])),
    ]),
  ];
  for (const claim of claims) await check(claim);
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
}, 120_000);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRows } from '../../warehouse/ilp-rows.ts';
import type { LabelPair } from './series-id.ts';
import { SeriesLines, seriesLine } from './series-lines.ts';

const HOUR = 3_600_000;
const schema = {
  table: 'series',
  timestamp: 'timestamp',
  columns: new Map([
    ['timestamp', 'timestamp'],
    ['series', 'long'],
    ['metric', 'symbol'],
    ['job', 'symbol'],
    ['pod', 'symbol'],
    ['labels', 'varchar'],
  ]),
};

/** The same row as the client library encodes it. */
function byLibrary(id: bigint, metric: string, labels: readonly LabelPair[], timestamp: number): string {
  const row = {
    timestamp: new Date(timestamp),
    series: id,
    metric,
    labels: `{${labels.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
    ...Object.fromEntries(labels.filter(([name]) => name === 'job' || name === 'pod')),
  };
  return encodeRows(schema, [row]).toString('utf8');
}

const text = fc.string({ minLength: 1, unit: 'binary', maxLength: 40 });
const awkward = fc.string({
  minLength: 1,
  unit: fc.constantFrom(' ', ',', '=', '\\', '"', '\n', '\r', '\t', '\u0000', 'a', 'é', '🙂'),
});

describe('a line of the table series', () => {
  it('is what the client library writes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
        fc.oneof(text, awkward),
        fc.array(fc.tuple(fc.oneof(fc.constantFrom('a', 'b c'), awkward), fc.oneof(text, awkward)), { maxLength: 4 }),
        fc.option(fc.oneof(text, awkward)),
        fc.integer({ min: 0, max: 2 ** 42 }),
        (id, metric, others, job, timestamp) => {
          const labels: LabelPair[] = [...others, ...(job === null ? [] : ([['job', job]] as const))];
          const hour = Math.floor(timestamp / HOUR) * HOUR;
          const expected = byLibrary(id, metric, labels, hour).replace(/ \d+t\n$/, ` ${hour}\n`);
          expect(seriesLine({ id, metric, labels }, timestamp)).toBe(expected);
        },
      ),
    );
  });
});

describe('SeriesLines', () => {
  const line = (i: number) => ({ id: BigInt(i), metric: `m${i}`, labels: [['größe', '値'.repeat(i)]] as LabelPair[] });
  const all = (lines: SeriesLines, size: number): string[] =>
    [...lines.pieces(size)].map((piece) => Buffer.from(piece).toString('utf8'));

  it.each([1, 200, 5_000, 10_000_000])('gives whole lines in pieces of %i bytes', (size) => {
    const lines = new SeriesLines();
    for (let i = 0; i < 500; i++) lines.add(line(i), 0);
    const pieces = all(lines, size);
    expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true);
    expect(pieces.join('')).toBe(Array.from({ length: 500 }, (_, i) => seriesLine(line(i), 0)).join(''));
    if (size === 1) expect(pieces).toHaveLength(500);
  });

  it('forgets what is taken out', () => {
    const lines = new SeriesLines();
    for (let i = 0; i < 3; i++) lines.add(line(i), 0);
    lines.truncate(1);
    lines.add(line(7), 0);
    expect(all(lines, 1_000_000)).toEqual([seriesLine(line(0), 0) + seriesLine(line(7), 0)]);
    lines.reset();
    expect(all(lines, 1)).toEqual([]);
    expect(lines.byteLength).toBe(0);
  });
});

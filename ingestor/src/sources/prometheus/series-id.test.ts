import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricRange } from '../../warehouse/metric-range.ts';
import { readSeriesWords, writeSeriesWords } from './sample-lines.ts';
import { seriesId } from './series-id.ts';

const labels = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { maxLength: 5 });
const LONG_MIN = -(2n ** 63n);

it('does not change: ids are stored for years', () => {
  expect(
    seriesId('up', [
      ['job', 'node'],
      ['instance', 'a:9100'],
    ]),
  ).toBe(
    seriesId('up', [
      ['instance', 'a:9100'],
      ['job', 'node'],
    ]),
  );
  expect(
    seriesId('up', [
      ['instance', 'a:9100'],
      ['job', 'node'],
    ]),
  ).toMatchInlineSnapshot(`8476537260077997202n`);
});

it('lies in the range of its metric, and is never NULL', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), labels, (metric, set) => {
      const id = seriesId(metric, set);
      const { low, high } = metricRange(metric);
      expect(id >= low && id <= high && id !== LONG_MIN && low !== LONG_MIN).toBe(true);
    }),
  );
});

it('goes through the words of a line and back', () => {
  const words = new Int32Array(6);
  fc.assert(
    fc.property(fc.bigInt({ min: LONG_MIN + 1n, max: 2n ** 63n - 1n }), (id) => {
      writeSeriesWords(words, 0, id);
      expect(readSeriesWords(words, 0)).toBe(id);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binAt, heightTicks, highestValue, requestedPath, usedBars, yOf, type ChartSize } from './chart.ts';
import { cellsOf, coreAxis, coresAt, coreTicks, xOfCores } from './core-axis.ts';
import { multiplesLayout } from './layout.ts';
import { memoryStops, snap } from './slider.ts';
import { nineAndOne, testHistogram } from './test-histogram.ts';

const histogram = testHistogram('Analyst', nineAndOne);
// 19 cells of 10 px: three below a core, 16 above.
const axis = coreAxis([histogram], 190);

describe('core axis', () => {
  it.each([
    [0, 0],
    [0.1, 10],
    [0.3, 15],
    [0.5, 20],
    [1, 30],
    [14, 160],
    [16.5, 185],
    [99, 190],
    [-1, 0],
  ])('%d cores at %d px', (cores, x) => {
    expect(xOfCores(axis, cores)).toBeCloseTo(x, 9);
  });
  it('a pixel is where its cores are', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 190, noNaN: true }), (x) => {
        expect(xOfCores(axis, coresAt(axis, x))).toBeCloseTo(x, 6);
      }),
    );
  });
  it('never shorter than four cores, nor than asked for', () => {
    expect([coreAxis([], 100).most, coreAxis([], 100, 6).most]).toEqual([4, 6]);
    expect([cellsOf({ from: 0, to: 0.1 }), cellsOf({ from: 0.1, to: 3 }), cellsOf({ from: 0, to: 16 })]).toEqual([
      1, 4, 18,
    ]);
  });
  it.each([
    [190, [0, 1, 4, 8, 12, 16]],
    [900, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]],
    [80, [0, 8, 16]],
  ])('labels on %d px', (width, ticks) => {
    expect(coreTicks(coreAxis([histogram], width))).toEqual(ticks);
  });
});

describe('chart', () => {
  const size: ChartSize = { axis, height: 100, scale: 'linear', measure: 'share', most: 1 };
  it('bars of what is used', () => {
    expect(usedBars(histogram, size).map(({ x, width, y, value }) => [x, width, Math.round(y), value])).toEqual([
      [0, 9, 10, 0.9],
      [160, 9, 90, 0.1],
    ]);
  });
  it('a share of nearly nothing is a pixel high', () => {
    const bars = usedBars(testHistogram('A', [[0, 0.1, 1e6, 0], [1, 2, 1, 0]]), size); // prettier-ignore
    expect(bars[1]?.height).toBe(1);
  });
  it('bins shown together are as high as their mean', () => {
    expect(usedBars(testHistogram('A', [[0, 0.1, 80, 0], [0.1, 3, 20, 0]]), size).map(({ value }) => value)).toEqual([0.8, 0.05]); // prettier-ignore
  });
  it('what is requested as an outline; neighbours as one', () => {
    expect(requestedPath(histogram, size)).toBe('M180 100V0H190V100');
    const two = testHistogram('A', [[1, 2, 0, 3], [2, 3, 0, 1], [16, 17, 4, 0]]); // prettier-ignore
    expect(requestedPath(two, size)).toBe('M30 100V25H40V75H50V100');
    expect(requestedPath(testHistogram('A', [[0, 1, 1, 0]]), size)).toBe('');
  });
  it('a square root shows small shares', () => {
    expect(yOf({ ...size, scale: 'sqrt' }, 0.01)).toBeCloseTo(90, 9);
    expect(yOf(size, 5)).toBe(0);
  });
  it('the top is the highest of all', () => {
    expect(highestValue([histogram, testHistogram('B', [[1, 2, 300, 0]])], 'share')).toBe(1);
    expect(highestValue([histogram, testHistogram('B', [[1, 2, 300, 0]])], 'hours')).toBe(300);
    expect(highestValue([], 'hours')).toBe(1);
  });
  it('the bin under a pixel', () => {
    expect(binAt(histogram, axis, 165)?.from).toBe(14);
    expect(binAt(histogram, axis, 100)).toBeNull();
  });
  it.each([
    [1, 200, [0.25, 0.5, 0.75, 1]],
    [0.9, 100, [0.5]],
    [0.7, 200, [0.2, 0.4, 0.6]],
  ])('height labels to %d on %d px', (most, height, ticks) => {
    const found = heightTicks({ ...size, most, height });
    expect(found).toHaveLength(ticks.length);
    found.forEach((tick, index) => expect(tick).toBeCloseTo(ticks[index]!, 9));
  });
});

describe('slider', () => {
  it.each([
    [2.4, 1, 64, 2],
    [2.5, 1, 64, 3],
    [0, 1, 64, 1],
    [99, 1, 64, 64],
    [0.3, 0.1, 4, 0.3],
    [7.9, 3, 8, 6],
  ])('%d cores in steps of %d to %d: %d', (cores, step, most, value) => {
    expect(snap(cores, { step, most })).toBe(value);
  });
  it('every value is a multiple of the step in the range', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -10, max: 500, noNaN: true }),
        fc.constantFrom(0.1, 0.25, 0.5, 1, 2),
        (cores, step) => {
          const value = snap(cores, { step, most: 64 });
          expect(value).toBeGreaterThanOrEqual(step);
          expect(value).toBeLessThanOrEqual(64);
          expect(Math.abs(value / step - Math.round(value / step))).toBeLessThan(1e-6);
        },
      ),
    );
  });
  it.each([
    [16, [null, 1, 2, 4, 8, 16]],
    [30, [null, 1, 2, 4, 8, 16]],
    [0, [null, 1]],
  ])('memory up to %d GB', (most, stops) => {
    expect(memoryStops(most)).toEqual(stops);
  });
});

describe('small multiples', () => {
  it.each([
    [
      { width: 1200, height: 500, count: 4 },
      { columns: 4, cellWidth: 291, cellHeight: 500, isScrolled: false },
    ],
    [
      { width: 800, height: 500, count: 4 },
      { columns: 2, cellWidth: 394, cellHeight: 244, isScrolled: false },
    ],
    [
      { width: 300, height: 500, count: 4 },
      { columns: 1, cellWidth: 288, cellHeight: 190, isScrolled: true },
    ],
    [
      { width: 1200, height: 500, count: 1 },
      { columns: 1, cellWidth: 1200, cellHeight: 500, isScrolled: false },
    ],
    [
      { width: 1200, height: 500, count: 4, columns: 2 },
      { columns: 2, cellWidth: 594, cellHeight: 244, isScrolled: false },
    ],
    [
      { width: 80, height: 500, count: 1 },
      { columns: 1, cellWidth: 80, cellHeight: 500, isScrolled: false },
    ],
  ])('%o', (input, layout) => {
    expect(multiplesLayout(input)).toEqual(layout);
  });
});

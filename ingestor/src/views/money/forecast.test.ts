import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedOf, forecast, spread, theilSen, type DayCost } from './forecast.ts';

const start = Date.parse('2026-03-02'); // Monday
const day = (index: number): Omit<DayCost, 'cost'> => ({
  day: new Date(start + index * 86_400_000),
  weekday: (index % 7) + 1,
});
const history = (count: number, costOf: (index: number, weekday: number) => number): DayCost[] =>
  Array.from({ length: count }, (_, index) => ({ ...day(index), cost: costOf(index, day(index).weekday) }));
const left = (from: number, count: number) => Array.from({ length: count }, (_, index) => day(from + index));

describe('forecast', () => {
  it('nothing known: nothing said', () => expect(forecast([], left(0, 3))).toBeNull());

  it('under 14 days: median × days left', () => {
    const of = forecast(
      history(5, (index) => [10, 30, 20, 500, 10][index] ?? 0),
      left(5, 10),
    );
    expect(of).toMatchObject({ method: 'median', cost: 200, daysUsed: 5 });
    // residuals −10 10 0 480 −10: median 0, MAD 10; s = 14.826; 1.645 s √(10 + 100/5)
    expect(of?.high).toBeCloseTo(200 + 1.645 * 14.826 * Math.sqrt(30), 9);
    expect(of?.low).toBeCloseTo(200 - 1.645 * 14.826 * Math.sqrt(30), 9);
  });

  it('under 28 days: weekday medians; s is at least 2 % of the median', () => {
    const of = forecast(
      history(21, (_, weekday) => (weekday > 5 ? 10 : 100)),
      left(21, 7),
    );
    expect(of).toMatchObject({ method: 'weekday medians', cost: 520, daysUsed: 21 });
    expect(of?.high).toBeCloseTo(520 + 1.645 * 2 * Math.sqrt(7 + 49 / 21), 9);
  });

  it('from 28 days: plus the trend; one wild day moves nothing; only the last 84 days count', () => {
    const costOf = (index: number, weekday: number) =>
      index < 16 ? 9999 : index === 50 ? 5000 : 100 + index + (weekday > 5 ? -50 : 0);
    const of = forecast(history(100, costOf), left(100, 2));
    expect(of).toMatchObject({ method: 'weekday medians and trend', daysUsed: 84 });
    // Weekday medians take a step a week, so that the line through what is left is a little flatter than the true 200 and 201.
    const calm = forecast(
      history(100, (index, weekday) => (index === 50 ? 150 : costOf(index, weekday))),
      left(100, 2),
    );
    expect(of?.days[0]).toBeGreaterThan(195);
    expect(of?.days[0]).toBeLessThan(201);
    expect(Math.abs((of?.cost ?? 0) - (calm?.cost ?? 0))).toBeLessThan(2);
  });

  it('an interval holds the forecast and is never negative', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 100 }),
        fc.integer({ min: 1, max: 31 }),
        (costs, days) => {
          const of = forecast(
            history(costs.length, (index) => costs[index] ?? 0),
            left(costs.length, days),
          );
          expect(of && of.low >= 0 && of.low <= of.cost && of.cost <= of.high).toBe(true);
        },
      ),
    );
  });
});

it('Theil–Sen finds a line through a third of outliers', () => {
  const points = Array.from({ length: 30 }, (_, x) => [x, x % 4 === 0 ? 1e6 : 3 * x + 7] as const);
  expect(theilSen(points.map(([x, y]) => [x, y === 1e6 ? 900 : y])).slope).toBeCloseTo(3, 0);
  expect(
    theilSen([
      [0, 7],
      [1, 10],
      [2, 13],
    ]),
  ).toEqual({ slope: 3, intercept: 7 });
  expect(theilSen([])).toEqual({ slope: 0, intercept: 0 });
});

it('spread', () => {
  expect(spread([1, 2, 3, 4, 100], 0)).toBeCloseTo(1.4826, 9);
  expect(spread([0, 0, 0], 500)).toBe(10);
});

describe('expectedOf', () => {
  const before = history(42, (_, weekday) => (weekday > 5 ? 100 : 1000)); // six of each
  it.each([
    // s = 2 % of the median 1,000 = 20; 4 s = 80
    [{ weekday: 2, cost: 1080 }, 1000, 1080, false],
    [{ weekday: 2, cost: 1080.01 }, 1000, 1080, true],
    [{ weekday: 7, cost: 181 }, 100, 180, true],
    [{ weekday: 7, cost: 5 }, 100, 180, false],
  ])('%j', (of, median, threshold, isAnomaly) => {
    expect(expectedOf(of, before, 50)).toEqual({ median, threshold, isAnomaly });
  });
  it('by at least $50', () => {
    const cheap = history(42, () => 100); // s = 2
    expect(expectedOf({ weekday: 3, cost: 150 }, cheap, 50).isAnomaly).toBe(false);
    expect(expectedOf({ weekday: 3, cost: 151 }, cheap, 50).isAnomaly).toBe(true);
  });
  it('not before six such weekdays', () => {
    expect(expectedOf({ weekday: 7, cost: 1e9 }, before.slice(7), 50)).toEqual({
      median: null,
      threshold: null,
      isAnomaly: false,
    });
  });
});

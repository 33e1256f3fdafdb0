import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownNeed, type UserBuckets } from './own-need.ts';
import { isException, roleDefault, wholeRequest } from './role-default.ts';
import { weightedPercentile } from './weighted-percentile.ts';

const gb = 2 ** 30;
/** `buckets`: [cores, how many, active days since]. */
function user(buckets: readonly (readonly [number, number, number?])[], more: Partial<UserBuckets> = {}): UserBuckets {
  const all = buckets.flatMap(([cores, count, since = 0]) =>
    Array.from({ length: count }, () => [cores, since] as const),
  );
  return {
    cores: Float64Array.from(all, ([cores]) => cores),
    coveredSeconds: new Float64Array(all.length).fill(300),
    daysSince: Uint8Array.from(all, ([, since]) => since),
    atCpuLimit: 0,
    atMemoryLimit: 0,
    cpuLimitCores: null,
    memoryLimitBytes: null,
    memoryMaxBytes: null,
    oomLimitBytes: null,
    ...more,
  };
}

describe('weighted percentile', () => {
  it.each([
    ['95 of 100 equal weights', [1, 2], [95, 5], 1],
    ['94 of 100', [1, 2], [94, 6], 2],
    ['one value', [7], [1], 7],
    ['a value without weight is not the answer', [9, 1], [0, 1], 1],
    ['unsorted', [3, 1, 2], [1, 1, 98], 2],
  ])('%s', (_, values, weights, expected) => {
    expect(weightedPercentile(Float64Array.from(values), Float64Array.from(weights), 0.95)).toBe(expected);
  });
  it('no weight, no number', () => expect(weightedPercentile(Float64Array.of(1), Float64Array.of(0), 0.95)).toBeNaN());
  it('is the smallest value that holds the share', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
        (pairs) => {
          const held = (limit: number): number =>
            pairs.reduce((sum, [value, weight]) => sum + (value <= limit ? weight : 0), 0);
          const all = held(Infinity);
          const found = weightedPercentile(
            Float64Array.from(pairs, ([v]) => v),
            Float64Array.from(pairs, ([, w]) => w),
            0.95,
          );
          expect(100 * held(found)).toBeGreaterThanOrEqual(95 * all);
          expect(100 * held(found - 1)).toBeLessThan(95 * all);
        },
      ),
    ));
});

describe('own need', () => {
  it.each([
    ['16 cores one hour a day is a need of 16', user([[16, 12 * 28]]), 16],
    [
      'a rare peak of less than 5 % is not',
      user([
        [1, 96],
        [12, 4],
      ]),
      1,
    ],
    [
      'a peak of 6 % is',
      user([
        [1, 94],
        [12, 6],
      ]),
      12,
    ],
    ['under 100 active buckets there is no number', user([[4, 99]]), null],
    [
      'old days weigh less: 14 active days ago half',
      user([
        [1, 91, 0],
        [8, 9, 14],
      ]),
      1,
    ],
    [
      '… than recent ones',
      user([
        [1, 91, 14],
        [8, 9, 0],
      ]),
      8,
    ],
  ])('%s', (_, buckets, p95) => expect(ownNeed(buckets).p95Cores).toBe(p95));
  it('a gap is less covered, not idle', () => {
    const half = user([
      [1, 94],
      [12, 6],
    ]);
    half.coveredSeconds.fill(100, 94);
    expect(ownNeed(half).p95Cores).toBe(1);
  });
  it('at the CPU limit in 5 % of the buckets: never less than the limit', () => {
    const held = (atCpuLimit: number) =>
      ownNeed(
        user(
          [
            [1, 95],
            [3.9, 5],
          ],
          { cpuLimitCores: 4, atCpuLimit },
        ),
      ).cores;
    expect([held(5), held(4)]).toEqual([4, 1]);
  });
  it.each([
    ['1.15 × the highest sample', { memoryMaxBytes: 10 * gb }, 11.5],
    ['1.25 × the limit of an OOM kill', { memoryMaxBytes: 8 * gb, oomLimitBytes: 8 * gb }, 10],
    ['at the memory limit', { memoryMaxBytes: 2 * gb, memoryLimitBytes: 8 * gb, atMemoryLimit: 5 }, 8],
    ['not often at it', { memoryMaxBytes: 2 * gb, memoryLimitBytes: 8 * gb, atMemoryLimit: 4 }, 2.3],
    ['no sample', {}, null],
  ])('memory: %s', (_, more, gigabytes) => {
    const bytes = ownNeed(user([[1, 100]], more)).memoryBytes;
    if (gigabytes === null) expect(bytes).toBeNull();
    else expect(bytes! / gb).toBeCloseTo(gigabytes, 9);
  });
});

describe('role default', () => {
  const users = (...needs: (readonly [number, number])[]): number[] =>
    needs.flatMap(([need, count]) => Array<number>(count).fill(need));
  it.each([
    ['99 at 0.5 and one at 12', users([0.5, 99], [12, 1]), 1, 1],
    ['80 of 100', users([2, 80], [9, 20]), 2, 20],
    ['79 of 100', users([2, 79], [9, 21]), 9, 0],
    ['four of five', users([2, 4], [9, 1]), 2, 1],
    ['a mean of 16 with a rounding error', users([16.0000001, 5]), 16, 0],
    ['a little more than whole', users([16.01, 5]), 17, 0],
  ])('%s', (_, needs, expected, exceptions) => {
    const found = roleDefault(needs)!;
    expect([found, needs.filter((need) => isException(need, found)).length]).toEqual([expected, exceptions]);
  });
  it('under five users there is no number', () => expect(roleDefault(users([2, 4]))).toBeNull());
  it('covers 80 %, and one core less does not', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 64, noNaN: true }), { minLength: 5 }), (needs) => {
        const found = roleDefault(needs)!;
        const covered = (request: number): number => needs.filter((need) => wholeRequest(need) <= request).length;
        expect(covered(found)).toBeGreaterThanOrEqual(0.8 * needs.length - 1e-9);
        if (found > 1) expect(covered(found - 1)).toBeLessThan(0.8 * needs.length);
      }),
    ));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMatrix, type Span } from './bucket-matrix.ts';
import { planSizes } from './size-plan.ts';
import { simulateThrottling, totalThrottling, type UseMatrix } from './throttling.ts';

const shape = { millicores: 64_000, memoryBytes: 2 ** 38 };
const containers = (count: number, buckets: number): Span[] =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index).padStart(3, '0'),
    role: index % 10 === 9 ? 'other' : 'r',
    millicores: 16_000,
    memoryBytes: 0,
    fromBucket: 0,
    toBucket: buckets,
  }));

/** `coresOf(bucket, item)`; under 0.1 core a container is not active. */
function useOf(items: number, from: number, to: number, coresOf: (bucket: number, item: number) => number): UseMatrix {
  const at = [0];
  const active: [number, number][] = [];
  const background: number[] = [];
  for (let bucket = from; bucket < to; bucket++) {
    let [sum, quiet] = [0, 0];
    for (let item = 0; item < items; item++) {
      const cores = coresOf(bucket, item);
      if (cores >= 0.1) active.push([item, cores]);
      else [sum, quiet] = [sum + cores, quiet + 1];
    }
    at.push(active.length);
    background.push(quiet === 0 ? 0 : sum / quiet);
  }
  return {
    fromBucket: from,
    toBucket: to,
    at: Int32Array.from(at),
    items: Int32Array.from(active, ([item]) => item),
    cores: Float64Array.from(active, ([, cores]) => cores),
    backgroundCores: Float64Array.from(background),
  };
}

function throttling(count: number, recommended: number, coresOf: (bucket: number, item: number) => number) {
  const matrix = buildMatrix(containers(count, 10), 10);
  const plan = planSizes(
    matrix.types.map((type) => ({ ...type, millicores: recommended * 1000 })),
    shape,
  );
  const counts = (type: number): boolean => matrix.types[type]?.role === 'r';
  return totalThrottling(simulateThrottling(matrix, useOf(count, 4, 10, coresOf), plan, counts), counts);
}

describe('throttling', () => {
  it('the future is as the past: nothing is above', () =>
    expect(throttling(60, 1, () => 0.5)).toEqual({ activeBuckets: 54 * 6, throttled: 0, above: 0 }));
  it('the future is not as the past: all are throttled', () =>
    expect(throttling(60, 1, () => 12)).toEqual({ activeBuckets: 54 * 6, throttled: 54 * 6, above: 54 * 6 }));
  it('one above on a node that has room is not throttled; it is in the upper bound', () =>
    expect(throttling(60, 1, (_, item) => (item === 0 ? 12 : 0.5))).toEqual({
      activeBuckets: 324,
      throttled: 0,
      above: 6,
    }));
  it('what is idle fills nodes too', () =>
    expect(throttling(60, 1, (_, item) => (item === 0 ? 60 : 0.09)).throttled).toBe(6));
  it('those who use more than is there, on other nodes, throttle nobody here', () => {
    // 32 cores each: two on a node; items 0 and 1 on the first.
    const { throttled, above } = throttling(10, 32, (_, item) => (item < 2 ? 33 : 1));
    expect({ throttled, above }).toEqual({ throttled: 12, above: 12 });
    expect(throttling(10, 32, (_, item) => (item === 0 || item === 2 ? 33 : 1)).throttled).toBe(0);
  });
  it('is between 0 and the upper bound, and a larger request never raises the bound', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 20, maxLength: 20 }), (cores) => {
        let before = Infinity;
        for (const request of [1, 2, 4, 8, 16]) {
          const { throttled, above, activeBuckets } = throttling(
            20,
            request,
            (bucket, item) => cores[(item + bucket) % 20] ?? 0,
          );
          expect(throttled).toBeLessThanOrEqual(above);
          expect(above).toBeLessThanOrEqual(Math.min(before, activeBuckets));
          before = above;
        }
      }),
      { numRuns: 40 },
    ));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateSurvival, estimateWhereEnough, thinOut, type Subject } from './survival.ts';

const ended = (exit: number, cause = 'x', entry = 0): Subject => ({ entry, exit, cause });
const running = (exit: number, entry = 0): Subject => ({ entry, exit, cause: null });

describe('Kaplan–Meier', () => {
  it('weeks in remission under 6-MP (Freireich 1963), with the log-log band as Stata’s sts list and R’s survfit print it', () => {
    const subjects = [
      ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map((at) => ended(at)),
      ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((at) => running(at)),
    ];
    const rows = estimateSurvival(subjects, ['x']).slice(1);
    expect(rows.map(({ age, atRisk, events }) => [age, atRisk, events])).toEqual([
      [6, 21, 3],
      [7, 17, 1],
      [10, 15, 1],
      [13, 12, 1],
      [16, 11, 1],
      [22, 7, 1],
      [23, 6, 1],
    ]);
    const published = [
      [0.8571, 0.6197, 0.9516],
      [0.8067, 0.5631, 0.9228],
      [0.7529, 0.5032, 0.8894],
      [0.6902, 0.4316, 0.8491],
      [0.6275, 0.3675, 0.8049],
      [0.5378, 0.2678, 0.7468],
      [0.4482, 0.1881, 0.6801],
    ];
    rows.forEach(({ survival, lower, upper }, index) => {
      const [s, l, u] = published[index] ?? [];
      expect(survival).toBeCloseTo(s ?? NaN, 4);
      expect(lower ?? NaN).toBeCloseTo(l ?? NaN, 4);
      expect(upper ?? NaN).toBeCloseTo(u ?? NaN, 4);
    });
  });

  it('delayed entry, by hand: at risk in (entry, exit]', () => {
    const rows = estimateSurvival([ended(2), ended(3, 'x', 1), ended(4, 'x', 2.5), running(5)], ['x']);
    expect(rows.map(({ age, atRisk, survival }) => [age, atRisk, Number(survival.toFixed(6))])).toEqual([
      [0, 2, 1],
      [2, 3, 0.666667],
      [3, 3, 0.444444],
      [4, 2, 0.222222],
    ]);
  });

  it('who enters when another ends was not at risk', () => {
    expect(estimateSurvival([ended(2), ended(5), ended(4, 'x', 2)], ['x'])[1]).toMatchObject({
      age: 2,
      atRisk: 2,
      survival: 0.5,
    });
  });

  it('all end: nothing is left, and there is no band', () => {
    expect(estimateSurvival([ended(1), ended(1)], ['x']).at(-1)).toMatchObject({
      survival: 0,
      lower: null,
      upper: null,
    });
    expect(estimateSurvival([], ['x'])).toEqual([]);
    expect(estimateSurvival([running(3)], ['x'])).toHaveLength(1);
  });
});

describe('Aalen–Johansen', () => {
  it('by hand: 0.8 × 1/4 for b at 2; 0.6 × 1/2 for a at 4; what is left for b at 5', () => {
    const rows = estimateSurvival([ended(1, 'a'), ended(2, 'b'), running(3), ended(4, 'a'), ended(5, 'b')], ['a', 'b']);
    expect(
      rows.map(({ age, survival, incidence }) => [
        age,
        ...[survival, incidence['a'] ?? 0, incidence['b'] ?? 0].map((value) => Number(value.toFixed(6))),
      ]),
    ).toEqual([
      [0, 1, 0, 0],
      [1, 0.8, 0.2, 0],
      [2, 0.6, 0.2, 0.2],
      [4, 0.3, 0.5, 0.2],
      [5, 0, 0.5, 0.5],
    ]);
  });

  it('two causes at the same age share the survival just before it', () => {
    expect(estimateSurvival([ended(1, 'a'), ended(1, 'b'), running(2), running(2)], ['a', 'b'])[1]).toMatchObject({
      survival: 0.5,
      incidence: { a: 0.25, b: 0.25 },
    });
  });

  const subject = fc.record({
    entry: fc.integer({ min: 0, max: 20 }),
    stay: fc.integer({ min: 1, max: 30 }),
    cause: fc.constantFrom('a', 'b', null),
  });
  it('survival and incidences add up to 1, survival never rises, the band holds it', () => {
    fc.assert(
      fc.property(fc.array(subject, { minLength: 1, maxLength: 60 }), (drawn) => {
        let before = 1;
        for (const { survival, incidence, lower, upper } of estimateSurvival(
          drawn.map(({ entry, stay, cause }) => ({ entry, exit: entry + stay, cause })),
          ['a', 'b'],
        )) {
          expect(survival + (incidence['a'] ?? 0) + (incidence['b'] ?? 0)).toBeCloseTo(1, 9);
          expect(survival).toBeLessThanOrEqual(before);
          if (lower !== null && upper !== null) expect(lower <= survival && survival <= upper).toBe(true);
          before = survival;
        }
      }),
    );
  });
  it('agrees with the definition, counted one by one', () => {
    fc.assert(
      fc.property(fc.array(subject, { minLength: 1, maxLength: 40 }), (drawn) => {
        const subjects = drawn.map(({ entry, stay, cause }) => ({ entry, exit: entry + stay, cause }));
        const points = estimateSurvival(subjects, ['a', 'b']);
        let survival = 1;
        for (const point of points.slice(1)) {
          const atRisk = subjects.filter(({ entry, exit }) => entry < point.age && point.age <= exit).length;
          const events = subjects.filter(({ exit, cause }) => exit === point.age && cause !== null).length;
          survival *= 1 - events / atRisk;
          expect([point.atRisk, point.events]).toEqual([atRisk, events]);
          expect(point.survival).toBeCloseTo(survival, 9);
        }
      }),
    );
  });
});

describe('no line under ten at risk', () => {
  it('ends where fewer than ten are left', () => {
    const subjects = Array.from({ length: 15 }, (_, index) => ended(index + 1));
    expect(estimateWhereEnough(subjects, ['x'], 10).map(({ age, atRisk }) => [age, atRisk])).toEqual([
      [0, 15],
      [1, 15],
      [2, 14],
      [3, 13],
      [4, 12],
      [5, 11],
      [6, 10],
    ]);
    expect(estimateWhereEnough(subjects.slice(0, 9), ['x'], 10)).toEqual([]);
  });
  it('begins where ten are under observation: one early end among two does not halve the curve', () => {
    const subjects = [ended(1), running(9), ...Array.from({ length: 9 }, () => running(9, 5)), ended(8, 'x', 5)];
    const points = estimateWhereEnough(subjects, ['x'], 10);
    expect(points.map(({ age, atRisk }) => [age, atRisk])).toEqual([
      [5, 11],
      [8, 11],
    ]);
    expect(points[1]?.survival).toBeCloseTo(10 / 11, 9);
  });
});

it('thins out a step function, keeping its ends', () => {
  const points = Array.from({ length: 100 }, (_, age) => ({ age }));
  expect(thinOut(points, 4).map(({ age }) => age)).toEqual([0, 33, 66, 99]);
  expect(thinOut(points.slice(0, 3), 10)).toHaveLength(3);
  expect(thinOut([{ age: 0 }, { age: 98 }, { age: 99 }, { age: 100 }], 3).map(({ age }) => age)).toEqual([0, 100]);
});

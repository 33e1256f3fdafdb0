import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFrame } from '../../shared/test-frame.ts';
import { readAdvice } from './advice.ts';
import { readAnswer, withheldPools } from './answer.ts';
import { candidateTexts, rolesOf, withCandidate, type Candidates } from './candidates.ts';
import { estimate, interpolate, pointsOf, requestedLoad } from './estimate.ts';
import { nineAndOne, testHistogram } from './test-histogram.ts';

const candidates = (list: Readonly<Record<string, readonly [number | null, number | null]>>): Candidates =>
  new Map(Object.entries(list).map(([role, [cores, memoryGb]]) => [role, { cores, memoryGb }]));

describe('candidates', () => {
  it.each([
    [{ Analyst: [2, null] }, ['Analyst=2']],
    [{ Analyst: [2, 16], Admin: [null, 8] }, ['Admin=/8', 'Analyst=2/16']],
    [{ 'Analyst + Statistician': [2.5, null] }, ['Analyst=2.5', 'Statistician=2.5']],
    [{ '*': [4, null] }, ['*=4']],
    [{ 'A + B + C + 2 more (merged)': [4, null] }, []],
    [{ Analyst: [null, null] }, []],
  ] as const)('%o', (list, texts) => {
    expect(candidateTexts(candidates(list))).toEqual(texts);
  });
  it('a label that hides roles names none', () => {
    expect(rolesOf('A + B + C + 2 more (merged)')).toBeNull();
    expect(rolesOf('Analyst')).toEqual(['Analyst']);
  });
  it('is changed without changing the old, and taken out when as today', () => {
    const before = candidates({ A: [2, null] });
    expect(withCandidate(before, 'A', { cores: null, memoryGb: null }).size).toBe(0);
    expect(before.size).toBe(1);
  });
});

const pool = (more: object) => ({
  cluster: 'prod',
  pool: 'm5',
  part: 'nodes',
  node_cores: 64,
  node_memory_gb: 256,
  containers: 120,
  nodes_today: 30,
  nodes_candidate: 4,
  cost_today: 921.6,
  cost_candidate: 122.88,
  currency: 'USD',
  throttled_share: 0.1,
  throttled_share_upper: 0.2,
  binding: 'cores',
  ...more,
});

describe('readAnswer', () => {
  it('adds pools; shares of pools cannot be added', () => {
    const other = pool({
      pool: 'r5',
      nodes_today: 2,
      nodes_candidate: 2,
      throttled_share: null,
      throttled_share_upper: 0.3,
    });
    expect(readAnswer(testFrame([pool({}), other]))).toMatchObject({
      nodesToday: 32,
      nodesCandidate: 6,
      costToday: 1843.2,
      throttledShare: 0.1,
      throttledShareUpper: 0.3,
      binding: 'cores',
      currency: 'USD',
      unfit: 0,
    });
  });
  it.each([
    [
      'what fits no node is no pool',
      [pool({}), pool({ part: 'fits no node', containers: 3 })],
      { unfit: 3, nodesToday: 30 },
    ],
    [
      'no price in one pool: no sum',
      [pool({}), pool({ cost_candidate: null })],
      { costCandidate: null, costToday: 1843.2 },
    ],
    ['pools bound by different things', [pool({}), pool({ binding: 'memory' })], { binding: null }],
    [
      'a pool without nodes binds nothing',
      [pool({}), pool({ binding: 'memory', nodes_candidate: 0 })],
      { binding: 'cores' },
    ],
  ])('%s', (_, rows, expected) => {
    expect(readAnswer(testFrame(rows))).toMatchObject(expected);
  });
  it('names pools that an answer leaves out', () => {
    const [both, one] = [readAnswer(testFrame([pool({}), pool({ pool: 'r5' })])), readAnswer(testFrame([pool({})]))];
    expect(withheldPools(one!, both!)).toEqual(['prod r5']);
    expect(withheldPools(both!, one!)).toEqual([]);
  });
  it('no rows: no answer', () => {
    expect(readAnswer(testFrame([]))).toBeNull();
  });
});

describe('estimate', () => {
  const histograms = [testHistogram('Analyst', nineAndOne), testHistogram('Manager', [[0, 0.1, 50, 0], [4, 5, 0, 50]])]; // prettier-ignore
  const answer = readAnswer(testFrame([pool({})]))!;
  it('requested core-hours', () => {
    expect(requestedLoad(histograms, new Map())).toBe(1800);
    expect(requestedLoad(histograms, candidates({ Analyst: [2, null] }))).toBe(400);
    expect(requestedLoad(histograms, candidates({ '*': [1, null] }))).toBe(150);
  });
  it('before any answer only the throttled share is known', () => {
    expect(estimate([], histograms, candidates({ Analyst: [2, null] }))).toEqual({
      nodesCandidate: null,
      costCandidate: null,
      throttledShareUpper: 1,
    });
  });
  it('from today alone in proportion; with an exact answer on a line through it', () => {
    const two = candidates({ Analyst: [2, null] });
    const today = pointsOf(answer, histograms, two).slice(0, 1);
    expect(estimate(today, histograms, two).nodesCandidate).toBeCloseTo((30 * 400) / 1800, 9);
    const both = pointsOf(answer, histograms, two);
    expect(estimate(both, histograms, two)).toMatchObject({ nodesCandidate: 4, costCandidate: 122.88 });
    // 9 cores: half way between 400 and 1800 requested core-hours
    expect(estimate(both, histograms, candidates({ Analyst: [9, null] })).nodesCandidate).toBeCloseTo(17, 9);
  });
  it('where memory decides fewer cores need no fewer nodes', () => {
    const bound = [{ load: 1800, nodes: 30, cost: 900, isMemoryBound: true }];
    expect(estimate(bound, histograms, candidates({ Analyst: [2, null] }))).toMatchObject({
      nodesCandidate: 30,
      costCandidate: 900,
    });
    expect(estimate(bound, histograms, candidates({ Analyst: [34, null] })).nodesCandidate).toBeCloseTo(60, 9);
  });
  it('as today nothing is throttled; without a price there is no money', () => {
    expect(estimate([{ load: 10, nodes: 1, cost: null, isMemoryBound: false }], histograms, new Map())).toMatchObject({
      costCandidate: null,
      throttledShareUpper: null,
    });
  });
  it('the line goes through every exact answer', () => {
    const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 50 })), {
      selector: ([x]) => x,
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(points, fc.double({ min: 0, max: 1000, noNaN: true }), (list, x) => {
        for (const [at, nodes] of list) expect(interpolate(list, at)).toBe(nodes);
        const between = interpolate(list, x);
        expect(between).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(between)).toBe(true);
      }),
    );
  });
  it('of two answers at one place the later one holds', () => {
    expect(interpolate([[5, 10], [5, 12]], 5)).toBe(12); // prettier-ignore
  });
});

describe('advice', () => {
  it('by role; none without enough data or without the view', () => {
    const frame = testFrame([
      { role: 'Analyst', default_cores: 2, default_memory_gb: 16, today_cores: 16 },
      { role: 'Manager', default_cores: null, default_memory_gb: null, today_cores: null },
    ]);
    expect([...readAdvice(frame)]).toEqual([['Analyst', { cores: 2, memoryGb: 16, todayCores: 16 }]]);
    expect(readAdvice(null).size).toBe(0);
  });

  it('for everybody, where the view is not grouped by role', () => {
    const frame = testFrame([{ role: 'all', default_cores: 1, default_memory_gb: null, today_cores: 8 }]);
    expect(readAdvice(frame).get('*')).toEqual({ cores: 1, memoryGb: null, todayCores: 8 });
  });
});

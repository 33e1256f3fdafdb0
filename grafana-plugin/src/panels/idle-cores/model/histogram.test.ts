import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFrame } from '../../shared/test-frame.ts';
import { readHistograms, todayRequest } from './histogram.ts';
import { hoursAbove, weightedPercentile } from './percentile.ts';
import { nineAndOne, testBins, testHistogram, type BinRow } from './test-histogram.ts';

const row = (role: string, from: number, to: number, used: number, requested = 0, more = {}) => ({
  department: 'all',
  role,
  is_manager: 'all',
  bin_from_cores: from,
  bin_to_cores: to,
  container_hours: used,
  requested_container_hours: requested,
  requested_core_hours: used * 16,
  idle_core_hours: used * 15,
  people: 6,
  ...more,
});

describe('readHistograms', () => {
  it('one for each group, the most idle first, bins in order', () => {
    const frame = testFrame([
      row('Analyst', 14, 15, 10),
      row('Analyst', 0, 0.1, 90),
      row('Analyst', 16, 17, 0, 100),
      row('Manager', 0, 0.1, 5, 0, { people: 5 }),
    ]);
    const [analyst, manager] = readHistograms(frame);
    expect(analyst).toMatchObject({
      title: 'Analyst',
      role: 'Analyst',
      usedHours: 100,
      requestedHours: 100,
      requestedCoreHours: 1600,
      idleShare: 15 / 16,
      underTenthShare: 0.9,
      people: 6,
    });
    expect(analyst?.bins.map(({ from }) => from)).toEqual([0, 14, 16]);
    expect(manager?.title).toBe('Manager');
  });
  it.each([
    [{ role: 'all' }, 'Everyone', null],
    [{ role: 'all', department: 'B' }, 'B', null],
    [{ department: 'B' }, 'Analyst · B', 'Analyst'],
    [{ is_manager: 'true' }, 'Analyst · managers', 'Analyst'],
  ])('%o is called %s', (more, title, role) => {
    expect(readHistograms(testFrame([row('Analyst', 0, 1, 1, 0, more)]))).toMatchObject([{ title, role }]);
  });
  it('needs no more than edges and hours; a merged first bin says nothing of 0.1 core', () => {
    const frame = testFrame([{ bin_from_cores: 0, bin_to_cores: 2, container_hours: 5 }]);
    expect(readHistograms(frame)).toMatchObject([{ idleShare: null, underTenthShare: null, people: null }]);
  });
  it('the request of today: the commonest, or the mean where bins shown together hide it', () => {
    expect(todayRequest(testHistogram('A', nineAndOne))).toEqual({ cores: 16, isMean: false });
    expect(todayRequest(testHistogram('A', [[0, 0.1, 5, 5]]))).toBeNull(); // no request is 0
    expect(todayRequest(testHistogram('A', [[0.5, 1, 5, 5]]))).toEqual({ cores: 0.5, isMean: false });
    const merged = { ...testHistogram('A', [[0, 5, 100, 100]]), requestedCoreHours: 317 };
    expect(todayRequest(merged)).toEqual({ cores: 3.2, isMean: true });
  });
});

describe('weighted percentiles', () => {
  it.each([
    [0.5, 0.05555],
    [0.9, 0.1],
    [0.95, 14.5],
    [1, 15],
    [0, 0],
  ])('%d of nine at 0.05 core and one at 14', (share, cores) => {
    expect(weightedPercentile(testBins(nineAndOne), share)).toBeCloseTo(cores, 4);
  });
  it('none without hours', () => {
    expect(weightedPercentile(testBins([[1, 2, 0, 5]]), 0.5)).toBeNull();
  });
  const rows: fc.Arbitrary<BinRow[]> = fc
    .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 })
    .map((hours) => hours.map((used, index): BinRow => [index + 1, index + 2, used, 0]));
  it('rise with the share; what lies below the percentile is that share of the hours', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, share) => {
        const bins = testBins(list);
        const total = bins.reduce((sum, bin) => sum + bin.usedHours, 0);
        const cores = weightedPercentile(bins, share);
        fc.pre(total > 0);
        const below = bins.reduce((sum, bin) => sum + bin.usedHours * Math.min(1, Math.max(0, cores! - bin.from)), 0);
        expect(below).toBeCloseTo(share * total, 6);
        expect(cores!).toBeGreaterThanOrEqual(weightedPercentile(bins, share / 2)!);
      }),
    );
  });
  it('says nothing of what bins shown together hide', () => {
    const bins = testBins([[0, 0.1, 80, 0], [0.1, 3, 15, 0], [3, 4, 5, 0]]); // prettier-ignore
    expect([0.5, 0.9, 0.99].map((share) => weightedPercentile(bins, share))).toEqual([0.0625, null, 3.8]);
    expect(hoursAbove(bins, 2)).toBeNull();
    expect(hoursAbove(bins, 3)).toEqual({ active: 20, above: 5 });
    expect(hoursAbove(testBins([[0, 16, 100, 0]]), 20)).toBeNull(); // how much of it is active?
  });
  it('hours above a request: of the active ones only, falling as it grows', () => {
    const bins = testBins([...nineAndOne, [1, 2, 30, 0]].sort((a, b) => a[0] - b[0]) as BinRow[]);
    expect([0.5, 1, 1.5, 2, 14.5, 15, 64].map((cores) => hoursAbove(bins, cores))).toEqual([
      { active: 40, above: 40 },
      { active: 40, above: 40 },
      { active: 40, above: 25 },
      { active: 40, above: 10 },
      { active: 40, above: 5 },
      { active: 40, above: 0 },
      { active: 40, above: 0 },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hitTest } from './hit.ts';
import { drawLife, eventsOf, segmentsOf } from './marks.ts';
import { asOf, day, testWorkspace } from './test-workspace.ts';
import { panned, timeAt, wholeLife, xOf, zoomed, type Domain } from './time-scale.ts';
import { pageSize, scrollToShow, visibleRange } from './visible-range.ts';

const month: Domain = { from: asOf - 30 * day, to: asOf };
const ago = (time: number): number => (asOf - time) / day;

describe('time scale', () => {
  const domains = fc
    .tuple(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 3_600_000, max: 1e11 }))
    .map(([from, span]) => ({ from, to: from + span }));
  it('a pixel of a time is the time of that pixel', () => {
    fc.assert(
      fc.property(
        domains,
        fc.integer({ min: 10, max: 4000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (d, w, x) => {
          expect(xOf(d, w, timeAt(d, w, x * w))).toBeCloseTo(x * w, 3);
        },
      ),
    );
  });
  it('zooming keeps what is under the pointer, and stays within limits', () => {
    fc.assert(
      fc.property(
        domains,
        fc.double({ min: 0.1, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (d, factor, at) => {
          const limits = { from: d.from - 1e10, to: d.to + 1e10 };
          const time = timeAt(d, 1000, at * 1000);
          const next = zoomed(d, factor, time, limits);
          expect(next.from).toBeGreaterThanOrEqual(limits.from - 1);
          expect(next.to).toBeLessThanOrEqual(limits.to + 1);
          expect(next.to - next.from).toBeGreaterThanOrEqual(3_600_000 - 1);
          if (next.from > limits.from + 1 && next.to < limits.to - 1)
            expect(xOf(next, 1000, time)).toBeCloseTo(at * 1000, 1);
        },
      ),
    );
  });
  it('pans within limits; shows a whole life with a margin', () => {
    const limits = { from: month.from - day, to: month.to + day };
    expect(panned(month, 1, limits)).toEqual({ from: month.from + day, to: month.to + day });
    expect(wholeLife([])).toBeNull();
    const all = wholeLife([testWorkspace('a', { created: 100 }), testWorkspace('b', { created: 5, ended: 1 })]);
    expect([ago(all!.from), ago(all!.to)]).toEqual([101, -1]);
  });
});

describe('marks', () => {
  it.each([
    ['visited, then left', { created: 20, first: 15, last: 10 }, 'waiting 20–15, visited 15–9, unvisited 9–0'],
    ['visited to the end', { created: 20, first: 20, last: 0 }, 'visited 20–0'],
    ['the day of the visit begins before the creation', { created: 9.5, last: 10 }, 'visited 9.5–9, unvisited 9–0'],
    ['never visited', { created: 20, last: null }, 'unvisited 20–0'],
    ['ended on the day of the visit', { created: 9.8, last: 10, ended: 9.5 }, 'visited 9.8–9.5'],
  ])('%s', (_, days, expected) => {
    const text = segmentsOf(testWorkspace('a', days)).map(
      (s) => `${s.kind} ${String(ago(s.from))}–${String(ago(s.to))}`,
    );
    expect(text.join(', ')).toBe(expected);
  });
  it.each([
    [{ created: 20, first: 15, last: 10 }, 'created 20, first-visit 15, last-visit 10, alive 0'],
    [{ created: 20, last: 10, ended: 5 }, 'created 20, only-visit 10, ended 5'],
    [{ created: 9.5, last: 10 }, 'created 9.5, only-visit 9.5, alive 0'],
    [{ created: 20, last: null, ended: 5 }, 'created 20, ended 5'],
  ])('events of %o', (days, expected) => {
    const text = eventsOf(testWorkspace('a', days)).map(({ kind, at }) => `${kind} ${String(ago(at))}`);
    expect(text.join(', ')).toBe(expected);
  });
  it('nothing known of visits is said so', () => {
    expect(segmentsOf(testWorkspace('a', { last: null }, { visitBasis: 'unknown' }))[0]?.kind).toBe('unknown');
  });
  it('in pixels, cut at the edges', () => {
    const life = drawLife(testWorkspace('a', { created: 60, first: 60, last: 15 }), month, 300);
    expect(life.segments).toEqual([
      { kind: 'visited', x: 0, width: 160 },
      { kind: 'unvisited', x: 160, width: 140 },
    ]);
    expect(life.events.map(({ kind, x, index }) => [kind, x, index])).toEqual([
      ['last-visit', 150, 2],
      ['alive', 300, 3],
    ]);
    expect([life.isEarlier, life.isLater]).toEqual([true, false]);
  });
  it('segments touch, lie in the axis and are at least two pixels wide wherever a life is seen', () => {
    const days = fc.record({
      created: fc.double({ min: 0.001, max: 90, noNaN: true }),
      last: fc.option(fc.double({ min: 0, max: 90, noNaN: true })),
      ended: fc.option(fc.double({ min: 0, max: 90, noNaN: true })),
    });
    fc.assert(
      fc.property(days, ({ created, last, ended }) => {
        const life = drawLife(
          testWorkspace('a', {
            created,
            last: last === null ? null : Math.min(last, created),
            ended: ended === null ? null : Math.min(ended, created - 0.0005),
          }),
          month,
          300,
        );
        let end: number | null = null;
        for (const { x, width } of life.segments) {
          if (end !== null) expect(x).toBeCloseTo(end, 6);
          expect(x).toBeGreaterThanOrEqual(-1e-9);
          expect((end = x + width)).toBeLessThanOrEqual(300 + 1e-9);
        }
        const total = life.segments.reduce((sum, { width }) => sum + width, 0);
        if (life.segments.length > 0) expect(total).toBeGreaterThanOrEqual(2 - 1e-9);
      }),
    );
  });
  it('hits the nearest event, else the span, else nothing', () => {
    const life = drawLife(testWorkspace('a', { created: 20, first: 15, last: 10, ended: 5 }), month, 300);
    const hit = (x: number): string | null => {
      const found = hitTest(life, x);
      return found && (found.type === 'event' ? found.event.kind : found.segment.kind);
    };
    expect([100, 106, 125, 149, 155, 200, 245, 262].map(hit)).toEqual([
      'created',
      'created',
      'waiting',
      'first-visit',
      'first-visit',
      'last-visit',
      'ended',
      null,
    ]);
  });
});

describe('rows in view', () => {
  const viewport = { scrollTop: 100, height: 95, rowHeight: 20, count: 50 };
  it.each([
    [viewport, 0, [5, 10]],
    [viewport, 6, [0, 16]],
    [{ ...viewport, count: 0 }, 6, [0, 0]],
    [{ ...viewport, scrollTop: 99_999 }, 6, [50, 50]],
    [{ ...viewport, scrollTop: -30 }, 0, [0, 5]],
  ])('%o', (where, overscan, [from, to]) => {
    expect(visibleRange(where, overscan)).toEqual({ from, to });
  });
  it.each([
    [5, 100],
    [4, 80],
    [9, 105],
    [0, 0],
    [49, 905],
  ])('shows row %d by scrolling to %d', (index, top) => {
    expect(scrollToShow(index, viewport)).toBe(top);
  });
  it('a page leaves a row in view', () => {
    expect(pageSize(viewport)).toBe(3);
    expect(pageSize({ ...viewport, height: 0 })).toBe(1);
  });
});

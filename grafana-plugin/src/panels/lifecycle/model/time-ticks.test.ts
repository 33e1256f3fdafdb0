import { describe, expect, it } from 'vitest';
import { timeTicks } from './time-ticks.ts';
import { utcCalendar } from './test-calendar.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const ticks = (from: string, to: string, width: number): string[] =>
  timeTicks({ from: at(from), to: at(to) }, width, utcCalendar).map(({ time, unit }) =>
    new Date(time).toISOString().slice(0, unit === 'hour' ? 13 : unit === 'year' ? 4 : unit === 'month' ? 7 : 10),
  );

describe('timeTicks', () => {
  it.each([
    [
      '2026-06-01T01:30',
      '2026-06-01T06:10',
      500,
      ['2026-06-01T02', '2026-06-01T03', '2026-06-01T04', '2026-06-01T05', '2026-06-01T06'],
    ],
    [
      '2026-06-01T00:00',
      '2026-06-02T00:00',
      400,
      ['2026-06-01T00', '2026-06-01T06', '2026-06-01T12', '2026-06-01T18', '2026-06-02T00'],
    ],
    [
      '2026-06-01T00:00',
      '2026-07-01T00:00',
      500,
      ['2026-06-01', '2026-06-08', '2026-06-15', '2026-06-22', '2026-06-29'],
    ],
    ['2026-02-10T00:00', '2026-08-01T00:00', 300, ['2026-04', '2026-07']],
    ['2019-06-01T00:00', '2026-06-01T00:00', 400, ['2020', '2022', '2024', '2026']],
  ])('%s to %s on %d px', (from, to, width, expected) => {
    expect(ticks(from, to, width)).toEqual(expected);
  });
  it('nothing without room or time', () => {
    expect(ticks('2026-06-01T00:00', '2026-06-01T00:00', 400)).toEqual([]);
    expect(ticks('2026-06-01T00:00', '2026-06-02T00:00', 0)).toEqual([]);
  });
});

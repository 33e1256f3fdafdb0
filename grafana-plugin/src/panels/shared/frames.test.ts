import { describe, expect, it } from 'vitest';
import { Column, frameWith, missingColumns } from './frames.ts';
import { testFrame } from './test-frame.ts';

const frame = testFrame([
  { name: 'a', n: 1, t: '2026-06-01T00:00:00Z' },
  { name: '', n: null, t: 1780000000000 },
]);

describe('frames', () => {
  it('finds the frame with the columns asked for, and says what is missing', () => {
    const other = testFrame([{ x: 1 }]);
    expect(frameWith([other, frame], ['name', 'n'])).toBe(frame);
    expect(frameWith([other], ['name'])).toBeNull();
    expect(missingColumns(other, ['x', 'name'])).toEqual(['name']);
  });
  it('reads cells by type; what is not there is null', () => {
    expect([0, 1, 2].map((row) => new Column(frame, 'name').text(row))).toEqual(['a', null, null]);
    expect([0, 1].map((row) => new Column(frame, 'n').number(row))).toEqual([1, null]);
    expect([0, 1].map((row) => new Column(frame, 't').time(row))).toEqual([Date.UTC(2026, 5, 1), 1780000000000]);
    expect(new Column(frame, 'none').isThere).toBe(false);
    expect(new Column(frame, 'none').number(0)).toBeNull();
  });
  it.each([[NaN], [Infinity], ['abc']])('%s is no number', (value) => {
    expect(new Column(testFrame([{ value }]), 'value').number(0)).toBeNull();
  });
});

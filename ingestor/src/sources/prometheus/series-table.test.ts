import { expect, it } from 'vitest';
import { SeriesTable } from './series-table.ts';

it('finds a hundred thousand series again, in under 100 bytes each', () => {
  const table = new SeriesTable(1_000_000);
  const hash = (i: number): [number, number] => [Math.imul(i, 0x9e3779b1), Math.imul(i ^ 0x5bd1e995, 0x85ebca6b)];
  for (let i = 0; i < 100_000; i++) {
    const at = table.add(...hash(i));
    table.setPair(at, i);
    table.addMonth(at, 600);
  }
  for (let i = 0; i < 100_000; i++) {
    const at = table.find(...hash(i));
    expect(table.pair(at)).toBe(i);
    expect(table.hasMonth(at, 600)).toBe(true);
    expect(table.hasMonth(at, 601)).toBe(false);
  }
  expect(table.find(1, 2)).toBe(-1);
  expect(table.bytes / table.size).toBeLessThan(100);
});

it('keeps what is used and forgets the rest', () => {
  const table = new SeriesTable(100);
  table.addMonth(table.add(1, 1), 600);
  for (let i = 2; i < 1_000; i++) {
    if (table.find(i, i) < 0) table.add(i, i);
    expect(table.hasMonth(table.find(1, 1), 600)).toBe(true);
    expect(table.size).toBeLessThanOrEqual(100);
  }
  expect(table.find(2, 2)).toBe(-1);
});

it('forgets months in both generations when rows were lost', () => {
  const table = new SeriesTable(4);
  table.addMonth(table.add(1, 1), 600);
  table.add(2, 2);
  table.add(3, 3);
  table.forget(1, 1);
  expect(table.hasMonth(table.find(1, 1), 600)).toBe(false);
});

import { expect, it } from 'vitest';
import { RegisteredSeries } from './registered-series.ts';

const id = (i: number): bigint => BigInt.asIntN(64, BigInt(i) * 0x9e3779b97f4a7c15n);
const month = 682;

it('knows what was added, by month, in under 40 bytes each', () => {
  const registered = new RegisteredSeries(400_000);
  for (let i = 0; i < 100_000; i++) registered.add(id(i), month);
  registered.add(id(7), month);
  registered.add(id(7), month + 1);
  expect(registered.size).toBe(100_000);
  expect(registered.bytes / 100_000).toBeLessThan(40);
  for (let i = 0; i < 100_000; i++) if (!registered.has(id(i), month)) throw new Error(`series ${i} is not known`);
  expect(registered.has(id(7), month + 1)).toBe(true);
  expect(registered.has(id(8), month + 1)).toBe(false);
  expect(registered.has(id(100_000), month)).toBe(false);
});

it('tells ids apart that share half of their bits', () => {
  const registered = new RegisteredSeries(100);
  registered.add(5n, month);
  expect(registered.has(5n + (1n << 32n), month)).toBe(false);
  expect(registered.has(5n - (1n << 63n), month)).toBe(false);
});

it('forgets the oldest beyond its size', () => {
  const registered = new RegisteredSeries(1_000);
  for (let i = 0; i < 10_000; i++) registered.add(id(i), month);
  expect(registered.size).toBeLessThanOrEqual(1_000);
  expect(registered.has(id(9_999), month)).toBe(true);
  expect(registered.has(id(0), month)).toBe(false);
});

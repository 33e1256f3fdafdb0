import { describe, expect, it } from 'vitest';
import { compareVersions, isRelease } from './versions.ts';

describe('versions', () => {
  it.each([
    ['1.1-9', '1.1-10'],
    ['1.9.0', '1.10.0'],
    ['1.0rc1', '1.0'],
    ['1.0.dev3', '1.0a1'],
    ['1.0b2', '1.0rc1'],
    ['1.0', '1.0.post1'],
    ['1.0', '1.0.1'],
    ['0.9', '1'],
    ['1.1.1', '1.1.1-1.1'],
    ['v1.2', '1.3'],
  ])('%s comes before %s', (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
  });

  it.each([
    ['1.0', '1.0.0'],
    ['1.0-0', '1.0.0'],
    ['2.0+cpu', '2.0'],
  ])('%s equals %s', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  it.each([
    ['1.2.3', true],
    ['1.1-3', true],
    ['1.2.0.9000', false],
    ['2.0rc1', false],
    ['2.0.dev0', false],
    ['2.0.post1', true],
    ['2024.9100', true],
  ])('%s is a release: %s', (version, is) => {
    expect(isRelease(version)).toBe(is);
  });
});

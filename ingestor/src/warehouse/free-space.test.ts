import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { FreeSpace } from './free-space.ts';

const freeMb = (): number => {
  const { bavail, bsize } = statfsSync(tmpdir());
  return (bavail * bsize) / 2 ** 20;
};

test('lets writes pass while there is more than the reserve', () => {
  const space = new FreeSpace(tmpdir(), 1);
  expect(space.freeBytes).toBeGreaterThan(2 ** 20);
  space.assertFreeSpace();
});

test('refuses writes, to be tried again, when the reserve is reached', () => {
  const space = new FreeSpace(tmpdir(), Math.ceil(freeMb() * 2));
  expect(() => space.assertFreeSpace()).toThrow(
    expect.objectContaining({ code: 'DISK_RESERVE_REACHED', status: 503, retryAfterSeconds: 30 }),
  );
});

test('a disk that cannot be seen refuses nothing', () => {
  const space = new FreeSpace(null, Number.MAX_SAFE_INTEGER);
  expect(space.freeBytes).toBeNull();
  space.assertFreeSpace();
});

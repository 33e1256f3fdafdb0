import { expect, it } from 'vitest';
import { disposableOf } from './disposable.ts';

const day = 86_400_000;
const of = (user: string, ...days: number[]) => days.map((at) => ({ user, createdAt: new Date(at * day) }));

it.each([
  ['five in a month', of('a', 0, 1, 2, 3, 29), 5],
  ['the fifth comes a moment before 30 days are over', of('a', 0, 1, 2, 3, 29.999), 5],
  ['… and on the 30th day too late', of('a', 0, 1, 2, 3, 30), 0],
  ['four', of('a', 0, 1, 2, 3), 0],
  ['five of two users', [...of('a', 0, 1, 2), ...of('b', 0, 1)], 0],
  ['any span of 30 days counts, not months', of('a', 0, 25, 26, 27, 28, 29.5, 70), 6],
  ['order does not matter', of('a', 29, 3, 1, 0, 2), 5],
])('%s', (_, workspaces, count) => {
  expect(disposableOf(workspaces).size).toBe(count);
});

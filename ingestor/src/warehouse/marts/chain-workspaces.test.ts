import { describe, expect, it } from 'vitest';
import { chainWorkspaces, type WorkspaceInstance } from './chain-workspaces.ts';

const at = (dayOfYear: number): Date => new Date(Date.UTC(2026, 0, dayOfYear));
const instance = (
  uid: string,
  from: number,
  to: number | null,
  endedBy: string | null = null,
  workspaceKey: string | null = 'k',
): WorkspaceInstance => ({
  containerId: `c/${uid}/notebook`,
  cluster: 'c',
  uid,
  workspaceKey,
  createdAt: at(from),
  endedAt: to === null ? null : at(to),
  endedBy,
});
const chain = (instances: readonly WorkspaceInstance[], now = 200): unknown[] =>
  chainWorkspaces(instances, 14, at(now)).map(({ workspaceId, instances: parts, endedAt, endedBy, isAlive }) => [
    workspaceId,
    parts.length,
    endedAt === null ? null : endedAt.getTime(),
    endedBy,
    isAlive,
  ]);

describe('chainWorkspaces', () => {
  it.each<[string, WorkspaceInstance[], unknown[], number?]>([
    [
      'a drain does not end a workspace',
      [instance('a', 1, 10, 'eviction'), instance('b', 24, null)],
      [['c/a', 2, null, null, true]],
    ],
    [
      'fifteen days later it is another',
      [instance('a', 1, 10, 'eviction'), instance('b', 25, null)],
      [
        ['c/a', 1, at(10).getTime(), 'eviction', false],
        ['c/b', 1, null, null, true],
      ],
    ],
    [
      'a deletion by the user ends it',
      [instance('a', 1, 10, 'user'), instance('b', 11, null)],
      [
        ['c/a', 1, at(10).getTime(), 'user', false],
        ['c/b', 1, null, null, true],
      ],
    ],
    [
      'a deletion by a rule ends it',
      [instance('a', 1, 10, 'rule'), instance('b', 11, 12, 'user')],
      [
        ['c/a', 1, at(10).getTime(), 'rule', false],
        ['c/b', 1, at(12).getTime(), 'user', false],
      ],
    ],
    [
      'an evicted one may come back for 14 days',
      [instance('a', 1, 10, 'eviction')],
      [['c/a', 1, null, null, true]],
      24,
    ],
    ['and not after them', [instance('a', 1, 10, 'eviction')], [['c/a', 1, at(10).getTime(), 'eviction', false]], 25],
    [
      'drains chain on and on',
      [instance('c', 30, 31, 'user'), instance('a', 1, 10, 'eviction'), instance('b', 12, 29, 'eviction')],
      [['c/a', 3, at(31).getTime(), 'user', false]],
    ],
    [
      'without a key every pod stands alone',
      [instance('a', 1, 10, 'eviction', null), instance('b', 11, null, null, null)],
      [
        ['c/a', 1, at(10).getTime(), 'eviction', false],
        ['c/b', 1, null, null, true],
      ],
    ],
    [
      'the replacement is created before the old one has gone',
      [instance('a', 1, 10, 'eviction'), instance('b', 9, null)],
      [['c/a', 2, null, null, true]],
    ],
  ])('%s', (_, instances, expected, now) => {
    expect(chain(instances, now)).toEqual(expected);
    expect(chain([...instances].reverse(), now)).toEqual(expected);
  });
});

import { expect, it } from 'vitest';
import { patternOf, type WorkspaceLife } from './pattern.ts';

const asOf = new Date('2026-07-01T00:00:00Z');
const ago = (days: number): Date => new Date(asOf.getTime() - days * 86_400_000);

/** Created, ended and last visited so many days ago; null: not. */
function life(
  created: number,
  ended: number | null,
  visited: number | null,
  visitDays: number,
  basis = 'event',
): WorkspaceLife {
  return {
    created_at: ago(created),
    ended_at: ended === null ? null : ago(ended),
    last_visit_at: visited === null ? null : ago(visited),
    visit_days: visitDays,
    visit_basis: basis,
  };
}

it.each([
  ['too new', life(6.9, null, 1, 3)],
  ['too new', life(6.9, null, null, 0)],
  ['one day', life(6.9, 5, 6, 1)], // ended: nothing more will come
  ['one day', life(7, null, 6.5, 1)],
  ['kept alive', life(180.1, null, 30, 50)],
  ['kept alive', life(1900, null, 3, 1)],
  ['returning', life(180, null, 29, 50)], // not over 180 days
  ['abandoned', life(1900, null, 31, 50)],
  ['returning', life(1900, 1, 2, 50)], // ended: not kept alive
  ['never visited', life(8, null, null, 0)],
  ['never visited', life(8, 2, null, 0)],
  ['never active', life(8, null, null, 0, 'cpu')],
  ['unknown', life(8, null, null, 0, 'unknown')],
  ['abandoned', life(40, null, 30, 1)],
  ['one day', life(40, null, 29.9, 1)],
  ['one day', life(400, 2, 390, 1)],
  ['returning', life(40, null, 29.9, 2)],
  ['too new', life(3, -1, 2, 1)], // ends tomorrow: alive
])('%s: %o', (pattern, workspace) => {
  expect(patternOf(workspace, asOf)).toBe(pattern);
});

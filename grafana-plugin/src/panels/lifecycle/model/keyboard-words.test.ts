import { describe, expect, it } from 'vitest';
import { eventInWords, figureOf, lifeInWords } from './describe.ts';
import { itemsOf } from './items.ts';
import { keyAction, type Cursor } from './keyboard.ts';
import { eventsOf } from './marks.ts';
import { testWorkspace } from './test-workspace.ts';

const workspaces = [
  testWorkspace('a', { created: 20, first: 15, last: 10 }),
  testWorkspace('b', { created: 20, last: null, ended: 3 }),
];
const items = itemsOf(workspaces, 'role', new Set());

describe('keyAction', () => {
  const on = (item: number, event: number | null = null): Cursor => ({ item, event });
  it.each([
    ['ArrowDown', on(0), on(1)],
    ['ArrowDown', on(2), on(2)],
    ['ArrowUp', on(1, 2), on(0)],
    ['PageDown', on(0), on(2)],
    ['PageUp', on(2), on(0)],
    ['Home', on(2), on(0)],
    ['End', on(0), on(2)],
    ['ArrowRight', on(1), on(1, 0)],
    ['ArrowRight', on(1, 3), on(1, 3)],
    ['ArrowLeft', on(1, 1), on(1, 0)],
    ['ArrowLeft', on(1, 0), on(1)],
    ['ArrowLeft', on(1), on(1)],
  ])('%s from %o', (key, from, to) => {
    expect(keyAction({ key }, from, items, 2)).toEqual({ type: 'move', cursor: to });
  });
  it.each([
    [{ key: 'Enter' }, on(1), { type: 'open', item: 1 }],
    [{ key: 'Enter' }, on(0), { type: 'collapse', item: 0, isCollapsed: true }],
    [{ key: 'ArrowLeft' }, on(0), { type: 'collapse', item: 0, isCollapsed: true }],
    [{ key: 'ArrowRight' }, on(0), { type: 'collapse', item: 0, isCollapsed: false }],
    [{ key: '+' }, on(0), { type: 'zoom', direction: 'in' }],
    [{ key: 'ArrowRight', shiftKey: true }, on(1), { type: 'zoom', direction: 'later' }],
    [{ key: 'Escape' }, on(1), { type: 'leave' }],
    [{ key: 'ArrowDown', ctrlKey: true }, on(0), null],
    [{ key: 'Tab' }, on(0), null],
  ])('%o', (press, from, action) => {
    expect(keyAction(press, from, items, 2)).toEqual(action);
  });
});

describe('plain words', () => {
  const time = {
    moment: (ms: number) => new Date(ms).toISOString().slice(0, 16),
    day: (ms: number) => new Date(ms).toISOString().slice(0, 10),
  };
  it('of a life', () => {
    expect(workspaces.map((workspace) => lifeInWords(workspace, time))).toEqual([
      'One day. u_a. Created 2026-06-11, visited on 1 day, last 2026-06-21, alive, unvisited for 10 days.',
      'One day. u_b. Created 2026-06-11, never visited, deleted by its user 2026-06-28.',
    ]);
  });
  it('of basis cpu, unknown, a newer ending, and past its end of life', () => {
    const more = [
      testWorkspace('a', { last: 2 }, { visitBasis: 'cpu', endOfLife: 'R 4.0', user: null }),
      testWorkspace('b', { last: null }, { visitBasis: 'unknown', pattern: 'hibernating' }),
      testWorkspace('c', { ended: 1 }, { endedBy: 'admin' }),
    ];
    expect(more.map((workspace) => lifeInWords(workspace, time))).toEqual([
      'One day. Unattributed. Created 2026-06-21, active on 1 day, last 2026-06-29, alive, unvisited for 2 days. Past its end of life: R 4.0.',
      'Hibernating. u_b. Created 2026-06-21, visits not known, alive.',
      'One day. u_c. Created 2026-06-21, visited on 1 day, last 2026-06-22, ended by admin 2026-06-30.',
    ]);
  });
  it('of events', () => {
    const [life] = workspaces;
    expect(eventsOf(life!).map((event) => eventInWords(life!, event, time))).toEqual([
      'Created 2026-06-11T00:00',
      'First visit 2026-06-16',
      'Last visit 2026-06-21',
      'Alive 2026-07-01T00:00, 20 days old',
    ]);
  });
  it.each([
    ['waste', '960 core·h'],
    ['unvisited', '10 d'],
    ['visit-days', '1'],
    ['cores', '4'],
    ['created', '20 d'],
  ] as const)('figure of a row sorted by %s', (key, figure) => {
    expect(figureOf(workspaces[0]!, key)).toBe(figure);
  });
  it('money before core-hours where it is known', () => {
    expect(figureOf(testWorkspace('a', {}, { unvisitedCost: 20.035, currency: 'USD' }), 'waste')).toBe('20 USD');
  });
});

import { describe, expect, it } from 'vitest';
import { eventsOf } from './annotations.ts';

const frame = (columns: Record<string, { type: string; values: unknown[] }>) =>
  ({
    length: Object.values(columns)[0]?.values.length ?? 0,
    fields: Object.entries(columns).map(([name, column]) => ({ name, config: {}, ...column })),
  }) as never;

describe('eventsOf', () => {
  it('reads the columns of the view annotations', () => {
    const events = eventsOf(
      frame({
        time: { type: 'time', values: [1000, 2000] },
        time_end: { type: 'time', values: [1500, null] },
        title: { type: 'string', values: ['Rule cull', 'R 4.5'] },
        text: { type: 'string', values: ['3 containers', null] },
        tags: { type: 'string', values: ['deletion, rule', null] },
      }),
    );
    expect(events).toEqual([
      {
        time: 1000,
        timeEnd: 1500,
        isRegion: true,
        title: 'Rule cull',
        text: '3 containers',
        tags: ['deletion', 'rule'],
      },
      { time: 2000, title: 'R 4.5', text: '', tags: [] },
    ]);
  });

  it('takes any view with a time, and says its first text', () => {
    const events = eventsOf(
      frame({
        note: { type: 'string', values: ['dear'] },
        day: { type: 'time', values: [5] },
        cost: { type: 'number', values: [1] },
      }),
    );
    expect(events).toEqual([{ time: 5, text: 'dear', tags: [] }]);
  });

  it('makes nothing of an answer without times', () => {
    expect(eventsOf(frame({ role: { type: 'string', values: ['x'] } }))).toEqual([]);
  });
});

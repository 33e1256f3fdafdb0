import { describe, expect, it } from 'vitest';
import { testFrame } from '../../shared/test-frame.ts';
import { asOf, day } from './test-workspace.ts';
import { readWorkspaces } from './workspace.ts';

const row = {
  workspace: 'prod/a',
  user: 'u_a',
  created_at: asOf - 20 * day,
  first_visit_day: asOf - 20 * day,
  last_visit_day: asOf - 10 * day,
  visit_days: 3,
  visit_basis: 'event',
  ended_at: null,
  ended_by: null,
  age_seconds: (20 * day) / 1000,
  unvisited_seconds: (10 * day) / 1000,
  pattern: 'returning',
  cpu_request_cores: 2,
  r_version: '4.0.0',
  python_version: 'several',
  quarto_version: null,
};

describe('readWorkspaces', () => {
  it('reads what the view gives, and works out what it does not', () => {
    const [one] = readWorkspaces(testFrame([row]), asOf);
    expect(one).toMatchObject({
      id: 'prod/a',
      until: asOf,
      endedAt: null,
      endedBy: null,
      runtimes: 'R 4.0.0, Python several',
      unvisitedCoreHours: 480,
      unvisitedCost: null,
      endOfLife: null,
      department: null,
    });
  });
  it('reads cost, core-hours and end of life where the view has them', () => {
    const more = { unvisited_core_hours: 400, unvisited_cost: 8.35, currency: 'USD', end_of_life: 'R 4.0' };
    expect(readWorkspaces(testFrame([{ ...row, ...more }]), asOf)[0]).toMatchObject({
      unvisitedCoreHours: 400,
      unvisitedCost: 8.35,
      currency: 'USD',
      endOfLife: 'R 4.0',
    });
  });
  it('needs no more than id, creation and pattern', () => {
    const bare = testFrame([{ workspace: 'x', created_at: asOf - day, pattern: 'too new' }]);
    expect(readWorkspaces(bare, asOf)).toMatchObject([
      { ageSeconds: 86_400, until: asOf, unvisitedSeconds: null, unvisitedCoreHours: null, visitDays: 0 },
    ]);
  });
  it.each([
    ['an end without a reason is unknown', { ended_at: asOf - day }, { endedBy: 'unknown', until: asOf - day }],
    ['a reason without an end is none', { ended_by: 'user' }, { endedBy: null }],
    [
      'never visited: idle all its life',
      { last_visit_day: null, unvisited_seconds: null },
      { unvisitedCoreHours: 960 },
    ],
    [
      'nothing known of visits: nothing known of idle',
      { last_visit_day: null, unvisited_seconds: null, visit_basis: 'unknown' },
      { unvisitedCoreHours: null },
    ],
  ])('%s', (_, change, expected) => {
    expect(readWorkspaces(testFrame([{ ...row, ...change }]), asOf)[0]).toMatchObject(expected);
  });
  it('leaves out rows without id or creation', () => {
    expect(
      readWorkspaces(
        testFrame([
          { ...row, workspace: null },
          { ...row, created_at: null },
        ]),
        asOf,
      ),
    ).toEqual([]);
  });
});

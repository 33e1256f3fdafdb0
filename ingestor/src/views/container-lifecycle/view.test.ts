import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, person, pick, store, workspace } from '../shared/test-rows.ts';
import { lifecyclePatterns } from './patterns-view.ts';
import { containerLifecycle } from './view.ts';

const open = testConfig({
  organisation: { time_zone: 'Europe/Berlin' },
  views: { small_groups: { min_people: 1, max_share: 1 } },
});
const at = (time: string): Date => new Date(time);
const range = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' };
// Whole days of the organisation: groups are never asked for parts of them.
const berlinJune = { from: '2026-05-31T22:00:00Z', to: '2026-06-30T22:00:00Z' };
const platform = { scope: 'platform' } as const;
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  await store(warehouse, {
    workspaces: [
      // R 4.0.0, over five years old, survived two drains.
      workspace('old', {
        user_key: 'u_anna',
        created_at: at('2021-01-10T09:00:00Z'),
        first_visit_at: at('2021-01-10T09:05:00Z'),
        last_visit_at: at('2026-06-29T22:30:00Z'),
        visit_days: 700,
        instances: 3,
        evictions: 2,
        image: 'registry.example.com/r:4.0.0',
        image_digest: 'sha256:aa',
      }),
      workspace('day', {
        user_key: 'u_ben',
        created_at: at('2026-06-10T08:00:00Z'),
        first_visit_at: at('2026-06-10T08:01:00Z'),
        last_visit_at: at('2026-06-10T15:00:00Z'),
        visit_days: 1,
        ended_at: at('2026-06-12T15:00:00Z'),
        ended_by: 'user',
      }),
      workspace('left', {
        user_key: 'u_ben',
        created_at: at('2026-03-01T08:00:00Z'),
        first_visit_at: at('2026-03-01T08:00:00Z'),
        last_visit_at: at('2026-05-01T08:00:00Z'),
        visit_days: 9,
      }),
      workspace('never', {
        user_key: null,
        created_at: at('2026-05-01T08:00:00Z'),
        visit_basis: 'cpu',
        image: 'local',
        cluster: 'lab',
      }),
      workspace('tomorrow', {
        user_key: 'u_anna',
        created_at: at('2026-06-28T00:00:00Z'),
        ended_at: at('2026-07-02T00:00:00Z'),
        ended_by: 'rule',
        first_visit_at: at('2026-07-01T12:00:00Z'),
        last_visit_at: at('2026-07-01T12:00:00Z'),
        visit_days: 1,
      }),
      // Not in the range, or not a workspace any more.
      workspace('before', { created_at: at('2026-05-01T00:00:00Z'), ended_at: at('2026-05-31T21:59:59Z') }),
      workspace('after', { created_at: at('2026-07-01T00:00:00Z') }),
      workspace('merged', { created_at: at('2026-06-01T00:00:00Z'), superseded: true }),
    ],
    images: [
      {
        timestamp: at('2026-01-01'),
        image: 'registry.example.com/r:4.0.0',
        image_digest: 'sha256:aa',
        r_version: '4.0.0',
        python_version: 'several',
      },
      {
        timestamp: at('2026-01-01'),
        image: 'registry.example.com/r:4.4.1',
        image_digest: '',
        r_version: '4.4.1',
        quarto_version: '1.5.57',
      },
    ],
    runtime_eol: [
      { timestamp: at('2026-01-01'), runtime: 'r', release: '4.0', end_of_life: at('2021-05-18') },
      { timestamp: at('2026-01-01'), runtime: 'r', release: '4.4', end_of_life: null },
    ],
    prices: [
      { timestamp: at('2026-05-01'), resource: 'cpu', unit: 'core_hour', price: 0.02, currency: 'USD', source: 'test' },
    ],
    people: [
      person('u_anna', '2026-01-01', { department: 'A', is_manager: true }),
      person('u_ben', '2026-01-01', { department: 'B' }),
      person('u_ben', '2026-06-13', { department: 'C' }),
      person('u_zoe', '2026-01-01', { department: 'C' }),
    ],
    containers: [container('old', { user_key: 'u_anna', created_at: at('2021-01-10T09:00:00Z') })],
    container_visits_1d: ['2026-04-01T22:00:00Z', '2026-05-29T22:00:00Z', '2026-06-29T22:00:00Z'].map((day) => ({
      timestamp: at(day),
      container_id: 'prod/old/main',
      visits: 1,
      first_visit_at: new Date(at(day).getTime() + 1_800_000),
      last_visit_at: new Date(at(day).getTime() + 1_800_000),
    })),
    container_usage_1d: [
      { timestamp: at('2026-06-10T00:00:00Z'), container_id: 'x', covered_seconds: 3, alive_seconds: 4 },
    ],
  });
});

describe('container-lifecycle', () => {
  const ask = (params: Record<string, unknown> = {}, principal: object = platform) =>
    askView(warehouse, open, { view: containerLifecycle, params, ...range, principal });

  it('golden rows', async () => {
    const { objects, meta } = await ask();
    expect(
      pick(objects, [
        'workspace',
        'user',
        'department',
        'is_manager',
        'pattern',
        'age_seconds',
        'unvisited_seconds',
        'ended_by',
        'r_version',
        'python_version',
        'quarto_version',
      ]),
    ).toEqual([
      ['prod/tomorrow', 'u_anna', 'A', 'true', 'too new', 3 * 86400, null, null, '4.4.1', null, '1.5.57'],
      ['prod/day', 'u_ben', 'B', 'false', 'one day', 55 * 3600, 2 * 86400, 'user', '4.4.1', null, '1.5.57'],
      [
        'prod/never',
        null,
        'unattributed',
        'unattributed',
        'never active',
        60 * 86400 + 16 * 3600,
        null,
        null,
        null,
        null,
        null,
      ],
      [
        'prod/left',
        'u_ben',
        'C',
        'false',
        'abandoned',
        121 * 86400 + 16 * 3600,
        60 * 86400,
        null,
        '4.4.1',
        null,
        '1.5.57',
      ],
      [
        'prod/old',
        'u_anna',
        'A',
        'true',
        'kept alive',
        (Date.UTC(2026, 6, 1) - Date.UTC(2021, 0, 10, 9)) / 1000,
        86400,
        null,
        '4.0.0',
        'several',
        null,
      ],
    ]);
    // 16 cores: whole days since the last visit, or all hours since the creation
    expect(pick(objects, ['unvisited_core_hours', 'unvisited_cost', 'currency', 'end_of_life'])).toEqual([
      [1152, 23.04, 'USD', null],
      [768, 15.36, 'USD', null],
      [23_296, 465.92, 'USD', null],
      [23_040, 460.8, 'USD', null],
      [384, 7.68, 'USD', 'R 4.0'],
    ]);
    // 22:30 UTC on the 29th is the 30th in Berlin: days, never times.
    expect(pick(objects.slice(4), ['first_visit_day', 'last_visit_day'])).toEqual([
      [at('2021-01-09T23:00:00Z'), at('2026-06-29T22:00:00Z')],
    ]);
    expect(meta.coverage).toBe(0.75);
  });

  it.each([
    [{ pattern: 'one day' }, ['prod/day']],
    [{ state: 'ended' }, ['prod/day']],
    [{ cluster: 'lab' }, ['prod/never']],
    [{ image: 'registry.example.com/r:4.0.0', state: 'alive' }, ['prod/old']],
    [{ kind: 'batch' }, []],
    [{ department: 'B' }, ['prod/day']],
    [{ department: 'C', is_manager: 'false' }, ['prod/left']],
    [{ role: 'nobody' }, []],
  ])('%j', async (params, ids) => {
    expect((await ask(params)).objects.map((row) => row['workspace'])).toEqual(ids);
  });

  it('compares with what was known at the start of the range: later visits had not been', async () => {
    const { objects, meta } = await ask({ compare: 'previous' });
    expect(
      pick(objects, [
        'workspace',
        'pattern',
        'previous_pattern',
        'visit_days',
        'previous_visit_days',
        'change_visit_days',
      ]),
    ).toEqual([
      ['prod/tomorrow', 'too new', null, 0, null, null],
      ['prod/day', 'one day', null, 1, null, null],
      ['prod/never', 'never active', 'never active', 0, 0, 0],
      ['prod/left', 'abandoned', 'abandoned', 9, 9, 0],
      ['prod/old', 'kept alive', 'kept alive', 700, 2, 698],
    ]);
    expect(meta.howComputed).toContain('Compared with 2026-05-02T00:00Z to 2026-06-01T00:00Z');
  });

  it('self: own workspaces only; aggregate: none', async () => {
    const own = await ask({}, { scope: 'self', personKey: 'u_ben' });
    expect(own.objects.map((row) => row['workspace'])).toEqual(['prod/day', 'prod/left']);
    await expect(ask({}, { scope: 'aggregate' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('lifecycle-patterns', () => {
  it('golden rows', async () => {
    const { objects } = await askView(warehouse, open, {
      view: lifecyclePatterns,
      params: { group_by: 'department' },
      ...berlinJune,
    });
    expect(
      pick(objects, ['department', 'role', 'pattern', 'workspaces', 'share', 'alive', 'requested_cores', 'people']),
    ).toEqual([
      ['A', 'all', 'too new', 1, 0.2, 1, 16, 1],
      ['A', 'all', 'kept alive', 1, 0.2, 1, 16, 1],
      ['B', 'all', 'one day', 1, 0.2, 0, 0, 1],
      ['C', 'all', 'abandoned', 1, 0.2, 1, 16, 1],
      ['unattributed', 'all', 'never active', 1, 0.2, 1, 16, 0],
    ]);
  });
  it('compares with the period of as many days before', async () => {
    const { objects } = await askView(warehouse, open, {
      view: lifecyclePatterns,
      params: { compare: 'previous' },
      ...berlinJune,
    });
    expect(
      pick(objects, ['pattern', 'workspaces', 'previous_workspaces', 'change_workspaces', 'alive', 'previous_alive']),
    ).toEqual([
      ['too new', 1, 0, 1, 1, 0],
      ['kept alive', 1, 1, 0, 1, 1],
      ['never visited', 0, 1, -1, 0, 0],
      ['never active', 1, 1, 0, 1, 1],
      ['abandoned', 1, 1, 0, 1, 1],
      ['one day', 1, 0, 1, 0, 0],
    ]);
  });
  it('nothing about two people; what belongs to nobody known is shown', async () => {
    const { objects } = await askView(warehouse, testConfig(), { view: lifecyclePatterns, ...berlinJune });
    expect(pick(objects, ['pattern', 'workspaces', 'people'])).toEqual([['never active', 1, 0]]);
  });
});

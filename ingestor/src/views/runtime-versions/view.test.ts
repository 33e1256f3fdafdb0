import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { readSqlWithParts } from '../shared/owned-usage.ts';
import { askView, container, person, pick, store, usageDay } from '../shared/test-rows.ts';
import { minorRelease, versionOrder } from './release.ts';
import { runtimeVersions } from './view.ts';

const open = testConfig({
  organisation: { time_zone: 'Europe/Berlin' },
  views: { small_groups: { min_people: 1, max_share: 1 } },
});
// Monday the 2nd, Tuesday the 3rd and Monday the 9th of March in Berlin.
const [monday, tuesday, next] = ['2026-03-01T23:00:00Z', '2026-03-02T23:00:00Z', '2026-03-08T23:00:00Z'] as const;
const at = (time: string): Date => new Date(time);
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  const image = (name: string, digest: string, fields: Row): Row => ({
    timestamp: at('2026-01-01'),
    image: name,
    image_digest: digest,
    ...fields,
  });
  const of = (id: string, user: string | null, fields: Row): Row => container(id, { user_key: user, ...fields });
  const days = (id: string, ...uses: [string, number][]) =>
    uses.map(([time, used]) => usageDay(id, time, { used, requested: 4, hours: 12, alive: 24 }).day);
  await store(warehouse, {
    images: [
      image('r400', 'sha256:aa', { r_version: '4.0.0', python_version: '3.8.10' }),
      // The same reference, rebuilt: a digest of its own.
      image('r400', 'sha256:bb', { r_version: '4.0.1' }),
      image('r441', '', { r_version: '4.4.1' }),
      image('both', '', { r_version: 'several', r_versions: '["4.4.1","4.3.3"]' }),
      { ...image('r441', '', { r_version: '4.3.9' }), timestamp: at('2025-01-01') },
    ],
    containers: [
      of('a', 'u_a', { image: 'r400', image_digest: 'sha256:aa' }),
      of('b', 'u_b', { image: 'r400', image_digest: 'sha256:bb' }),
      // A workspace that was drained on Monday: two pods, one workspace.
      of('c1', 'u_c', { image: 'r441', workspace_id: 'prod/c1' }),
      of('c2', 'u_c', { image: 'r441', workspace_id: 'prod/c1' }),
      of('d', 'u_d', { image: 'both' }),
      of('e', 'u_a', { image: 'both' }),
      of('f', null, { image: 'elsewhere', kind: 'service' }),
    ],
    container_usage_1d: [
      ...days('a', [monday, 1], [tuesday, 0.02], [next, 1]),
      ...days('b', [monday, 0.02], [tuesday, 0.02]),
      ...days('c1', [monday, 2]),
      ...days('c2', [monday, 2], [tuesday, 2]),
      ...days('d', [monday, 1], [tuesday, 1], [next, 1]),
      ...days('e', [monday, 1]),
      ...days('f', [monday, 1]),
    ],
    // b was visited on Tuesday without using any CPU.
    container_visits_1d: [{ timestamp: at(tuesday), container_id: 'prod/b/main', visits: 1 }],
    platform_events: [
      {
        timestamp: at('2026-03-03T09:00:00Z'),
        event_key: 1n,
        source: 'portal',
        kind: 'runtime_selected',
        uid: 'd',
        r_version: '4.3.3',
      },
      {
        timestamp: at('2026-03-09T09:00:00Z'),
        event_key: 2n,
        source: 'portal',
        kind: 'runtime_selected',
        uid: 'd',
        r_version: '4.4.1',
      },
    ],
    runtime_eol: [
      { timestamp: at('2000-01-01'), runtime: 'r', release: '4.0', end_of_life: at('2026-03-02T23:00:00Z') },
      { timestamp: at('2000-01-01'), runtime: 'python', release: '3.8', end_of_life: at('2024-10-07') },
    ],
    people: ['a', 'b', 'c', 'd'].map((key) => person(`u_${key}`, '2026-01-01', { department: key < 'c' ? 'A' : 'B' })),
  });
});

describe('runtime-versions', () => {
  const week = { from: monday, to: '2026-03-03T23:00:00Z' };
  const ask = (params: Record<string, unknown> = {}, span: { from: string; to: string } = week, config = open) =>
    askView(warehouse, config, { view: runtimeVersions, params, ...span });
  const columns = ['version', 'active_workspaces', 'alive_workspaces', 'users'];

  it('golden rows by day', async () => {
    const { objects, meta } = await ask();
    expect(pick(objects, ['period', ...columns, 'share', 'is_end_of_life'])).toEqual([
      [at(monday), '4.0.0', 1, 1, 1, 0.25, false],
      [at(monday), '4.0.1', 0, 1, 0, 0, false],
      [at(monday), '4.4.1', 1, 1, 1, 0.25, null],
      [at(monday), 'several', 2, 2, 2, 0.5, null],
      [at(monday), 'unknown', 1, 1, 0, null, null],
      [at(tuesday), '4.0.0', 0, 1, 0, 0, true],
      // A visit makes it active.
      [at(tuesday), '4.0.1', 1, 1, 1, 0.333333, true],
      // From the day on which it was chosen.
      [at(tuesday), '4.3.3', 1, 1, 1, 0.333333, null],
      [at(tuesday), '4.4.1', 1, 1, 1, 0.333333, null],
    ]);
    expect(meta.coverage).toBe(0.5);
  });

  it('by week, as chosen at the time', async () => {
    const { objects } = await ask(
      { interval: 'week', kind: 'interactive' },
      { from: monday, to: '2026-03-15T23:00:00Z' },
    );
    expect(pick(objects, ['period', ...columns])).toEqual([
      [at(monday), '4.0.0', 1, 1, 1],
      [at(monday), '4.0.1', 1, 1, 1],
      [at(monday), '4.3.3', 1, 1, 1],
      [at(monday), '4.4.1', 1, 1, 1],
      [at(monday), 'several', 2, 2, 2],
      [at(next), '4.0.0', 1, 1, 1],
      [at(next), '4.4.1', 1, 1, 1],
    ]);
  });

  it.each([
    [
      { runtime: 'python', interval: 'none', kind: 'interactive' },
      [
        ['3.8.10', 1, 1, 1],
        ['unknown', 4, 4, 4],
      ],
    ],
    [
      { release: 'true', interval: 'none', kind: 'interactive' },
      [
        ['4.0', 2, 2, 1],
        ['4.3', 1, 1, 1],
        ['4.4', 1, 1, 1],
        ['several', 2, 2, 2],
      ],
    ],
    [{ image: 'r441', interval: 'none' }, [['4.4.1', 1, 1, 1]]],
    [{ node: 'elsewhere' }, []],
  ])('%j', async (params, rows) => {
    expect(pick((await ask(params)).objects, columns)).toEqual(rows);
  });

  it('by department, with the days before', async () => {
    const { objects } = await ask(
      { group_by: 'department', interval: 'none', compare: 'previous', kind: 'interactive' },
      { from: tuesday, to: '2026-03-03T23:00:00Z' },
    );
    expect(
      pick(objects, [
        'department',
        'version',
        'active_workspaces',
        'previous_active_workspaces',
        'change_active_workspaces',
        'previous_users',
      ]),
    ).toEqual([
      ['A', '4.0.0', 0, 1, -1, 1],
      ['A', '4.0.1', 1, 0, 1, 0],
      ['A', 'several', 0, 1, -1, 1],
      ['B', '4.3.3', 1, 0, 1, 0],
      ['B', '4.4.1', 1, 1, 0, 1],
      ['B', 'several', 0, 1, -1, 1],
    ]);
  });

  it.each(['day', 'week', 'none'])(
    'by period and by day say the same where nothing cuts the days of a container: %s',
    async (interval) => {
      for (const image of ['r400', 'r441', 'elsewhere']) {
        const bound = [at(monday), at('2026-03-15T23:00:00Z'), 'Europe/Berlin', false, false, false, false];
        const parameters = [...bound, '', '', '', image, '', 'r', interval];
        const [byDay, byPeriod] = await Promise.all(
          ['query.sql', 'by-period.sql'].map((name) =>
            warehouse.reader.rows(readSqlWithParts(import.meta.url, name), parameters),
          ),
        );
        expect(byPeriod?.length).toBeGreaterThan(0);
        expect(byPeriod).toEqual(byDay);
      }
    },
  );

  it('of fewer than five people nothing is shown', async () => {
    const { objects } = await ask({}, week, testConfig({ organisation: { time_zone: 'Europe/Berlin' } }));
    expect(pick(objects, columns)).toEqual([['unknown', 1, 1, 0]]);
  });
});

it.each([
  ['4.4.1', '4.4'],
  ['3.12', '3.12'],
  ['3.13.0rc1', '3.13'],
  ['several', null],
  ['unknown', null],
  ['4', null],
])('minor release of %s', (version, release) => {
  expect(minorRelease(version)).toBe(release);
});

it('orders versions as numbers', () => {
  const sorted = ['unknown', '4.10.0', '4.9.3', 'several', '3.6.3'].sort((a, b) => versionOrder(a) - versionOrder(b));
  expect(sorted).toEqual(['3.6.3', '4.9.3', '4.10.0', 'several', 'unknown']);
});

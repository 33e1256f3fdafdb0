import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { repositories } from './view.ts';

const open = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const [from, to] = ['2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'];
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  const of = (id: string, fields: Row = {}): Row => ({
    timestamp: new Date('2026-01-01'),
    forge: 'main',
    repository_id: id,
    is_deleted: false,
    ...fields,
  });
  const repository = (id: string, activity: string, fields: Row = {}): Row =>
    of(id, { last_activity_at: new Date(activity), state: 'ok', is_archived: false, ...fields });
  const week = (id: string, who: string, commits: number, at = '2026-02-02'): Row => ({
    timestamp: new Date(at),
    forge: 'main',
    repository_id: id,
    person: who,
    commits,
    bot_commits: 0,
  });
  await store(warehouse, {
    people: [person('u_a', '2026-01-01'), person('u_b', '2026-01-01', { department: 'B' })],
    git_repositories: [
      repository('1', '2026-03-03'),
      repository('2', '2025-01-01'),
      repository('3', '2025-01-01', { is_archived: true }),
      repository('4', '2026-02-01', { state: 'hidden' }),
      repository('5', '2026-03-03'),
      repository('5', '2026-03-03', { timestamp: new Date('2026-02-01'), is_deleted: true }),
      // Not there yet at the end of the range.
      repository('6', '2026-03-20', { timestamp: new Date('2026-03-20') }),
    ],
    git_languages: [
      of('1', { language: 'R', share: 0.6 }),
      of('1', { language: 'Python', share: 0.4 }),
      of('2', { language: 'R', share: 1 }),
      of('3', { language: 'R', share: 1 }),
      of('3', { language: 'Python', share: 1, is_deleted: true }),
    ],
    git_commits_weekly: [
      week('1', 'u_a', 5),
      week('1', 'u_b', 3),
      week('2', 'u_b', 1),
      week('3', 'u_a', 1),
      week('3', 'u_b', 9, '2024-01-01'),
      week('1', '', 90),
      week('4', '', 90),
    ],
    git_lockfiles: [
      of('1', { path: 'renv.lock', kind: 'renv.lock', status: 'ok' }),
      of('1', { path: 'uv.lock', kind: 'uv.lock', status: 'parse_error' }),
      of('2', { path: 'pyproject.toml', kind: 'pyproject.toml', status: 'ok' }),
      of('3', { path: 'renv.lock', kind: 'renv.lock', status: 'ok' }),
      of('3', {
        path: 'renv.lock',
        kind: 'renv.lock',
        status: 'ok',
        timestamp: new Date('2026-02-01'),
        is_deleted: true,
      }),
    ],
  });
});

const columns = [
  'department',
  'language',
  'repositories',
  'active',
  'idle_year',
  'archived',
  'readable',
  'with_lock_file',
  'lock_file_share',
  'broken_lock_files',
  'people',
];
const ask = async (params: Record<string, unknown> = {}, config = open) =>
  pick(
    (await askView(warehouse, config, { view: repositories, params, from, to, now: '2026-04-01' })).objects,
    columns,
  );

describe('repositories', () => {
  it('count for the department of who committed most in the year, by main language', async () => {
    expect(await ask()).toEqual([
      ['A', 'R', 2, 1, 0, 1, 2, 1, 0.5, 1, 1],
      ['B', 'R', 1, 0, 1, 0, 1, 0, 0, 0, 1],
      ['unattributed', 'none', 1, 0, 0, 0, 0, 0, null, 0, 0],
    ]);
  });

  it('together are what there is', async () => {
    expect(await ask({ group_by: [], split_by_language: false })).toEqual([
      ['all', 'all', 4, 1, 1, 1, 3, 1, 0.333333, 1, 2],
    ]);
    expect(await ask({ forge: 'other' })).toEqual([]);
  });

  it('of one person are not shown', async () => {
    const rows = await ask({}, testConfig({}));
    expect(rows.filter(([department]) => department === 'A' || department === 'B')).toEqual([]);
  });
});

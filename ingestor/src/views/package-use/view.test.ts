import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, pick, store } from '../shared/test-rows.ts';
import { packageUse } from './view.ts';

const own = { package_manager: { internal_repositories: ['https://ppm.example.com/internal/'] } };
const open = testConfig({ ...own, views: { small_groups: { min_people: 1, max_share: 1 } } });
const [from, to] = ['2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'];
const early = new Date('2026-01-01');
let warehouse: Warehouse;

/** Six repositories of six people; 7 is archived, 8 gone. Blob `a` is shared by two of them. */
beforeAll(async () => {
  warehouse = await useWarehouse();
  const repository = (id: number, more: Row = {}): Row => ({
    timestamp: early,
    forge: 'main',
    repository_id: String(id),
    state: 'ok',
    is_archived: id === 7,
    is_deleted: id === 8,
    ...more,
  });
  const file = (id: number, blob: string, path = 'renv.lock', more: Row = {}): Row => ({
    timestamp: early,
    forge: 'main',
    repository_id: String(id),
    path,
    kind: path.split('/').at(-1) ?? '',
    blob_id: blob,
    status: 'ok',
    r_version: path.endsWith('renv.lock') ? '4.4.1' : null,
    is_deleted: false,
    ...more,
  });
  const pack = (blob: string, name: string, version: string, more: Row = {}): Row => ({
    timestamp: new Date('2000-01-01'),
    blob_id: blob,
    kind: 'renv.lock',
    language: 'r',
    package: name,
    version,
    source: 'cran',
    ...more,
  });
  const python = { kind: 'pyproject.toml', language: 'python', source: 'pypi' };
  const content = (guid: string, owner: string, more: Row = {}): Row => ({
    timestamp: early,
    server: 'connect',
    content_guid: guid,
    owner,
    r_version: '4.3.2',
    is_deleted: false,
    ...more,
  });
  const used = (guid: string, name: string, version: string, more: Row = {}): Row => ({
    timestamp: early,
    server: 'connect',
    content_guid: guid,
    language: 'r',
    package: name,
    version,
    is_deleted: false,
    ...more,
  });
  const offer = (language: string, name: string, version: string, isInternal = false, more: Row = {}): Row => ({
    timestamp: early,
    server: 'ppm',
    repository: 'cran',
    language,
    package: name,
    version,
    is_internal: isInternal,
    is_deleted: false,
    ...more,
  });
  await store(warehouse, {
    git_repositories: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => repository(id)),
    git_commits_weekly: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => ({
      timestamp: new Date('2026-02-02'),
      forge: 'main',
      repository_id: String(id),
      person: `u_${id}`,
      commits: 5,
      bot_commits: 0,
    })),
    git_lockfiles: [
      file(1, 'a'),
      file(2, 'a'),
      // A copy in a folder of the same repository is the same use.
      file(2, 'a', 'sub/renv.lock'),
      file(3, 'b'),
      file(4, 'c', 'pyproject.toml'),
      file(4, 'd', 'uv.lock'),
      file(5, 'c', 'pyproject.toml'),
      file(6, 'old', 'renv.lock', { is_deleted: false }),
      file(6, 'old', 'renv.lock', { timestamp: new Date('2026-02-01'), is_deleted: true }),
      file(7, 'a'),
      file(8, 'a'),
      // Not there yet at the end of the range.
      file(1, 'b', 'renv.lock', { timestamp: new Date('2026-03-20') }),
    ],
    git_packages: [
      pack('a', 'dplyr', '1.1.3'),
      pack('b', 'dplyr', '1.1.4'),
      pack('a', 'studytools', '0.3.0', { package_repository: 'https://ppm.example.com/internal/latest' }),
      pack('old', 'dplyr', '0.8.0'),
      pack('c', 'numpy', '', { ...python, version_constraint: '>=1' }),
      pack('d', 'numpy', '1.26.4', { ...python, kind: 'uv.lock' }),
    ],
    connect_content: [content('x', 'u_1'), content('y', 'u_9'), content('z', 'u_9', { is_deleted: true })],
    connect_packages: [
      used('x', 'dplyr', '1.1.0'),
      used('y', 'dplyr', '1.1.3'),
      used('y', 'dplyr', '1.1.4', { timestamp: new Date('2026-02-01') }),
      used('z', 'dplyr', '1.0.0'),
      used('x', 'studytools', '0.2.0'),
    ],
    package_registry: [
      offer('r', 'dplyr', '1.1.2'),
      offer('r', 'dplyr', '1.2.0', false, { timestamp: new Date('2026-02-01') }),
      offer('r', 'unused', '9.0'),
      offer('python', 'secret-tools', '1.0', true),
    ],
    images: [
      {
        timestamp: early,
        image: 'registry.example.com/r:4.4.1',
        image_digest: '',
        r_version: '4.4.1',
        python_version: '3.12.6',
      },
      { timestamp: early, image: 'registry.example.com/old:1', image_digest: '', r_version: '4.0.0' },
    ],
    containers: [
      container('1', { created_at: new Date('2026-03-03'), last_seen_at: new Date('2026-03-04') }),
      container('2', { created_at: new Date('2026-03-03'), last_seen_at: new Date('2026-03-04') }),
      container('3', {
        image: 'registry.example.com/old:1',
        created_at: new Date('2026-01-03'),
        ended_at: new Date('2026-01-04'),
        last_seen_at: new Date('2026-01-04'),
      }),
    ],
  });
});

const columns = [
  'language',
  'package',
  'version',
  'used_in',
  'repositories',
  'content',
  'images',
  'people',
  'newest_version',
  'newest_basis',
  'versions_behind',
  'behind_share',
  'is_internal',
];
const ask = async (params: Record<string, unknown> = {}, config = open) =>
  pick((await askView(warehouse, config, { view: packageUse, params, from, to, now: '2026-04-01' })).objects, columns);

describe('package-use', () => {
  it('counts versions over repositories and content, and how far they are behind the registry', async () => {
    expect(await ask({ package: 'dplyr' })).toEqual([
      ['r', 'dplyr', '1.1.0', 'all', 0, 1, 0, 1, '1.2.0', 'registry', 3, 1, false],
      ['r', 'dplyr', '1.1.3', 'all', 2, 0, 0, 2, '1.2.0', 'registry', 2, 1, false],
      ['r', 'dplyr', '1.1.4', 'all', 1, 1, 0, 2, '1.2.0', 'registry', 1, 1, false],
    ]);
  });

  it('takes the newest in use where no registry tells, and marks packages of one’s own', async () => {
    expect(await ask({ package: 'studytools' })).toEqual([
      ['r', 'studytools', '0.2.0', 'all', 0, 1, 0, 1, '0.3.0', 'seen', 1, 1, true],
      ['r', 'studytools', '0.3.0', 'all', 2, 0, 0, 2, '0.3.0', 'seen', 0, 0, true],
    ]);
    expect((await ask({ origin: 'internal' })).map((row) => row[1])).toEqual(['studytools', 'studytools']);
  });

  it('a range counts only where no file of the repository gives a version', async () => {
    expect(await ask({ package: 'numpy' })).toEqual([
      ['python', 'numpy', 'range', 'all', 1, 0, 0, 1, '1.26.4', 'seen', null, null, false],
      ['python', 'numpy', '1.26.4', 'all', 1, 0, 0, 1, '1.26.4', 'seen', 0, 0, false],
    ]);
  });

  it('runtimes: repositories by lock file, content by its own fields, images that ran in the range', async () => {
    expect(await ask({ kind_of_package: 'runtime', split_by: ['version', 'used_in'] })).toEqual([
      ['r', 'R', '4.3.2', 'content', 0, 2, 0, 2, '4.4.1', 'seen', 1, 1, false],
      ['r', 'R', '4.4.1', 'image', 0, 0, 1, 0, '4.4.1', 'seen', 0, 0, false],
      ['r', 'R', '4.4.1', 'repository', 3, 0, 0, 3, '4.4.1', 'seen', 0, 0, false],
      ['python', 'Python', '3.12.6', 'image', 0, 0, 1, 0, '3.12.6', 'seen', 0, 0, false],
    ]);
  });

  it('of few people is not shown; neighbouring versions of many are shown together', async () => {
    const three = testConfig({ ...own, views: { small_groups: { min_people: 3, max_share: 1 } } });
    expect((await ask({ package: 'dplyr' }, three)).map((row) => [row[2], row[4], row[5], row[7]])).toEqual([
      ['1.1.0 – 1.1.4', 3, 2, 4],
    ]);
    const two = testConfig({ ...own, views: { small_groups: { min_people: 2, max_share: 1 } } });
    expect((await ask({ package: 'dplyr' }, two)).map((row) => [row[2], row[7], row[10], row[11]])).toEqual([
      ['1.1.0 – 1.1.3', 2, 3, 1],
      ['1.1.4', 2, 1, 1],
    ]);
    // u_3 alone has it in a repository, u_9 alone in content.
    expect(
      (await ask({ package: 'dplyr', split_by: ['version', 'used_in'] }, two)).map((row) => [row[2], row[3], row[7]]),
    ).toEqual([
      ['1.1.0 – 1.1.3', 'content + repository', 2],
      ['1.1.4', 'content + repository', 2],
    ]);
    expect(await ask({ package: 'studytools' }, testConfig(own))).toEqual([]);
  });

  it('all packages of both languages, most used first', async () => {
    expect(
      (await ask({ split_by: [], kind_of_package: 'package' })).map((row) => [row[1], row[2], row[4], row[5], row[11]]),
    ).toEqual([
      ['dplyr', 'all', 3, 2, 1],
      ['studytools', 'all', 2, 1, 0.333333],
      ['numpy', 'all', 2, 0, 0],
    ]);
    expect(await ask({ language: 'python', kind_of_package: 'package' })).toHaveLength(2);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FAKE_GITLAB_TOKEN,
  startFakeGitlab,
  type FakeGitlab,
  type FakeProject,
} from '../../../../test/support/fakes/gitlab/server.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import type { PollOutcome } from '../source.ts';
import { gitSource } from './source.ts';

const startedAt = '2026-10-01T12:00:00Z'; // a Thursday
const renv = (version: string): string =>
  JSON.stringify({
    R: { Version: '4.4.1' },
    Packages: { dplyr: { Package: 'dplyr', Version: version, Source: 'Repository' } },
  });
const meier = { name: 'Kim Meier', email: 'meierk@example.com' };

const study = (): FakeProject => ({
  id: 2,
  path: 'biostats/onc/study-x',
  activity: '2026-09-30T12:00:00Z',
  languages: { R: 91.4, Python: 8.6 },
  members: [
    { username: 'meierk', access_level: 20 },
    { username: 'MeierK', access_level: 40 },
    { username: 'project_2_bot_1', access_level: 40 },
  ],
  files: {
    'renv.lock': renv('1.1.4'),
    'sub/renv.lock': renv('1.1.4'),
    'py/requirements.txt': 'numpy==1.26.4\npandas>=2',
    'a.R': '1',
  },
  commits: [
    { ...meier, at: '2026-09-28T00:00:00.000+00:00' },
    { ...meier, at: '2026-10-01T01:00:00.000+02:00' },
    { ...meier, email: '51-meierk@users.noreply.gitlab.example.com', at: '2026-09-30T10:00:00Z' },
    { name: 'x', email: 'MEIERK@EXAMPLE.COM', at: '2026-09-27T23:59:59Z' },
    { name: 'renovate[bot]', email: 'renovate@example.com', at: '2026-09-29T10:00:00Z' },
    { name: 'Nobody', email: 'localhost', at: '2026-09-29T10:00:00Z' },
  ],
});
const plain = (id: number, more: Partial<FakeProject> = {}): FakeProject => ({
  id,
  path: `biostats/p${id}`,
  activity: '2026-09-01T12:00:00Z',
  languages: { R: 100 },
  members: [],
  files: {},
  commits: [],
  ...more,
});
const world = (): FakeProject[] => [
  plain(1, { empty: true }),
  study(),
  plain(3, { path: 'meierk/scratch', kind: 'user', archived: true }),
  plain(4, { hidden: true }),
  plain(5, { files: { 'renv.lock': '<<<<<<< HEAD', 'uv.lock': 'a' }, lfs: ['uv.lock'] }),
  ...Array.from({ length: 100 }, (_, index) => plain(index + 10)),
];

let fake: FakeGitlab;
let warehouse: QuestdbWarehouse;
beforeEach(async () => {
  fake = await startFakeGitlab(world());
  warehouse = await useWarehouse();
});
afterEach(() => fake.close());

interface Options {
  readonly state?: unknown;
  readonly at?: string;
  readonly token?: string;
  readonly git?: object;
  readonly signal?: AbortSignal;
  readonly checkpoint?: (state: unknown) => void;
}

async function poll(options: Options = {}): Promise<PollOutcome> {
  const file = join(mkdtempSync(join(tmpdir(), 'sce-git-')), 'token');
  writeFileSync(file, `${options.token ?? FAKE_GITLAB_TOKEN}\n`);
  const config = testConfig({ git: { forges: [{ name: 'main', url: fake.url, token_file: file }], ...options.git } });
  const log = pino({ level: 'silent' });
  const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy });
  const [instance] = gitSource.instances({ config, warehouse, pseudonymiser, log });
  const outcome = await instance!.poll({
    startedAt: new Date(options.at ?? startedAt),
    state: json(options.state ?? null),
    checkpoint: async (state) => options.checkpoint?.(json(state)),
    progress: () => undefined,
    signal: options.signal ?? new AbortController().signal,
    log,
  });
  return { ...outcome, state: json(outcome.state) };
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
const names = [
  'git_repositories',
  'git_languages',
  'git_members',
  'git_commits_weekly',
  'git_lockfiles',
  'git_packages',
];

async function tables(): Promise<Record<string, string[]>> {
  await warehouse.settle(names);
  const all: Record<string, string[]> = {};
  for (const name of names)
    all[name] = (await warehouse.reader.rows(`select * from ${name}`))
      .map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
      .sort();
  return all;
}
const rows = async (sql: string) => (await warehouse.settle(names), warehouse.reader.rows<Record<string, any>>(sql));

describe('a first poll', () => {
  it('brings everything once, stores no name, and the second makes two requests and changes nothing', async () => {
    const first = await poll();
    expect(first).toMatchObject({ rowsRead: 105, complete: true });
    const before = fake.requests.length;
    const stored = await tables();
    expect(stored['git_repositories']).toHaveLength(105);
    expect(JSON.stringify([stored, first.state])).not.toMatch(/meierk|Kim|secret title|@example/i);
    const second = await poll({ state: first.state, at: '2026-10-02T12:00:00Z' });
    expect(second).toMatchObject({ rowsWritten: 0, complete: true });
    expect(fake.requests.length - before).toBe(2);
    expect(before).toBeGreaterThan(400);
    expect(await tables()).toEqual(stored);
    expect(fake.writes).toBe(0);
  });

  it('counts commits per person and week, robots and unknown addresses apart', async () => {
    await poll();
    const weeks = await rows(
      "select timestamp, person, commits, bot_commits from git_commits_weekly where repository_id = '2' order by timestamp, commits",
    );
    expect(
      weeks.map(({ timestamp, person, commits, bot_commits }) => [
        timestamp.toISOString().slice(0, 10),
        person.slice(0, 2),
        commits,
        bot_commits,
      ]),
    ).toEqual([
      ['2026-09-21', 'u_', 1, 0],
      ['2026-09-28', '', 2, 1],
      ['2026-09-28', 'u_', 3, 0],
    ]);
    const [member] = await rows("select person, access_level from git_members where repository_id = '2'");
    expect(member).toEqual({ person: weeks[0]!['person'], access_level: 40 });
  });

  it('tells empty, hidden, personal and archived repositories, and reads lock files', async () => {
    await poll();
    const states = await rows(
      "select repository_id id, state, is_archived, is_personal, path from git_repositories where repository_id in ('1', '2', '3', '4') order by id",
    );
    expect(states.map(({ state }) => state)).toEqual(['empty', 'ok', 'ok', 'hidden']);
    expect(states[2]).toMatchObject({ is_archived: true, is_personal: true });
    expect(states[2]!['path']).toMatch(/^u_[0-9a-f]{16}\/scratch$/);
    const files = await rows(
      'select repository_id id, path, status, r_version, packages from git_lockfiles order by id, path',
    );
    expect(files.map((row) => Object.values(row).join(' '))).toEqual([
      '2 py/requirements.txt ok  2',
      '2 renv.lock ok 4.4.1 1',
      '2 sub/renv.lock ok 4.4.1 1',
      '5 renv.lock parse_error  0',
      '5 uv.lock parse_error  0',
    ]);
    // Two files of the same content are one download and one set of packages.
    expect(fake.requests.filter((path) => path.endsWith('/raw'))).toHaveLength(4);
    const packages = await rows('select package, version, version_constraint c from git_packages order by package');
    expect(packages.map(({ package: name, version, c }) => [name, version, c])).toEqual([
      ['dplyr', '1.1.4', null],
      ['numpy', '1.26.4', null],
      ['pandas', '', '>=2'],
    ]);
  });

  it('reads trees of old servers by numbered pages', async () => {
    fake.isOld = true;
    expect(await poll()).toMatchObject({ complete: true });
    expect(await rows('select path from git_lockfiles')).toHaveLength(5);
  });
});

describe('later polls', () => {
  it('read what has changed: blobs, rewritten commits, members who left, moves', async () => {
    const { state } = await poll();
    const project = fake.projects[1]!;
    Object.assign(project, {
      path: 'biostats/moved',
      activity: '2026-10-02T08:00:00Z',
      languages: { R: 100 },
      members: [],
      commits: project.commits.slice(1, 2),
    });
    project.files = { 'renv.lock': renv('1.2.0'), 'py/requirements.txt': project.files['py/requirements.txt']! };
    fake.requests.length = 0;
    await poll({ state, at: '2026-10-02T12:00:00Z' });
    expect(fake.requests.filter((path) => path.endsWith('/raw'))).toEqual([
      'projects/2/repository/files/renv.lock/raw',
    ]);
    expect(
      await rows(
        "select path, is_deleted from git_lockfiles where forge = 'main' and repository_id = '2' latest on timestamp partition by path order by path",
      ),
    ).toEqual([
      { path: 'py/requirements.txt', is_deleted: false },
      { path: 'renv.lock', is_deleted: false },
      { path: 'sub/renv.lock', is_deleted: true },
    ]);
    expect(
      await rows(
        "select language, is_deleted from git_languages where forge = 'main' and repository_id = '2' latest on timestamp partition by language order by language",
      ),
    ).toEqual([
      { language: 'Python', is_deleted: true },
      { language: 'R', is_deleted: false },
    ]);
    const [sum] = await rows("select sum(commits) n from git_commits_weekly where repository_id = '2'");
    expect(sum).toEqual({ n: 1 });
    const [moved] = await rows(
      "select path from git_repositories where repository_id = '2' order by timestamp desc limit 1",
    );
    expect(moved).toEqual({ path: 'biostats/moved' });
    const [member] = await rows(
      "select is_deleted from git_members where repository_id = '2' order by timestamp desc limit 1",
    );
    expect(member).toEqual({ is_deleted: true });
  });

  it('end what is gone, not what is merely hidden', async () => {
    const { state } = await poll();
    fake.projects.splice(4, 1);
    Object.assign(fake.projects[1]!, { hidden: true, activity: '2026-10-02T08:00:00Z' });
    await poll({ state, at: '2026-10-02T12:00:00Z' });
    expect(await rows('select repository_id id from git_repositories where is_deleted')).toEqual([{ id: '5' }]);
    expect(await rows('select path from git_lockfiles where is_deleted')).toEqual([]);
  });

  it('conclude nothing when most have vanished', async () => {
    const { state } = await poll();
    fake.projects.splice(0, 90);
    expect(await poll({ state, at: '2026-10-02T12:00:00Z' })).toMatchObject({ complete: false });
    expect(await rows('select repository_id id from git_repositories where is_deleted')).toEqual([]);
  });
});

describe('failures', () => {
  it('of a page of the list end the poll; nothing is taken as gone', async () => {
    const { state } = await poll();
    fake.intercept = (path, number) => (path === 'projects' && number > 1 ? { status: 400 } : undefined);
    await expect(poll({ state })).rejects.toMatchObject({ code: 'SOURCE_FAILED', details: { status: 400 } });
    expect(await rows('select repository_id id from git_repositories where is_deleted')).toEqual([]);
  });

  it('of one repository leave it for the next poll', async () => {
    fake.intercept = (path) => (path === 'projects/2/repository/tree' ? { status: 422 } : undefined);
    const { complete, state } = await poll();
    expect(complete).toBe(false);
    expect(await rows("select state from git_repositories where repository_id = '2'")).toEqual([{ state: 'hidden' }]);
    fake.intercept = null;
    expect(await poll({ state })).toMatchObject({ complete: true });
    expect(await rows("select path from git_lockfiles where repository_id = '2'")).toHaveLength(3);
  });

  it('by limits are waited for, long ones end the poll with the time to come back', async () => {
    let refusals = 0;
    fake.intercept = () => (refusals++ < 2 ? { status: 429, headers: { 'retry-after': '0' } } : undefined);
    expect(await poll()).toMatchObject({ complete: true });
    fake.intercept = (path) =>
      path.endsWith('/tree') ? { status: 429, headers: { 'retry-after': '900' } } : undefined;
    await expect(poll()).rejects.toMatchObject({ retryAfterSeconds: 900 });
  });

  it('a wrong token is told without showing it', async () => {
    const error: unknown = await poll({ token: 'a-wrong-token' }).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/GitLab main.*401/);
    expect(String(error)).not.toContain('a-wrong-token');
  });

  it('killed anywhere and resumed: the tables of an undisturbed run', async () => {
    await poll();
    const undisturbed = await tables();
    for (const at of [1, 60, 300]) {
      warehouse = await useWarehouse();
      const killer = new AbortController();
      let kept: unknown = null;
      fake.requests.length = 0;
      fake.intercept = (_, number) => (number === at ? (killer.abort(), undefined) : undefined);
      await expect(poll({ signal: killer.signal, checkpoint: (state) => (kept = state) })).rejects.toThrow();
      fake.intercept = null;
      await poll({ state: kept });
      expect(await tables()).toEqual(undisturbed);
    }
  });
});

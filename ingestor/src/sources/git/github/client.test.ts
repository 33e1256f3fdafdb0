import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FAKE_GITHUB_TOKEN,
  startFakeGithub,
  type FakeGithub,
} from '../../../../../test/support/fakes/github/server.ts';
import { FAKE_GITLAB_TOKEN, startFakeGitlab } from '../../../../../test/support/fakes/gitlab/server.ts';
import {
  exampleProjects,
  gitTableNames,
  gitTables,
  plainProject,
  pollGit,
  renvLock,
  studyProject,
  type GitPollOptions,
} from '../../../../../test/support/git-poll.ts';
import { useWarehouse } from '../../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../../warehouse/questdb-warehouse.ts';

const startedAt = '2026-10-01T12:00:00Z'; // a Thursday
const nextWeek = '2026-10-09T12:00:00Z';

let fake: FakeGithub;
let warehouse: QuestdbWarehouse;
beforeEach(async () => {
  fake = await startFakeGithub(exampleProjects());
  fake.pageSize = 20;
  warehouse = await useWarehouse();
});
afterEach(() => fake.close());

const poll = (options: Partial<GitPollOptions> = {}) =>
  pollGit(warehouse, {
    forge: { kind: 'github', url: fake.url },
    token: FAKE_GITHUB_TOKEN,
    at: startedAt,
    ...options,
  });
interface TestRow extends Record<string, unknown> {
  readonly timestamp: Date;
  readonly person: string;
}
const rows = async (sql: string): Promise<TestRow[]> => {
  await warehouse.settle(gitTableNames);
  return warehouse.reader.rows<TestRow>(sql);
};

describe('a first poll of GitHub', () => {
  it('stores what GitLab would, of the same repositories', async () => {
    expect(await poll()).toMatchObject({ rowsRead: 30, complete: true });
    const facts = [
      'select repository_id id, state, is_archived, is_personal, name_space from git_repositories order by id',
      'select repository_id id, language, round(share, 3) share from git_languages order by id, language',
      'select timestamp, repository_id id, person, commits, bot_commits from git_commits_weekly order by timestamp, person',
      'select timestamp, person, component from platform_events order by timestamp, person',
      'select repository_id id, path, kind, status, r_version, packages from git_lockfiles order by id, path',
      'select blob_id, package, version, source from git_packages order by package',
    ];
    const github = await Promise.all(facts.map(rows));
    const [member] = await rows("select person, access_level from git_members where repository_id = '2'");
    const levels = await rows("select language, bytes from git_languages where repository_id = '2' order by bytes");
    expect(levels).toEqual([
      { language: 'Python', bytes: 8600 },
      { language: 'R', bytes: 91_400 },
    ]);
    expect(JSON.stringify(github)).not.toMatch(/meierk|Kim|secret|@example/i);
    expect(fake.writes).toBe(0);

    const gitlab = await startFakeGitlab(exampleProjects());
    warehouse = await useWarehouse();
    await pollGit(warehouse, { forge: { url: gitlab.url }, token: FAKE_GITLAB_TOKEN, at: startedAt });
    await gitlab.close();
    expect(await Promise.all(facts.map(rows))).toEqual(github);
    expect(await rows("select person, access_level from git_members where repository_id = '2'")).toEqual([member]);
  });

  it('of organisations reads theirs alone', async () => {
    const forge = { kind: 'github' as const, url: fake.url, organisations: ['biostats'] };
    expect(await poll({ forge })).toMatchObject({ rowsRead: 29, complete: true });
    expect(await rows('select path from git_repositories where is_personal')).toEqual([]);
  });

  it('looks at the root of a tree that was cut off, and takes nothing as gone', async () => {
    fake.projects = [
      plainProject(7, {
        files: {
          ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [`${name}/x.R`, '1'])),
          'renv.lock': renvLock('1.1.4'),
        },
      }),
    ];
    const { state } = await poll();
    fake.treeLimit = 5;
    Object.assign(fake.projects[0]!, {
      activity: '2026-10-02T08:00:00Z',
      files: { ...fake.projects[0]!.files, 'z/renv.lock': renvLock('1.0.0') },
    });
    await poll({ state, at: '2026-10-02T12:00:00Z' });
    expect(await rows('select path, is_deleted from git_lockfiles')).toEqual([
      { path: 'renv.lock', is_deleted: false },
    ]);
    expect(await rows('select state from git_repositories order by timestamp')).toEqual([
      { state: 'ok' },
      { state: 'truncated' },
    ]);
  });

  it('follows repositories that moved, and leaves large files where they are', async () => {
    const study = studyProject();
    study.files['sub/renv.lock'] = renvLock('1.0.0');
    fake.projects = [{ ...study, movedTo: 'biostats/new', sizes: { 'renv.lock': 9_000_000 } }];
    expect(await poll()).toMatchObject({ complete: true });
    expect(await rows('select path, status from git_lockfiles order by path')).toEqual([
      { path: 'py/requirements.txt', status: 'ok' },
      { path: 'renv.lock', status: 'too_large' },
      { path: 'sub/renv.lock', status: 'ok' },
    ]);
    expect(fake.statuses.filter((status) => status === 301).length).toBeGreaterThan(3);
  });

  it('without the right to push knows no members, and says nothing of them', async () => {
    const { state } = await poll();
    fake.mayPush = false;
    expect(await poll({ state, at: nextWeek })).toMatchObject({ complete: true });
    expect(await rows('select is_deleted from git_members')).toEqual([{ is_deleted: false }]);
  });
});

describe('later polls of GitHub', () => {
  it('with nothing changed make two requests; a week later everything is asked for and nothing sent', async () => {
    const { state } = await poll();
    const first = fake.requests.length;
    const stored = await gitTables(warehouse);
    const second = await poll({ state, at: '2026-10-02T12:00:00Z' });
    expect(second).toMatchObject({ rowsWritten: 0, complete: true });
    expect(fake.requests.length - first).toBe(2);

    fake.requests.length = fake.statuses.length = 0;
    expect(await poll({ state: second.state, at: nextWeek })).toMatchObject({ rowsWritten: 0, complete: true });
    const changed = fake.requests.filter((_, index) => fake.statuses[index] === 200);
    expect(changed.filter((path) => !path.endsWith('/commits') && path !== 'user/repos')).toEqual([]);
    expect(fake.statuses.filter((status) => status === 304).length).toBeGreaterThan(80);
    expect(await gitTables(warehouse)).toEqual(stored);
  });

  it('marks of answers say nothing when the tables are new, or settings have changed', async () => {
    const { state } = await poll();
    const stored = await gitTables(warehouse);
    fake.statuses.length = 0;
    await poll({ state, at: nextWeek, git: { lock_files: 40 } });
    expect(fake.statuses).not.toContain(304);
    warehouse = await useWarehouse();
    fake.statuses.length = 0;
    await poll({ state });
    expect(fake.statuses).not.toContain(304);
    expect(await rows('select path from git_lockfiles')).toHaveLength(stored['git_lockfiles']!.length);
  });

  it('read a changed lock file alone', async () => {
    const { state } = await poll();
    const project = fake.projects[1]!;
    project.activity = '2026-10-02T08:00:00Z';
    project.files = { ...project.files, 'renv.lock': renvLock('1.2.0') };
    fake.requests.length = 0;
    await poll({ state, at: '2026-10-02T12:00:00Z' });
    expect(fake.requests.filter((path) => path.includes('/blobs/'))).toHaveLength(1);
    expect(await rows("select version from git_packages where package = 'dplyr' order by version")).toEqual([
      { version: '1.1.4' },
      { version: '1.2.0' },
    ]);
  });
});

describe('limits and failures of GitHub', () => {
  it('the primary limit ends the poll until it is over; then it goes on where it was', async () => {
    const undisturbed = await useWarehouse();
    warehouse = undisturbed;
    await poll();
    const expected = await gitTables(undisturbed);
    warehouse = await useWarehouse();
    let kept: unknown = null;
    fake.remaining = 100;
    fake.reset = Math.floor(Date.now() / 1000) + 1800;
    const refused: unknown = await poll({ checkpoint: (state) => (kept = state) }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'SOURCE_FAILED' });
    expect((refused as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(1700);
    expect(kept).not.toBeNull();
    fake.remaining = 5000;
    const before = fake.requests.length;
    expect(await poll({ state: kept })).toMatchObject({ complete: true });
    expect(await gitTables(warehouse)).toEqual(expected);
    // What was read before the limit was not read again.
    expect(fake.requests.length - before).toBeLessThan(80);
  });

  it.each([
    ['403, with the time to come back', 403, { 'retry-after': '600' }, 600],
    ['403, without it', 403, {}, 60],
    ['429', 429, { 'retry-after': '600' }, 600],
  ])('a secondary limit (%s) ends the poll: no repository is hidden by it', async (_, status, headers, seconds) => {
    fake.intercept = (path) =>
      path.includes('/git/trees/')
        ? { status, headers, message: 'You have exceeded a secondary rate limit.' }
        : undefined;
    await expect(poll()).rejects.toMatchObject({ retryAfterSeconds: seconds });
    expect(await rows("select state from git_repositories where state = 'hidden'")).toEqual([]);
  });

  it('single sign-on that is asked for is the token’s trouble, a refused repository is not', async () => {
    fake.intercept = (path) =>
      path.endsWith('/languages')
        ? { status: 403, message: 'Resource protected by organization SAML enforcement.' }
        : undefined;
    await expect(poll()).rejects.toThrow(/SAML.*too few rights/);
    fake.intercept = null;
    await poll();
    expect(await rows("select state from git_repositories where repository_id = '4'")).toEqual([{ state: 'hidden' }]);
  });

  it('a broken repository is left for the next poll', async () => {
    fake.intercept = (path) => (path === 'repos/biostats/study-x/git/trees/main' ? { status: 422 } : undefined);
    const { complete, state } = await poll();
    expect(complete).toBe(false);
    fake.intercept = null;
    expect(await poll({ state })).toMatchObject({ complete: true });
    expect(await rows("select path from git_lockfiles where repository_id = '2'")).toHaveLength(3);
  });

  it('a page of the list that fails ends the poll, a wrong token too, without showing it', async () => {
    fake.intercept = (path, number) => (path === 'user/repos' && number > 1 ? { status: 422 } : undefined);
    await expect(poll()).rejects.toMatchObject({ code: 'SOURCE_FAILED', details: { status: 422 } });
    const error: unknown = await poll({ token: 'a-wrong-token' }).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/GitHub main.*401/);
    expect(String(error)).not.toContain('a-wrong-token');
  });
});

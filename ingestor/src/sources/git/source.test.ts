import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_GITLAB_TOKEN, startFakeGitlab, type FakeGitlab } from '../../../../test/support/fakes/gitlab/server.ts';
import {
  exampleProjects,
  gitTableNames,
  gitTables,
  pollGit,
  renvLock,
  studyProject,
  type GitPollOptions,
} from '../../../../test/support/git-poll.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';

const startedAt = '2026-10-01T12:00:00Z'; // a Thursday

let fake: FakeGitlab;
let warehouse: QuestdbWarehouse;
beforeEach(async () => {
  fake = await startFakeGitlab(exampleProjects());
  fake.pageSize = 20;
  warehouse = await useWarehouse();
});
afterEach(() => fake.close());

const poll = (options: Partial<GitPollOptions> = {}) =>
  pollGit(warehouse, { forge: { url: fake.url }, token: FAKE_GITLAB_TOKEN, at: startedAt, ...options });
const tables = () => gitTables(warehouse);
interface TestRow extends Record<string, unknown> {
  readonly timestamp: Date;
  readonly person: string;
}
const rows = async (sql: string): Promise<TestRow[]> => {
  await warehouse.settle(gitTableNames);
  return warehouse.reader.rows<TestRow>(sql);
};

describe('a first poll', () => {
  it('brings everything once, stores no name, and the second makes two requests and changes nothing', async () => {
    const first = await poll();
    expect(first).toMatchObject({ rowsRead: 30, complete: true });
    const before = fake.requests.length;
    const stored = await tables();
    expect(stored['git_repositories']).toHaveLength(30);
    expect(JSON.stringify([stored, first.state])).not.toMatch(/meierk|Kim|secret title|@example/i);
    const second = await poll({ state: first.state, at: '2026-10-02T12:00:00Z' });
    expect(second).toMatchObject({ rowsWritten: 0, complete: true });
    expect(fake.requests.length - before).toBe(2);
    expect(before).toBeGreaterThan(110);
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
    // Activity of the component git: each time once; robots and addresses that name nobody are not here.
    const activity = await rows('select timestamp, person, component, kind, source from platform_events');
    expect(activity.map(({ timestamp, ...row }) => ({ ...row, at: timestamp.toISOString().slice(0, 16) }))).toEqual(
      ['2026-09-27T23:55', '2026-09-28T00:00', '2026-09-30T10:00', '2026-09-30T23:00'].map((at) => ({
        person: weeks[0]!.person,
        component: 'git',
        kind: 'visit',
        source: 'git',
        at,
      })),
    );
    const [member] = await rows("select person, access_level from git_members where repository_id = '2'");
    expect(member).toEqual({ person: weeks[0]!.person, access_level: 40 });
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

  it('follows projects that moved', async () => {
    fake.projects = [{ ...studyProject(), movedTo: 'biostats/new place' }];
    expect(await poll()).toMatchObject({ complete: true });
    expect(fake.requests).toContain('projects/biostats%2Fnew%20place/repository/tree');
    expect(await rows('select path, status from git_lockfiles order by path')).toEqual([
      { path: 'py/requirements.txt', status: 'ok' },
      { path: 'renv.lock', status: 'ok' },
      { path: 'sub/renv.lock', status: 'ok' },
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
    project.files = { 'renv.lock': renvLock('1.2.0'), 'py/requirements.txt': project.files['py/requirements.txt']! };
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

  it('end what is gone after a week, not what is merely hidden or comes back', async () => {
    let { state } = await poll();
    const [gone, away] = [fake.projects.splice(4, 1), fake.projects.splice(5, 1)];
    expect(gone).toHaveLength(1);
    Object.assign(fake.projects[1]!, { hidden: true, activity: '2026-10-02T08:00:00Z' });
    ({ state } = await poll({ state, at: '2026-10-02T12:00:00Z' }));
    const deleted = () => rows('select repository_id id from git_repositories where is_deleted');
    expect(await deleted()).toEqual([]);
    fake.projects.push(...away);
    ({ state } = await poll({ state, at: '2026-10-08T12:00:00Z' }));
    fake.projects.pop();
    ({ state } = await poll({ state, at: '2026-10-09T12:00:00Z' }));
    expect(await deleted()).toEqual([{ id: '5' }]);
    await poll({ state, at: '2026-10-12T12:00:00Z' });
    expect(await deleted()).toEqual([{ id: '5' }]);
    expect(await rows('select path from git_lockfiles where is_deleted')).toEqual([]);
  });

  it('what the server refuses is not gone, however long it does', async () => {
    let { state } = await poll();
    fake.projects.splice(4, 1);
    fake.intercept = (path) => (path === 'projects/5' ? { status: 403 } : undefined);
    for (const at of ['2026-10-02T12:00:00Z', '2026-10-20T12:00:00Z']) ({ state } = await poll({ state, at }));
    expect(await rows('select repository_id id from git_repositories where is_deleted')).toEqual([]);
  });

  it('a token that has lost its rights ends the poll, or leaves it partial: nothing stored is touched', async () => {
    const { state } = await poll();
    const stored = await tables();
    const later = { state, at: '2026-10-09T12:00:00Z' };
    fake.intercept = (path) => (path.includes('/') ? { status: 403, message: 'insufficient_scope' } : undefined);
    await expect(poll(later)).rejects.toThrow(/insufficient_scope.*too few rights/);
    expect(await tables()).toEqual(stored);
    // Files of many repositories are closed at once.
    fake.intercept = null;
    for (const project of fake.projects.slice(0, 12)) project.hidden = true;
    expect(await poll(later)).toMatchObject({ complete: false });
    expect(await rows('select path from git_lockfiles where is_deleted')).toEqual([]);
  });

  it('conclude nothing when most have vanished', async () => {
    const { state } = await poll();
    fake.projects.splice(0, 25);
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
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Child } from '../../../../test/support/child.ts';
import { FAKE_GITHUB_TOKEN, startFakeGithub } from '../../../../test/support/fakes/github/server.ts';
import { FAKE_GITLAB_TOKEN, startFakeGitlab, type FakeProject } from '../../../../test/support/fakes/gitlab/server.ts';
import { gitTableNames, gitTables, plainProject, renvLock } from '../../../../test/support/git-poll.ts';
import { startPoll } from '../../../../test/support/poll-process.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';

const directory = mkdtempSync(join(tmpdir(), 'sce-git-kill-'));
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** Three parts of the poller's work, each with commits, members and lock files. */
const projects = (): FakeProject[] =>
  Array.from({ length: 45 }, (_, index) =>
    plainProject(index + 1, {
      activity: daysAgo(10 + index),
      members: [{ username: `user${index % 7}`, access_level: 30 }],
      files: { 'renv.lock': renvLock(`1.${index % 5}.0`) },
      commits: [10, 11, 30].map((days) => ({
        name: 'N N',
        email: `user${index % 9}@example.com`,
        at: daysAgo(days + index),
      })),
    }),
  );
const [gitlab, github] = await Promise.all([startFakeGitlab(projects()), startFakeGithub(projects())]);

afterAll(async () => {
  await Promise.all([gitlab.close(), github.close()]);
  rmSync(directory, { recursive: true, force: true });
});

const secret = (name: string, token: string): string => {
  writeFileSync(join(directory, name), token);
  return join(directory, name);
};
const forges = [
  { name: 'lab', url: gitlab.url, token_file: secret('lab', FAKE_GITLAB_TOKEN) },
  { name: 'hub', kind: 'github', url: github.url, token_file: secret('hub', FAKE_GITHUB_TOKEN) },
];

it('a first load of two forges that is killed again and again leaves the tables of one that nobody disturbed', async () => {
  const warehouse = await useWarehouse();
  const start = (dataDir: string): Child =>
    startPoll({ source: 'git', connection: warehouse.connection, dataDir, config: { forges } });
  // Rows say of which day they are: midnight may pass.
  const stored = () => gitTables(warehouse, { withDays: false });
  const quiet = start(join(directory, 'quiet'));
  expect(await quiet.ended).toBe('exit code 0');
  expect(quiet.output.match(/"outcome":"ok"/g)).toHaveLength(2);
  const expected = await stored();
  for (const table of gitTableNames) expect(expected[table], table).not.toEqual([]);
  const requests = gitlab.requests.length + github.requests.length;

  for (const table of [...gitTableNames, 'poll_runs']) await warehouse.reader.execute(`truncate table ${table}`);
  const dataDir = join(directory, 'killed');
  // In the lists, in the first part, and behind the first and second checkpoint of one forge, wherever the other one is.
  for (const [fake, after] of [
    [github, 1],
    [gitlab, 40],
    [github, 110],
    [gitlab, 60],
  ] as const) {
    gitlab.requests.length = github.requests.length = 0;
    const child = start(dataDir);
    fake.intercept = (_, number) => (number === after ? (child.signal('SIGKILL'), undefined) : undefined);
    expect(await child.ended).toBe('SIGKILL');
    fake.intercept = null;
  }
  expect(await stored()).not.toEqual(expected);
  gitlab.requests.length = github.requests.length = 0;
  const last = start(dataDir);
  expect(await last.ended).toBe('exit code 0');
  expect(last.output.match(/"outcome":"ok"/g)).toHaveLength(2);
  expect(await stored()).toEqual(expected);
  // It went on where it was: what had been read was not read again.
  expect(gitlab.requests.length + github.requests.length).toBeLessThan(requests);
  expect([gitlab.writes, github.writes]).toEqual([0, 0]);
}, 600_000);

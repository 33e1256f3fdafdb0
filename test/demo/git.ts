import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAKE_GITHUB_TOKEN, startFakeGithub } from '../support/fakes/github/server.ts';
import { FAKE_GITLAB_TOKEN, startFakeGitlab } from '../support/fakes/gitlab/server.ts';
import { startFakePackageManager } from '../support/fakes/package-manager/server.ts';
import { connectPeople } from '../support/organisation/connect/of-organisation.ts';
import { createGit } from '../support/organisation/git/index.ts';
import { INTERNAL_REPOSITORY, packageRepositories } from '../support/organisation/git/packages.ts';
import type { Organisation } from '../support/organisation/index.ts';
import type { Chapter } from './chapters.ts';
import { pollNow, pollerSettled } from './poller.ts';
import type { DemoService } from './service.ts';

export interface DemoGit {
  /** For the service's configuration: it polls at once. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Requests until everything was read once. */
  settled(service: DemoService, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** The organisation's GitLab, GitHub and Package Manager on ports of their own: enough repositories that a part of the departments can be shown. */
export async function startGit(organisation: Organisation, dataDir: string): Promise<DemoGit> {
  const { seed, now } = organisation.frame;
  const world = createGit({ seed, now, people: connectPeople(organisation), perPerson: 0.8 });
  const [gitlab, github, registry] = await Promise.all([
    startFakeGitlab(world.gitlab),
    startFakeGithub(world.github),
    startFakePackageManager(packageRepositories()),
  ]);
  const secret = async (name: string, token: string): Promise<string> => {
    const file = join(dataDir, name);
    await writeFile(file, token, { mode: 0o600 });
    return file;
  };
  const forges = [
    { name: 'gitlab', url: gitlab.url, token_file: await secret('gitlab.token', FAKE_GITLAB_TOKEN) },
    { name: 'github', kind: 'github', url: github.url, token_file: await secret('github.token', FAKE_GITHUB_TOKEN) },
  ];
  return {
    config: {
      git: { forges },
      package_manager: {
        servers: [{ name: 'packages', url: registry.url }],
        internal_repositories: [INTERNAL_REPOSITORY],
      },
    },
    async settled(service, signal) {
      await pollerSettled(service, 'git', signal);
      // Of Python's packages those are asked for that are in use: now they are known.
      await pollNow(service, 'package-manager', signal);
      return gitlab.requests.length + github.requests.length + registry.requests.length;
    },
    close: async () => {
      await Promise.all([gitlab.close(), github.close(), registry.close()]);
    },
  };
}

/** What Git adds to the story. */
export const gitChapters: readonly Chapter[] = [
  {
    view: 'repositories',
    sentence: 'What is in Git: repositories by department, and how many have a lock file.',
    parameters: { group_by: ['department'], split_by_language: false },
    columns: ['department', 'repositories', 'active', 'idle_year', 'lock_file_share', 'people'],
    rows: 15,
  },
  {
    view: 'package-use',
    sentence: 'The same package in many versions, over repositories and Connect.',
    parameters: { package: 'dplyr' },
    columns: ['package', 'version', 'uses', 'repositories', 'content', 'newest_version', 'versions_behind', 'people'],
  },
  {
    view: 'package-use',
    sentence: 'Packages of one’s own: who uses them, and how far behind they are.',
    parameters: { origin: 'internal', split_by: [] },
    columns: ['package', 'uses', 'repositories', 'content', 'newest_version', 'behind_share', 'people'],
  },
];

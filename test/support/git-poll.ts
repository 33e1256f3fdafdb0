import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { gitSource } from '../../ingestor/src/sources/git/source.ts';
import type { PollOutcome } from '../../ingestor/src/sources/source.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import type { FakeProject } from './fakes/gitlab/server.ts';
import { testConfig } from './test-config.ts';

export interface GitPollOptions {
  readonly forge: {
    readonly name?: string;
    readonly url: string;
    readonly kind?: 'gitlab' | 'github';
    readonly organisations?: readonly string[];
  };
  readonly token: string;
  readonly at: string;
  readonly state?: unknown;
  /** Of the part `git` of the configuration. */
  readonly git?: object;
  readonly signal?: AbortSignal;
  readonly checkpoint?: (state: unknown) => void;
}

/** One poll of the forge `main`, with the state as it comes back from a file. */
export async function pollGit(warehouse: Warehouse, options: GitPollOptions): Promise<PollOutcome> {
  const file = join(mkdtempSync(join(tmpdir(), 'sce-git-')), 'token');
  writeFileSync(file, `${options.token}\n`);
  const config = testConfig({
    git: { forges: [{ name: 'main', token_file: file, ...options.forge }], ...options.git },
  });
  const log = pino({ level: 'silent' });
  const pseudonymiser = gitPseudonymiser();
  const [instance] = gitSource.instances({ config, warehouse, pseudonymiser, log });
  if (!instance) throw new Error('no forge');
  const outcome = await instance.poll({
    startedAt: new Date(options.at),
    state: json(options.state ?? null),
    checkpoint: async (state) => options.checkpoint?.(json(state)),
    progress: () => undefined,
    signal: options.signal ?? new AbortController().signal,
    log,
  });
  return { ...outcome, state: json(outcome.state) };
}

export function gitPseudonymiser(): Pseudonymiser {
  return new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: testConfig({}).privacy });
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

export const gitTableNames = [
  'git_repositories',
  'git_languages',
  'git_members',
  'git_commits_weekly',
  'git_lockfiles',
  'git_packages',
  'platform_events',
];

/** Rows that lie on the day of the poll; commits lie on theirs. */
const dated = ['git_repositories', 'git_languages', 'git_members', 'git_lockfiles'];

/** Everything that is stored of Git, for comparison. */
export async function gitTables(
  warehouse: Warehouse,
  { withDays = true }: { readonly withDays?: boolean } = {},
): Promise<Record<string, string[]>> {
  await warehouse.settle(gitTableNames);
  const all: Record<string, string[]> = {};
  for (const name of gitTableNames)
    all[name] = (await warehouse.reader.rows(`select * from ${name}`))
      .map((row) => ({ ...row, received_at: null, ...(withDays || !dated.includes(name) ? {} : { timestamp: null }) }))
      .map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
      .sort();
  return all;
}

export const renvLock = (version: string): string =>
  JSON.stringify({
    R: { Version: '4.4.1' },
    Packages: { dplyr: { Package: 'dplyr', Version: version, Source: 'Repository' } },
  });
const meier = { name: 'Kim Meier', email: 'meierk@example.com' };

/** A repository with everything in it; activity is the day before `2026-10-01T12:00:00Z`, a Thursday. */
export const studyProject = (): FakeProject => ({
  id: 2,
  path: 'biostats/study-x',
  activity: '2026-09-30T12:00:00Z',
  languages: { R: 91.4, Python: 8.6 },
  members: [
    { username: 'meierk', access_level: 20 },
    { username: 'MeierK', access_level: 40 },
    { username: 'project_2_bot_1', access_level: 40 },
  ],
  files: {
    'renv.lock': renvLock('1.1.4'),
    'sub/renv.lock': renvLock('1.1.4'),
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

export const plainProject = (id: number, more: Partial<FakeProject> = {}): FakeProject => ({
  id,
  path: `biostats/p${id}`,
  activity: '2026-09-01T12:00:00Z',
  languages: { R: 100 },
  members: [],
  files: {},
  commits: [],
  ...more,
});

/** Empty, hidden, personal, archived and broken repositories, and plain ones: two pages of a fake. */
export const exampleProjects = (): FakeProject[] => [
  plainProject(1, { empty: true }),
  studyProject(),
  plainProject(3, { path: 'meierk/scratch', kind: 'user', archived: true }),
  plainProject(4, { hidden: true }),
  plainProject(5, { files: { 'renv.lock': '<<<<<<< HEAD', 'uv.lock': 'a' }, lfs: ['uv.lock'] }),
  ...Array.from({ length: 25 }, (_, index) => plainProject(index + 10)),
];

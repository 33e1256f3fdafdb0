import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { migrate } from '../../../ingestor/src/warehouse/migrate.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { FAKE_GITHUB_TOKEN, startFakeGithub } from '../../support/fakes/github/server.ts';
import { FAKE_GITLAB_TOKEN, startFakeGitlab } from '../../support/fakes/gitlab/server.ts';
import { allMigrations } from '../../support/migrations.ts';
import { someAccounts } from '../../support/organisation/connect/of-organisation.ts';
import { createGit } from '../../support/organisation/git/index.ts';
import { pollCommand } from '../../support/poll-process.ts';
import { startOwnQuestdb } from '../../support/own-questdb.ts';

interface Report {
  readonly instance: string;
  readonly outcome: string;
  readonly error: string | null;
  readonly rowsWritten: number;
  readonly durationSeconds: number;
}

/**
 * Prints what a first load of the organisation's forges costs (1,200 people, 1,000 repositories; the poller in a process of its own)
 * and how few requests a second poll makes when nothing has changed. Fails when these are 1 % or more.
 */
export async function run(options: { readonly quick: boolean; readonly scale?: number }): Promise<void> {
  const scale = (options.scale ?? 1) * (options.quick ? 0.25 : 1);
  const world = createGit({ now: Date.now(), people: someAccounts(1200), perPerson: 0.84 * scale });
  const [gitlab, github] = await Promise.all([startFakeGitlab(world.gitlab), startFakeGithub(world.github)]);
  const questdb = await startOwnQuestdb({ heapMb: 512, javaArguments: [] });
  const warehouse = new QuestdbWarehouse(questdb.questdb.connection, { queryTimeoutMs: 120_000 });
  const directory = await mkdtemp(join(tmpdir(), 'sce-bench-git-'));
  const secret = async (name: string, token: string): Promise<string> => {
    await writeFile(join(directory, name), token, { mode: 0o600 });
    return join(directory, name);
  };
  try {
    await migrate(warehouse, { files: allMigrations(), version: 'bench' });
    console.log(
      `  ${world.gitlab.length.toLocaleString('en')} repositories on GitLab, ${world.github.length.toLocaleString('en')} on GitHub`,
    );
    const command = pollCommand({
      source: 'git',
      connection: questdb.questdb.connection,
      dataDir: directory,
      config: {
        forges: [
          { name: 'gitlab', url: gitlab.url, token_file: await secret('gitlab', FAKE_GITLAB_TOKEN) },
          { name: 'github', kind: 'github', url: github.url, token_file: await secret('github', FAKE_GITHUB_TOKEN) },
        ],
      },
    });
    const poll = async (what: string): Promise<number> => {
      gitlab.requests.length = github.requests.length = 0;
      const { stdout } = await execa(process.execPath, command);
      const { reports, maxRssBytes } = JSON.parse(stdout) as { reports: readonly Report[]; maxRssBytes: number };
      const bad = reports.find(({ outcome }) => outcome !== 'ok');
      if (bad) throw new Error(`the poll of ${bad.instance} was ${bad.outcome}: ${bad.error ?? ''}`);
      const requests = gitlab.requests.length + github.requests.length;
      const rows = reports.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
      const seconds = Math.max(...reports.map(({ durationSeconds }) => durationSeconds));
      console.log(
        `  ${what}: ${requests.toLocaleString('en')} requests, ${rows.toLocaleString('en')} rows written, ${seconds.toFixed(1)} s, ${(maxRssBytes / 1e6).toFixed(0)} MB at most`,
      );
      return requests;
    };
    const first = await poll('first load');
    const second = await poll('second poll, nothing changed');
    const writes = gitlab.writes + github.writes;
    console.log(
      `  ${((second / first) * 100).toFixed(2)} % of the requests; ${String(writes)} requests that change something`,
    );
    if ((scale >= 1 && second / first >= 0.01) || writes > 0)
      throw new Error('a second poll must make fewer than 1 % of the requests, and none that changes something');
  } finally {
    await warehouse.close();
    await questdb.stop();
    await Promise.all([gitlab.close(), github.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { migrate } from '../../../ingestor/src/warehouse/migrate.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { keyFile } from '../../support/connect-poll.ts';
import { startFakeConnect } from '../../support/fakes/connect/server.ts';
import { allMigrations } from '../../support/migrations.ts';
import { createConnect } from '../../support/organisation/connect/index.ts';
import { someAccounts } from '../../support/organisation/connect/of-organisation.ts';
import { pollCommand } from '../../support/poll-process.ts';
import { startOwnQuestdb } from '../../support/own-questdb.ts';

interface Polled {
  readonly requests: number;
  readonly seconds: number;
  readonly rows: number;
  readonly megabytes: number;
}

/**
 * Prints what a first load of the invented organisation's Connect costs (2,400 items, 10⁵ jobs, 10⁶ views; the poller in a
 * process of its own) and how few requests a second poll makes when nothing has changed. Fails when these are 1 % or more.
 */
export async function run(options: { readonly quick: boolean; readonly scale?: number }): Promise<void> {
  const scale = options.scale ?? 1;
  const world = createConnect({
    now: Date.now(),
    people: someAccounts(1200),
    scale,
    // A third falls on items that were not there yet.
    visits: Math.round((options.quick ? 50_000 : 1_500_000) * scale),
    jobDays: options.quick ? 60 : 365,
    packagesPerItem: options.quick ? 10 : 60,
    auditEvents: 5000,
  });
  const fake = await startFakeConnect(world);
  const questdb = await startOwnQuestdb({ heapMb: 512, javaArguments: [] });
  const warehouse = new QuestdbWarehouse(questdb.questdb.connection, { queryTimeoutMs: 120_000 });
  const directory = await mkdtemp(join(tmpdir(), 'sce-bench-connect-'));
  try {
    await migrate(warehouse, { files: allMigrations(), version: 'bench' });
    const jobs = world.items.reduce((sum, item) => sum + item.jobs.length, 0);
    const packages = world.items.filter(({ bundleId }) => bundleId !== null).length * world.packagesPerItem;
    const figures = [
      `${world.items.length.toLocaleString('en')} items`,
      `${world.users.length.toLocaleString('en')} users`,
      `${jobs.toLocaleString('en')} jobs`,
      `${world.visits.length.toLocaleString('en')} views`,
      `${world.sessions.length.toLocaleString('en')} sessions`,
      `${world.hits.length.toLocaleString('en')} hits`,
      `${packages.toLocaleString('en')} packages`,
    ];
    console.log(`  ${figures.join(', ')}`);
    const command = pollCommand({
      source: 'connect',
      connection: questdb.questdb.connection,
      dataDir: directory,
      config: { servers: [{ name: 'prod', url: fake.url, api_key_file: keyFile() }] },
    });
    const poll = async (): Promise<Polled> => {
      fake.reset();
      const { stdout } = await execa(process.execPath, command);
      const { reports, maxRssBytes } = JSON.parse(stdout) as {
        reports: readonly { outcome: string; error: string | null; rowsWritten: number; durationSeconds: number }[];
        maxRssBytes: number;
      };
      const [report] = reports;
      if (report?.outcome !== 'ok')
        throw new Error(`the poll was ${report?.outcome ?? 'none'}: ${report?.error ?? ''}`);
      return {
        requests: fake.total,
        seconds: report.durationSeconds,
        rows: report.rowsWritten,
        megabytes: maxRssBytes / 1e6,
      };
    };
    const first = await poll();
    print('first load', first);
    const second = await poll();
    print('second poll, nothing changed', second);
    const share = second.requests / first.requests;
    console.log(`  ${(share * 100).toFixed(2)} % of the requests; ${fake.writes} requests that change something`);
    // A small organisation's lists and log ends are a larger part of little.
    if ((scale >= 1 && share >= 0.01) || fake.writes > 0)
      throw new Error('a second poll must make fewer than 1 % of the requests');
  } finally {
    await warehouse.close();
    await questdb.stop();
    await fake.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function print(what: string, { requests, seconds, rows, megabytes }: Polled): void {
  console.log(
    `  ${what}: ${requests.toLocaleString('en')} requests, ${rows.toLocaleString('en')} rows written, ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB at most`,
  );
}

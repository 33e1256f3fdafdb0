import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { gitSource } from '../../ingestor/src/sources/git/source.ts';
import { Poller } from '../../ingestor/src/sources/poller.ts';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { gitPseudonymiser } from './git-poll.ts';

/** What the process is told, in the file that is its one argument. */
export interface GitPollProcessOptions {
  readonly connection: QuestdbConnection;
  readonly dataDir: string;
  readonly git: object;
}

// One poll of all forges in a process of its own: its memory is the poller's.
const { connection, dataDir, git } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as GitPollProcessOptions;
const config = { ...loadConfig({}), ...parseFileConfig({ git }, 'test'), dataDir };
const warehouse = new QuestdbWarehouse(connection, { queryTimeoutMs: 30_000 });
const poller = new Poller({
  context: { config, warehouse, pseudonymiser: gitPseudonymiser(), log: pino({ level: 'silent' }) },
  sources: [gitSource],
  registry: new Registry(),
});
const reports = await poller.run('git');
process.stdout.write(`${JSON.stringify({ reports, maxRssBytes: process.resourceUsage().maxRSS * 1024 })}\n`);
await poller.stop();
await warehouse.close();

import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { connectSource } from '../../ingestor/src/sources/connect/source.ts';
import { Poller } from '../../ingestor/src/sources/poller.ts';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { connectPseudonymiser } from './connect-poll.ts';

/** What the process is told, in the file that is its one argument. */
export interface ConnectPollProcessOptions {
  readonly connection: QuestdbConnection;
  readonly dataDir: string;
  readonly connect: object;
}

// One poll of all Connect servers in a process of its own, for tests that kill it.
const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ConnectPollProcessOptions;
const { connection, dataDir, connect } = options;
const config = { ...loadConfig({}), ...parseFileConfig({ connect }, 'test'), dataDir };
const warehouse = new QuestdbWarehouse(connection, { queryTimeoutMs: 30_000 });
const poller = new Poller({
  context: { config, warehouse, pseudonymiser: connectPseudonymiser(config), log: pino({ level: 'silent' }) },
  sources: [connectSource],
  registry: new Registry(),
});
const reports = await poller.run('connect');
process.stdout.write(`${JSON.stringify({ reports, maxRssBytes: process.resourceUsage().maxRSS * 1024 })}\n`);
await poller.stop();
await warehouse.close();

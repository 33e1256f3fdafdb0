import { readFileSync } from 'node:fs';
import pino from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { hrSource } from '../../ingestor/src/sources/hr/source.ts';
import { Poller } from '../../ingestor/src/sources/poller.ts';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';

/** What the process is told, in the file that is its one argument. */
export interface HrPollOptions {
  readonly connection: QuestdbConnection;
  readonly dataDir: string;
  readonly hr: object;
}

// One poll of all HR feeds in a process of its own, for tests that kill it.
const { connection, dataDir, hr } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as HrPollOptions;
const config = { ...loadConfig({}), ...parseFileConfig({ hr }, 'test'), dataDir };
const warehouse = new QuestdbWarehouse(connection, { queryTimeoutMs: 30_000 });
const key = Buffer.from('0123456789abcdef0123456789abcdef');
const pseudonymiser = new Pseudonymiser({ key, privacy: config.privacy });
const log = pino({ level: 'silent' });
const poller = new Poller({
  context: { config, warehouse, pseudonymiser, log },
  sources: [hrSource],
  registry: new Registry(),
});
process.stdout.write('started\n');
const reports = await poller.run('hr', 'csv');
process.stdout.write(`${JSON.stringify(reports)}\n`);
await poller.stop();
await warehouse.close();

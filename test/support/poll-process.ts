import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { Poller } from '../../ingestor/src/sources/poller.ts';
import type { PollSource } from '../../ingestor/src/sources/source.ts';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { Child } from './child.ts';

/** Only the one that is polled is loaded: the memory of the process is the poller's. */
const sources = {
  'aws-batch': async () => (await import('../../ingestor/src/sources/aws-batch/source.ts')).awsBatchSource,
  connect: async () => (await import('../../ingestor/src/sources/connect/source.ts')).connectSource,
  git: async () => (await import('../../ingestor/src/sources/git/source.ts')).gitSource,
} satisfies Readonly<Record<string, () => Promise<PollSource>>>;

/** What the process is told, in the file that is its one argument. */
export interface PollProcessOptions {
  readonly source: keyof typeof sources;
  readonly connection: QuestdbConnection;
  /** Keeps the poller's state from one process to the next. */
  readonly dataDir: string;
  /** The source's part of the configuration file. */
  readonly config: object;
}

const program = fileURLToPath(import.meta.url);

/** Command line of a process that polls all instances of a source once, prints its reports and its peak memory, and ends. */
export function pollCommand(options: PollProcessOptions): string[] {
  mkdirSync(options.dataDir, { recursive: true });
  const file = join(options.dataDir, 'options.json');
  writeFileSync(file, JSON.stringify(options));
  return ['--import', 'tsx', program, file];
}

/** The same, started: for tests that kill it. */
export function startPoll(options: PollProcessOptions, env: Readonly<Record<string, string>> = {}): Child {
  return new Child(process.execPath, pollCommand(options), {
    env: { PATH: process.env['PATH'], ...env },
    cwd: process.cwd(),
  });
}

async function run({ source, connection, dataDir, config: part }: PollProcessOptions): Promise<void> {
  const key = source.replaceAll('-', '_');
  const config = { ...loadConfig({}), ...parseFileConfig({ [key]: part }, 'test'), dataDir };
  const warehouse = new QuestdbWarehouse(connection, { queryTimeoutMs: 30_000 });
  const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy });
  const poller = new Poller({
    context: { config, warehouse, pseudonymiser, log: pino({ level: 'silent' }) },
    sources: [await sources[source]()],
    registry: new Registry(),
  });
  const reports = await poller.run(source);
  process.stdout.write(`${JSON.stringify({ reports, maxRssBytes: process.resourceUsage().maxRSS * 1024 })}\n`);
  await poller.stop();
  await warehouse.close();
}

if (process.argv[1] === program)
  await run(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as PollProcessOptions);

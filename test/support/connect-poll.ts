import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from '../../ingestor/src/config.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { connectSource } from '../../ingestor/src/sources/connect/source.ts';
import type { PollOutcome, PollRun } from '../../ingestor/src/sources/source.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { FAKE_CONNECT_KEY, type FakeConnect } from './fakes/connect/server.ts';
import { testConfig } from './test-config.ts';

export const CONNECT_TABLES = [
  'connect_servers',
  'connect_logs',
  'connect_users',
  'connect_groups',
  'connect_content',
  'connect_bundles',
  'connect_jobs',
  'connect_schedules',
  'connect_visits',
  'connect_sessions',
  'connect_hits',
  'connect_audit',
  'connect_packages',
  'connect_storage',
  'connect_environments',
] as const;

export interface ConnectPollOptions {
  readonly fake: FakeConnect;
  readonly warehouse: Warehouse;
  readonly state?: unknown;
  readonly startedAt?: Date;
  /** More of `connect:`, and of its one server. */
  readonly connect?: Readonly<Record<string, unknown>>;
  readonly server?: Readonly<Record<string, unknown>>;
  readonly checkpoint?: (state: unknown) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

export function connectPseudonymiser(config: Config): Pseudonymiser {
  return new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy });
}

/** A file with the key, so that a test may renew it. */
export function keyFile(key: string = FAKE_CONNECT_KEY): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sce-connect-')), 'key');
  writeFileSync(file, `${key}\n`);
  return file;
}

export function connectConfig(url: string, options: Pick<ConnectPollOptions, 'connect' | 'server'> = {}): Config {
  return testConfig({
    connect: { ...options.connect, servers: [{ name: 'prod', url, api_key_file: keyFile(), ...options.server }] },
  });
}

/** One poll of a fake. The state is what a file would give back. */
export async function pollConnect(options: ConnectPollOptions): Promise<PollOutcome> {
  const config = connectConfig(options.fake.url, options);
  const log = pino({ level: 'silent' });
  const context = { config, warehouse: options.warehouse, pseudonymiser: connectPseudonymiser(config), log };
  const [instance] = connectSource.instances(context);
  if (instance === undefined) throw new Error('no instance');
  const run: PollRun = {
    startedAt: options.startedAt ?? new Date(options.fake.world.now),
    state: json(options.state ?? null),
    checkpoint: async (state) => options.checkpoint?.(json(state)),
    progress: () => undefined,
    signal: options.signal ?? new AbortController().signal,
    log,
  };
  const outcome = await instance.poll(run);
  return { ...outcome, state: json(outcome.state) };
}

/** Every row of every table, without what depends on when it was written. */
export async function connectTables(warehouse: QuestdbWarehouse): Promise<Record<string, string[]>> {
  const names = [...CONNECT_TABLES, 'platform_events'];
  await warehouse.settle(names);
  const tables: Record<string, string[]> = {};
  for (const name of names) {
    const rows = await warehouse.reader.rows(`select * from ${name}`);
    tables[name] = rows
      .map((row) =>
        JSON.stringify(
          { ...row, known_until: null, received_at: null, clock_skew_seconds: null },
          (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
        ),
      )
      .sort();
  }
  return tables;
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { parseQuestdbUrl } from './connection.ts';
import { ExternalQuestdb } from './external-questdb.ts';
import { FreeSpace } from './free-space.ts';
import { warnOfLowLimits } from './kernel-limits.ts';
import { EmbeddedQuestdb } from './questdb.ts';
import type { ManagedQuestdb, QuestdbState } from './questdb-state.ts';
import { QuestdbWarehouse } from './questdb-warehouse.ts';
import { SuspendedTables } from './suspended-tables.ts';

export interface ConnectOptions {
  readonly log: Logger;
  /** A line for whoever waits for the start. */
  readonly progress?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A `Warehouse` with what operations need to know about it. */
export interface ConnectedWarehouse {
  readonly warehouse: QuestdbWarehouse;
  readonly questdb: ManagedQuestdb;
  readonly freeSpace: FreeSpace;
  readonly suspendedTables: SuspendedTables;
  /** QuestDB's state now; changes come as `questdb.on('state', …)`. */
  state(): QuestdbState;
  /** Closes connections, then stops an embedded QuestDB. */
  close(): Promise<void>;
}

/**
 * The warehouse of a configuration: an embedded QuestDB, or the server of `SCE_QUESTDB_URL`. Resolves when it answers and
 * takes the accounts; migrations are the caller's next step.
 * Throws `SETUP`, `INVALID_CONFIG` or `WAREHOUSE_UNAVAILABLE`, each saying what to do.
 */
export async function connectWarehouse(config: Config, options: ConnectOptions): Promise<ConnectedWarehouse> {
  const { log } = options;
  const questdb =
    config.questdbUrl === null ? await startEmbedded(config, options) : await reachExternal(config.questdbUrl, options);
  const disk = config.questdbUrl === null ? join(config.dataDir, 'questdb') : null;
  const freeSpace = new FreeSpace(disk, config.warehouse.free_space_reserve_mb);
  const warehouse = new QuestdbWarehouse(questdb.connection, {
    queryTimeoutMs: config.warehouse.query_timeout_seconds * 1000,
    guard: () => freeSpace.assertFreeSpace(),
  });
  const suspendedTables = new SuspendedTables(warehouse.reader, freeSpace, log);
  const close = async (): Promise<void> => {
    suspendedTables.stop();
    await warehouse.close();
    await questdb.stop();
  };
  questdb.on('state', (state) => {
    if (state.status === 'down') log.error({ questdb: state }, state.message);
    else log.info({ questdb: state }, state.message);
    // Another server may answer after a restart, with another schema.
    if (state.status === 'ready') warehouse.schemas.refresh();
  });
  try {
    await warehouse.assertAccounts();
  } catch (error) {
    await close();
    throw error;
  }
  suspendedTables.start();
  return { warehouse, questdb, freeSpace, suspendedTables, state: () => questdb.state, close };
}

function startEmbedded(config: Config, { log, progress, env }: ConnectOptions): Promise<EmbeddedQuestdb> {
  warnOfLowLimits(log);
  return EmbeddedQuestdb.start({
    dataDir: config.dataDir,
    httpPort: config.questdbHttpPort,
    pgPort: config.questdbPgPort,
    heapMb: config.warehouse.heap_mb,
    ...(progress && { progress }),
    ...(env && { env }),
  });
}

function reachExternal(url: string, { progress }: ConnectOptions): Promise<ExternalQuestdb> {
  return ExternalQuestdb.connect({ connection: parseQuestdbUrl(url), ...(progress && { progress }) });
}

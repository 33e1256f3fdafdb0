import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { anonymousRights } from './access/access.ts';
import { isLoopback } from './access/credentials.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { FrontDoor } from './front-door.ts';
import { createPseudonymiser } from './identity/pseudonym.ts';
import { createLog } from './log.ts';
import { martsLastRun, martsWatermark, questdbRestarts, questdbUp, registry } from './metrics.ts';
import { allMigrationFiles } from './migrations.ts';
import type { ReadinessCheck } from './routes/readiness.ts';
import { pollSources } from './sources/index.ts';
import { Poller } from './sources/poller.ts';
import { version } from './version.ts';
import { mergeSmallValues } from './views/privacy.ts';
import { connectWarehouse, type ConnectedWarehouse } from './warehouse/connect.ts';
import { ensureSecrets } from './warehouse/credentials.ts';
import { MartRunner } from './warehouse/marts/runner.ts';
import { migrate } from './warehouse/migrate.ts';
import { guardPseudonymKey } from './warehouse/persons/key-guard.ts';
import { schedulePersonRetention, type PersonRetention } from './warehouse/persons/schedule.ts';
import { startRetention } from './warehouse/retention.ts';
import type { Warehouse } from './warehouse/warehouse.ts';

/** Raw tables that marts are made of: their partitions go only behind the roll-up. */
const rolledUp: ReadonlySet<string> = new Set(['samples', 'series_ends']);

/** Key of the command line's token in the credentials file of the data directory. */
export const cliTokenName = 'cli_token';

export interface Service {
  /** Base address for clients on this machine. */
  readonly url: string;
  readonly warehouse: Warehouse;
  /** Fills the marts on its schedule; `run()` does it now. */
  readonly marts: MartRunner;
  /** Facts about persons that were kept long enough lose them, daily; `run()` does it now. */
  readonly personRetention: PersonRetention;
  readonly app: FastifyInstance;
  /** Token with platform scope, for reading on this machine. */
  readonly cliToken: string;
  /** Accepts nothing more, finishes what was accepted, stops QuestDB. */
  stop(): Promise<void>;
}

/**
 * Starts everything: listens, brings QuestDB and its tables up, then hands requests to the app and starts pollers and
 * retention. Throws `SETUP` or `INVALID_CONFIG` saying what to do; nothing is left running then.
 */
export async function startService(config: Config, log: Logger = createLog(config.logLevel)): Promise<Service> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    anonymousRights(config);
    warnOfRisks(config, log);
    const pseudonymiser = createPseudonymiser(config);
    const cliToken = (await ensureSecrets(config.dataDir, [cliTokenName]))[cliTokenName] ?? '';
    const door = await FrontDoor.open(config);
    log.info(`listening on ${door.url}`);
    undo.push(() => door.close(0));

    door.waitFor('QuestDB');
    const connected = await connectWarehouse(config, { log, progress: (line) => log.info(line) });
    undo.unshift(() => connected.close());
    watchQuestdb(connected);

    door.waitFor('migrations');
    const { warehouse } = connected;
    const applied = await migrate(warehouse, { files: allMigrationFiles(), version });
    if (applied.length > 0) log.info({ applied }, 'tables are up to date');

    if (config.privacy.pseudonyms)
      await guardPseudonymKey(warehouse, pseudonymiser, { acceptNew: config.privacy.accept_new_pseudonym_key });

    const poller = new Poller({ context: { config, warehouse, pseudonymiser, log }, sources: pollSources, registry });
    const marts = new MartRunner({
      warehouse,
      config,
      onRun: ({ watermark }, startedAt) => {
        if (watermark !== null) martsWatermark.set(watermark.getTime() / 1000);
        martsLastRun.set(startedAt.getTime() / 1000);
      },
    });
    let handler: RequestListener | undefined;
    const app = await buildApp({
      config,
      warehouse,
      pseudonymiser,
      log,
      poller,
      cliToken,
      checks: checksOf(connected),
      eraseExclusively: async (codes, erase) => {
        await poller.forget(codes);
        return marts.between(erase);
      },
      serverFactory: (listener) => {
        handler = listener;
        return door.server;
      },
    });
    await app.ready();
    if (handler) door.handOver(handler);

    const stopMarts = startMarts(marts, log);
    const stopRetention = startRetention({
      reader: warehouse.reader,
      retentionDays: config.warehouse.retention_days,
      watermark: async (table) => (rolledUp.has(table) ? ((await marts.rawNeededFrom()) ?? new Date(0)) : null),
      log,
    });
    const personRetention = schedulePersonRetention({
      warehouse,
      pseudonymiser,
      privacy: config.privacy,
      minPeople: config.views.small_groups.min_people,
      mergeSmall: mergeSmallValues,
      timeZone: config.organisation.time_zone,
      between: (work) => marts.between(work),
      registry,
      log,
    });
    await poller.start();
    log.info(`ready on ${door.url}`);

    // Last in, first out: requests and background work end, side by side, before what they need goes away.
    undo.splice(
      0,
      undo.length,
      () => connected.close(),
      () => app.close(),
      async () => {
        stopRetention();
        await Promise.all([
          door.close(config.http.shutdown_seconds),
          poller.stop(),
          stopMarts(),
          personRetention.stop(),
        ]);
      },
    );
    return { url: door.url, warehouse, marts, personRetention, app, cliToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs until SIGTERM or SIGINT; a second signal does not wait. */
export async function serve(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  const signal = new Promise<NodeJS.Signals>((resolve) => {
    let count = 0;
    const onSignal = (name: NodeJS.Signals): void => {
      if (++count > 1) {
        log.warn(`${name} again: not waiting any longer`);
        process.exit(1);
      }
      log.info(`${name}: finishing what was accepted`);
      resolve(name);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  const service = await startService(config, log);
  await signal;
  await service.stop();
  log.info('stopped');
}

function checksOf({ warehouse, state, freeSpace, suspendedTables }: ConnectedWarehouse): ReadinessCheck[] {
  return [
    {
      name: 'questdb',
      check: async () => {
        const { status, message } = state();
        if (status !== 'ready') return message;
        await warehouse.reader.query('select 1');
        return null;
      },
    },
    // Requests reach the app after the migrations only; until then the front door says so.
    { name: 'migrations', check: () => null },
    {
      name: 'disk',
      check: () =>
        freeSpace.isReserveReached
          ? `${Math.floor((freeSpace.freeBytes ?? 0) / 2 ** 20)} MB left on the disk of the warehouse: below warehouse.free_space_reserve_mb`
          : null,
    },
    {
      name: 'suspended tables',
      check: () =>
        suspendedTables.names.length > 0
          ? `QuestDB has suspended ${suspendedTables.names.join(', ')}; they are resumed once there is space`
          : null,
    },
  ];
}

/** Rolls up on schedule; the returned function waits for a run in progress. */
function startMarts(marts: MartRunner, log: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const running = marts.schedule(stopping.signal, (error) =>
    log.error({ err: error }, 'the marts could not be filled; the next run tries again'),
  );
  return async () => {
    stopping.abort();
    await running;
  };
}

function watchQuestdb({ questdb, state }: ConnectedWarehouse): void {
  const update = (): void => {
    questdbUp.set(state().status === 'ready' ? 1 : 0);
    questdbRestarts.set(state().restarts);
  };
  update();
  questdb.on('state', update);
}

function warnOfRisks(config: Config, log: Logger): void {
  const beyond = !isLoopback(config.httpHost);
  if (beyond && config.http.tls.cert_file === '')
    log.warn(
      `listening on ${config.httpHost} without TLS: tokens and data cross the network in clear; set http.tls or put a TLS proxy in front`,
    );
  if (beyond && config.access.allow_anonymous)
    log.warn('access.allow_anonymous: anybody who can reach this port may write');
  for (const { name } of config.tokens.filter(({ weak }) => weak))
    log.warn(`the token "${name}" is short and can be guessed; use openssl rand -hex 32`);
}

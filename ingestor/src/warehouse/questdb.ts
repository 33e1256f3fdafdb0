import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { QuestdbConnection } from './connection.ts';
import { loadCredentials } from './credentials.ts';
import { directoryError, lockDataDir, type DataDirLock } from './data-dir-lock.ts';
import { HealthProbe, type HealthProbeOptions } from './health-probe.ts';
import { requireJava } from './java.ts';
import { claimPort } from './ports.ts';
import { identify } from './process-identity.ts';
import { resolveQuestdbJar } from './questdb-jar.ts';
import {
  httpUser,
  javaArguments,
  loopback,
  pgReadUser,
  pgUser,
  questdbEnvironment,
  type QuestdbSettings,
} from './questdb-settings.ts';
import type { ManagedQuestdb, QuestdbState, QuestdbStatus } from './questdb-state.ts';
import { ServerProcess, serverLog, stopOrphans, type ServerCommand } from './server-process.ts';
import { startFailure } from './start-failure.ts';

export interface QuestdbOptions {
  /** Lock, credentials, log; the database itself is in `questdb` below. */
  readonly dataDir: string;
  /** 0 = any free port. */
  readonly httpPort: number;
  readonly pgPort: number;
  readonly heapMb: number;
  readonly commitMode?: 'sync' | 'nosync';
  readonly queryTimeoutSeconds?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A line for whoever waits for the start. */
  readonly progress?: (line: string) => void;
  readonly javaArguments?: readonly string[];
  readonly probe?: HealthProbeOptions;
  /** First pause before a restart, doubled each time up to 30 s, ± 25 %. */
  readonly restartDelayMs?: number;
}

const startTimeoutMs = 120_000;
const longestRestartDelayMs = 30_000;
const steadyAfterMs = 60_000;

/** QuestDB as a child process: started, watched, started again after a crash, stopped with us. Emits `state`. */
export class EmbeddedQuestdb extends EventEmitter<{ state: [QuestdbState] }> implements ManagedQuestdb {
  readonly connection: QuestdbConnection;
  readonly dataDir: string;
  readonly #command: ServerCommand;
  readonly #lock: DataDirLock;
  readonly #probe: HealthProbe;
  readonly #options: QuestdbOptions;
  #process: ServerProcess | null = null;
  #state: QuestdbState = { status: 'starting', since: new Date(), message: 'QuestDB is starting', restarts: 0 };
  #supervisor: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  private constructor(
    options: QuestdbOptions,
    connection: QuestdbConnection,
    command: ServerCommand,
    lock: DataDirLock,
  ) {
    super();
    this.#options = options;
    this.dataDir = options.dataDir;
    this.connection = connection;
    this.#command = command;
    this.#lock = lock;
    this.#probe = new HealthProbe(connection.httpUrl, options.probe);
  }

  /** Starts the server and resolves when it answers. Throws `SETUP` saying what is missing and what to do. */
  static async start(options: QuestdbOptions): Promise<EmbeddedQuestdb> {
    const env = options.env ?? process.env;
    const progress = options.progress ?? (() => undefined);
    const lock = await lockDataDir(options.dataDir);
    try {
      const directory = join(options.dataDir, 'questdb');
      await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw directoryError(options.dataDir, error);
      });
      for (const pid of await stopOrphans(options.dataDir, directory))
        progress(`stopped QuestDB (pid ${pid}) left over from an ingestor that was killed`);
      const [java, jar] = await Promise.all([requireJava(env), resolveQuestdbJar(env, progress)]);
      const settings: QuestdbSettings = {
        httpPort: await claimPort(options.httpPort, 'SCE_QUESTDB_HTTP_PORT'),
        pgPort: await claimPort(options.pgPort, 'SCE_QUESTDB_PG_PORT'),
        heapMb: options.heapMb,
        commitMode: options.commitMode ?? 'sync',
        queryTimeoutSeconds: options.queryTimeoutSeconds ?? 600,
        credentials: await loadCredentials(options.dataDir),
      };
      const command: ServerCommand = {
        java,
        arguments: javaArguments(jar, directory, settings, options.javaArguments),
        env: { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '', ...questdbEnvironment(settings) },
      };
      const questdb = new EmbeddedQuestdb(options, connectionOf(settings), command, lock);
      await questdb.#launch(progress);
      questdb.#supervisor = questdb.#supervise();
      questdb.#probe.watch((answers) => questdb.#onAnswer(answers));
      return questdb;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get state(): QuestdbState {
    return this.#state;
  }

  /** Process id of the server, null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  async stop(): Promise<void> {
    if (this.#isStopping()) return this.#supervisor;
    this.#stopping.abort();
    this.#setState('stopped', 'QuestDB was stopped');
    await this.#probe.stop();
    await this.#process?.stop();
    await this.#supervisor;
    await this.#lock.release();
  }

  async #launch(progress: (line: string) => void): Promise<void> {
    const started = Date.now();
    let nextLine = started + 3_000;
    const server = new ServerProcess(this.#command, this.dataDir);
    this.#process = server;
    while (!(await this.#probe.ask())) {
      if (server.outcome !== null) throw startFailure(server.outcome, server.output(), serverLog(this.dataDir));
      if (this.#isStopping()) return;
      if (Date.now() - started > startTimeoutMs) {
        await server.stop();
        throw startFailure(`no answer within ${startTimeoutMs / 1000} s`, server.output(), serverLog(this.dataDir));
      }
      if (Date.now() > nextLine) {
        progress(`waiting for QuestDB, ${Math.round((Date.now() - started) / 1000)} s`);
        nextLine += 3_000;
      }
      await sleep(50);
    }
    this.#setState('ready', 'QuestDB answers');
  }

  /** Starts it again whenever it ends, until we stop. */
  async #supervise(): Promise<void> {
    let failures = 0;
    while (!this.#isStopping()) {
      const readyAt = Date.now();
      const how = (await this.#process?.ended) ?? 'it did not start';
      if (this.#isStopping()) return;
      failures = Date.now() - readyAt > steadyAfterMs ? 1 : failures + 1;
      const delay = backOff(failures, this.#options.restartDelayMs ?? 500);
      this.#setState('down', `QuestDB ended (${how}); starting it again in ${(delay / 1000).toFixed(1)} s`);
      await sleep(delay, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#isStopping()) return;
      this.#setState('starting', `QuestDB ended (${how}) and is starting again`, this.#state.restarts + 1);
      await this.#launch(() => undefined).catch((error: unknown) => this.#setState('down', messageOf(error)));
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #onAnswer(answers: boolean): void {
    if (answers && this.#state.status === 'down') this.#setState('ready', 'QuestDB answers again');
    // A dead process is the supervisor's to report: it knows what ended it.
    if (!answers && this.#state.status === 'ready' && identify(this.pid ?? 0) !== null)
      this.#setState('down', 'QuestDB runs but does not answer');
  }

  #setState(status: QuestdbStatus, message: string, restarts: number = this.#state.restarts): void {
    if (this.#state.status === 'stopped') return;
    this.#state = { status, since: new Date(), message, restarts };
    this.emit('state', this.#state);
  }
}

function backOff(failures: number, firstMs: number): number {
  const base = Math.min(longestRestartDelayMs, firstMs * 2 ** (failures - 1));
  return base * (0.75 + Math.random() * 0.5);
}

function connectionOf(settings: QuestdbSettings): QuestdbConnection {
  const { credentials } = settings;
  return {
    httpUrl: `http://${loopback}:${settings.httpPort}`,
    http: { user: httpUser, password: credentials.questdb_http_password },
    httpToken: null,
    pgHost: loopback,
    pgPort: settings.pgPort,
    pgDatabase: 'qdb',
    pgWriter: { user: pgUser, password: credentials.questdb_pg_password },
    pgReader: { user: pgReadUser, password: credentials.questdb_pg_read_password },
  };
}

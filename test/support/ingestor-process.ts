import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { readFileSync } from 'node:fs';
import type { QuestdbConnection } from '../../ingestor/src/warehouse/connection.ts';
import { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { pgReadUser, pgUser } from '../../ingestor/src/warehouse/questdb-settings.ts';
import { Child, findProcesses } from './child.ts';
import { poll } from './poll.ts';
import { freePorts } from './ports.ts';

const command = fileURLToPath(new URL('../../ingestor/bin/sce-voice.js', import.meta.url));

export interface IngestorOptions {
  /** The configuration file's content. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** A QuestDB to use; without it the ingestor starts its own. */
  readonly questdb?: QuestdbConnection;
  /** For node itself: `--cpu-prof` is not allowed in NODE_OPTIONS. */
  readonly nodeArguments?: readonly string[];
}

export interface CliOutput {
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `sce-voice serve` as a process of its own, on free ports and a directory that survives its death. */
export class IngestorProcess {
  readonly dataDir: string;
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #pgPort: number;
  readonly #questdb: QuestdbConnection | undefined;
  readonly #nodeArguments: readonly string[];
  #child: Child | null = null;

  private constructor(dataDir: string, ports: readonly number[], options: IngestorOptions) {
    const [http, questdbHttp, questdbPg] = ports as [number, number, number];
    this.dataDir = dataDir;
    this.url = `http://127.0.0.1:${http}`;
    this.#pgPort = questdbPg;
    this.#questdb = options.questdb;
    this.#nodeArguments = options.nodeArguments ?? [];
    this.#env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      SCE_HTTP_PORT: String(http),
      SCE_DATA_DIR: dataDir,
      SCE_CONFIG: join(dataDir, 'sce-voice.yaml'),
      SCE_LOG_LEVEL: 'warn',
      ...(options.questdb
        ? { SCE_QUESTDB_URL: clientString(options.questdb) }
        : { SCE_QUESTDB_HTTP_PORT: String(questdbHttp), SCE_QUESTDB_PG_PORT: String(questdbPg) }),
      ...options.env,
    };
  }

  /** Starts it and resolves when it is ready. */
  static async start(options: IngestorOptions = {}): Promise<IngestorProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'sce-voice-ingestor-'));
    await writeFile(join(dataDir, 'sce-voice.yaml'), stringify(options.config ?? {}));
    const ingestor = new IngestorProcess(dataDir, await freePorts(3), options);
    try {
      await ingestor.restart();
    } catch (error) {
      await ingestor.remove();
      throw error;
    }
    return ingestor;
  }

  /** Starts it again with the same directory and ports, after its end. */
  async restart(): Promise<void> {
    this.launch();
    await this.untilReady();
  }

  /** Starts the process without waiting for it. */
  launch(): void {
    this.#child = new Child(process.execPath, [...this.#nodeArguments, command, 'serve'], {
      env: this.#env,
      cwd: this.dataDir,
    });
  }

  async untilReady(): Promise<void> {
    const { child } = this;
    await poll(
      `the ingestor to be ready`,
      async () =>
        child.outcome !== null || (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(6_000) })).ok,
      { timeoutMs: 240_000 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it printed:\n${child.output}`, { cause: error });
    });
    child.assertRunning();
  }

  get child(): Child {
    if (this.#child === null) throw new Error('the ingestor was not started');
    return this.#child;
  }

  /** Process ids of its embedded QuestDB: none or one, unless something went wrong. */
  questdbPids(): number[] {
    return findProcesses('io.questdb.ServerMain', this.dataDir);
  }

  /** Resident memory of the ingestor alone, in MiB. */
  residentMb(): number {
    const pages = Number(readFileSync(`/proc/${this.child.pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 1024 / 1024;
  }

  /** A reader of one's own on the same QuestDB. Close it. */
  warehouse(): QuestdbWarehouse {
    return new QuestdbWarehouse(this.#questdb ?? this.#ownConnection(), { queryTimeoutMs: 60_000 });
  }

  /** Runs `sce-voice` with this service's directory and port, as its operator would. */
  cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliOutput> {
    const all = {
      PATH: process.env['PATH'],
      SCE_HTTP_PORT: new URL(this.url).port,
      SCE_DATA_DIR: this.dataDir,
      SCE_CONFIG: join(this.dataDir, 'sce-voice.yaml'),
      ...env,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [command, ...args], { env: all, cwd: this.dataDir }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      );
    });
  }

  /** Ends it as an operator does. */
  async stop(): Promise<string> {
    return this.child.stop('SIGTERM');
  }

  /** Stops whatever still runs and removes the directory. */
  async remove(): Promise<void> {
    if (this.#child !== null) await this.#child.stop('SIGTERM');
    for (const pid of this.questdbPids()) process.kill(pid, 'SIGKILL');
    await poll('QuestDB to end', () => this.questdbPids().length === 0);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  #ownConnection(): QuestdbConnection {
    const stored = JSON.parse(readFileSync(join(this.dataDir, 'credentials.json'), 'utf8')) as Record<string, string>;
    return {
      httpUrl: `http://127.0.0.1:${this.#env['SCE_QUESTDB_HTTP_PORT']}`,
      http: { user: 'sce_voice', password: stored['questdb_http_password']! },
      httpToken: null,
      pgHost: '127.0.0.1',
      pgPort: this.#pgPort,
      pgDatabase: 'qdb',
      pgWriter: { user: pgUser, password: stored['questdb_pg_password']! },
      pgReader: { user: pgReadUser, password: stored['questdb_pg_read_password']! },
    };
  }
}

/** `SCE_QUESTDB_URL` for a connection. */
export function clientString(connection: QuestdbConnection): string {
  const { http, pgWriter, pgReader } = connection;
  const values = {
    addr: new URL(connection.httpUrl).host,
    ...(http ? { username: http.user, password: http.password } : {}),
    pg_port: String(connection.pgPort),
    pg_username: pgWriter.user,
    pg_password: pgWriter.password,
    pg_read_username: pgReader.user,
    pg_read_password: pgReader.password,
  };
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${value.replaceAll(';', ';;')};`);
  return `http::${pairs.join('')}`;
}

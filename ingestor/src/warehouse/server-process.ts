import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findServers, identify, isAlive, signal, type ProcessIdentity } from './process-identity.ts';

const stopTimeoutMs = 30_000;
const largestLogBytes = 20 * 1024 * 1024;

export interface ServerCommand {
  readonly java: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One run of QuestDB's Java process; its output goes to a file, its identity into a record for the next start. */
export class ServerProcess {
  readonly pid: number;
  /** Resolves with what ended it, such as `exit code 1` or `SIGKILL`. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  readonly #logStart: number;
  #outcome: string | null = null;

  constructor(command: ServerCommand, dataDir: string) {
    this.#dataDir = dataDir;
    const log = serverLog(dataDir);
    rotate(log);
    const output = openSync(log, 'a', 0o600);
    this.#logStart = statSync(log).size;
    try {
      // A process group of its own: Ctrl-C reaches the ingestor first, which flushes and then stops QuestDB.
      this.#child = spawn(command.java, command.arguments, {
        env: command.env,
        stdio: ['ignore', output, output],
        detached: true,
      });
    } finally {
      closeSync(output);
    }
    // Whoever leaves in a hurry (a second Ctrl-C, an exception) does not leave a server behind; nothing waits for it then.
    const onExit = (): void => void this.#child.kill('SIGTERM');
    process.once('exit', onExit);
    this.ended = new Promise((resolve) => {
      const settle = (how: string): void => {
        process.off('exit', onExit);
        this.#outcome ??= how;
        resolve(how);
      };
      this.#child.once('error', (error) => settle(error.message));
      this.#child.once('exit', (code, name) => settle(name ?? `exit code ${code}`));
    });
    this.pid = this.#child.pid ?? 0;
    const identity = this.pid === 0 ? null : identify(this.pid);
    if (identity !== null) writeFileSync(recordFile(dataDir), JSON.stringify(identity), { mode: 0o600 });
  }

  /** What ended it, null while it runs. */
  get outcome(): string | null {
    return this.#outcome;
  }

  /** What this run has printed, its last `bytes`. */
  output(bytes = 4_000): string {
    const text = readFileSync(serverLog(this.#dataDir)).subarray(this.#logStart);
    return text.subarray(Math.max(0, text.length - bytes)).toString('utf8');
  }

  async stop(): Promise<void> {
    if (this.pid !== 0) await stopProcess(this.pid, this.ended);
    rmSync(recordFile(this.#dataDir), { force: true });
  }
}

/** Log file of the embedded server. */
export function serverLog(dataDir: string): string {
  return join(dataDir, 'questdb.log');
}

/**
 * Stops servers that outlived their ingestor (`kill -9`), found by the record file and by command line. Returns their
 * pids. Only the holder of the directory's lock may call this.
 */
export async function stopOrphans(dataDir: string, directory: string): Promise<number[]> {
  const recorded = readRecord(dataDir);
  const pids = new Set(findServers(directory));
  if (recorded !== null && isAlive(recorded)) pids.add(recorded.pid);
  await Promise.all([...pids].map((pid) => stopProcess(pid, waitUntilGone(pid))));
  rmSync(recordFile(dataDir), { force: true });
  return [...pids];
}

/** SIGTERM lets QuestDB close its tables; one that hangs or is stopped does not hear it. */
async function stopProcess(pid: number, ended: Promise<unknown>): Promise<void> {
  signal(pid, 'SIGTERM');
  signal(pid, 'SIGCONT');
  const timer = new AbortController();
  const late = sleep(stopTimeoutMs, 'late', { signal: timer.signal, ref: false }).catch(() => 'cancelled');
  if ((await Promise.race([ended, late])) === 'late') signal(pid, 'SIGKILL');
  timer.abort();
  await ended;
}

async function waitUntilGone(pid: number): Promise<void> {
  const identity = identify(pid);
  while (identity !== null && isAlive(identity)) await sleep(50);
}

function recordFile(dataDir: string): string {
  return join(dataDir, 'questdb.pid');
}

function readRecord(dataDir: string): ProcessIdentity | null {
  try {
    const parsed = JSON.parse(readFileSync(recordFile(dataDir), 'utf8')) as Partial<ProcessIdentity>;
    return typeof parsed.pid === 'number' && typeof parsed.started === 'string'
      ? { pid: parsed.pid, started: parsed.started }
      : null;
  } catch {
    return null;
  }
}

function rotate(log: string): void {
  try {
    if (statSync(log).size > largestLogBytes) renameSync(log, `${log}.1`);
  } catch {
    // There is none yet.
  }
}

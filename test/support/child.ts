import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A program under test: its output is kept for error messages, its end can be awaited. */
export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<string>;
  #output = '';
  #outcome: string | null = null;

  constructor(command: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-20_000)));
    this.ended = new Promise((resolve) => {
      const settle = (how: string): void => {
        this.#outcome = how;
        resolve(how);
      };
      this.process.once('error', (error) => settle(error.message));
      this.process.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
    });
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`the program did not start: ${this.#outcome}`);
    return this.process.pid;
  }

  /** The last 20 kB of what it printed. */
  get output(): string {
    return this.#output;
  }

  /** How it ended, null while it runs. */
  get outcome(): string | null {
    return this.#outcome;
  }

  /** Throws when it has ended: for use while waiting for it. */
  assertRunning(): void {
    if (this.#outcome !== null) throw new Error(`the program ended (${this.#outcome}):\n${this.#output}`);
  }

  signal(name: NodeJS.Signals): void {
    if (this.#outcome === null) process.kill(this.pid, name);
  }

  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<string> {
    this.signal('SIGCONT');
    this.signal(name);
    return this.ended;
  }
}

const running = new Set<Child>();

// Whatever a failed test forgot ends with the test process.
process.once('exit', () => {
  for (const child of running) child.process.kill('SIGKILL');
});

/** Processes whose command line contains every one of `parts`. */
export function findProcesses(...parts: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return parts.every((part) => commandLine.includes(part));
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
}

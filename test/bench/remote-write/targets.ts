import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../../support/child.ts';
import { IngestorProcess } from '../../support/ingestor-process.ts';
import { poll } from '../../support/poll.ts';
import { freePorts } from '../../support/ports.ts';

/** A receiver under measurement: all its processes count. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly protocols: readonly ('1.0' | '2.0')[];
  pids(): Readonly<Record<string, number>>;
  /** Waits for work that goes on after the last answer. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const settleMs = 1_500;

const open = new Set<Target>();
/** Whoever stops the bench finds no process and no directory of it left. */
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    // The requests under way fail now, and that must not end the process before everything is gone.
    process.on('uncaughtException', () => undefined);
    void Promise.allSettled([...open].map((target) => target.stop())).then(() => process.exit(130));
  });

/** Remembers a target until it is stopped. */
function tracked(target: Target): Target {
  const entry: Target = {
    ...target,
    stop: async () => {
      open.delete(entry);
      await target.stop();
    },
  };
  open.add(entry);
  return entry;
}

/** Our own: ingestor and embedded QuestDB as `npm start` runs them; without the roll-ups when receiving alone is measured. */
export async function startSceVoice({ rollUps = false } = {}): Promise<Target> {
  const config = { marts: { interval_seconds: rollUps ? 10 : 86_400 } };
  const ingestor = await IngestorProcess.start({
    config,
    env: questdbEnvironment(),
    nodeArguments: (process.env['BENCH_NODE_ARGUMENTS'] ?? '').split(' ').filter((argument) => argument !== ''),
  });
  const warehouse = ingestor.warehouse();
  return tracked({
    name: 'sce-voice',
    url: `${ingestor.url}/api/v1/write`,
    protocols: ['1.0', '2.0'],
    pids: () => ({ ingestor: ingestor.child.pid, questdb: ingestor.questdbPids()[0]! }),
    settle: async () => {
      await warehouse.settle(['samples', 'series']);
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    },
    stop: async () => {
      await warehouse.close();
      await ingestor.remove();
    },
  });
}

/** `QDB_…` reaches QuestDB where the product sets nothing itself. */
function questdbEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[0].startsWith('QDB_') && entry[1] !== undefined,
    ),
  );
}

/** Debian's Prometheus as a receiver; it knows 1.0 only. */
export async function startPrometheus(): Promise<Target> {
  return startServer('prometheus', 'prometheus', '/api/v1/write', '/-/ready', async (directory, port) => {
    const config = join(directory, 'prometheus.yml');
    await writeFile(config, '{}\n');
    return [
      `--config.file=${config}`,
      `--storage.tsdb.path=${directory}/data`,
      '--web.enable-remote-write-receiver',
      `--web.listen-address=127.0.0.1:${port}`,
    ];
  });
}

export async function startVictoriaMetrics(): Promise<Target> {
  return startServer('victoria-metrics', 'victoria-metrics', '/api/v1/write', '/health', (directory, port) =>
    Promise.resolve([`-storageDataPath=${directory}/data`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=12']),
  );
}

async function startServer(
  name: string,
  command: string,
  path: string,
  readyPath: string,
  args: (directory: string, port: number) => Promise<string[]>,
): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), `sce-voice-bench-${name}-`));
  const [port] = (await freePorts(1)) as [number];
  const child = new Child(command, await args(directory, port));
  const url = `http://127.0.0.1:${port}`;
  await poll(`${name} to be ready`, async () => {
    child.assertRunning();
    return (await fetch(url + readyPath)).ok;
  });
  return tracked({
    name,
    url: url + path,
    protocols: ['1.0'],
    pids: () => ({ [name]: child.pid }),
    settle: () => new Promise((resolve) => setTimeout(resolve, settleMs)),
    stop: async () => {
      await child.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  });
}

/** CPU seconds that a process has used so far, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command name may hold spaces; what follows it does not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Forgets the most resident memory so far (Linux). */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Resident memory in MiB: now, and the most it has been. */
export function residentMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

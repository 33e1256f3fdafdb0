import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import pLimit from 'p-limit';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';

const ticksPerSecond = 100;

/** User and system seconds of a process since its start (Linux). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** User and system seconds of a process by the names of its threads (Linux): how much of them are compilers of the JVM, say. */
export function cpuSecondsByThread(pid: number): Map<string, number> {
  const byName = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end).replace(/[-_ ]*\d*$/, '');
    const fields = stat.slice(end + 2).split(' ');
    byName.set(name, (byName.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond);
  }
  return byName;
}

interface Step {
  count: number;
  wallMs: number;
  questdbSeconds: number;
  nodeSeconds: number;
}

/**
 * Counts what each statement and write costs in wall time and CPU of QuestDB and of this process. With `serial` one runs at
 * a time, so that the CPU is its own; the whole then takes longer than it would.
 */
export class Profile {
  readonly #steps = new Map<string, Step>();
  readonly #pid: number;
  readonly #inside = new AsyncLocalStorage<true>();
  readonly #one: (work: () => Promise<unknown>) => Promise<unknown>;
  #count = 0;

  constructor(warehouse: QuestdbWarehouse, pid: number, serial: boolean) {
    this.#pid = pid;
    const limit = pLimit(serial ? 1 : 1000);
    this.#one = (work) => limit(work);
    const { reader, writer } = warehouse;
    this.#wrap(reader, 'execute', ([sql]) => firstWords(String(sql)));
    this.#wrap(reader, 'query', ([sql]) => firstWords(String(sql)));
    this.#wrap(writer, 'write', ([batches]) =>
      (batches as { table: string; rows: unknown[] }[])
        .map(({ table, rows }) => `write ${table} ${rows.length > 999 ? '(many)' : ''}`)
        .join(', '),
    );
    this.#wrap(warehouse, 'settle', ([tables]) => `settle ${(tables as string[]).join(', ')}`);
  }

  reset(): void {
    this.#steps.clear();
    this.#count = 0;
  }

  get statements(): number {
    return this.#count;
  }

  /** The steps that cost most, one per line. */
  lines(atLeastSeconds = 0.02): string[] {
    return [...this.#steps]
      .filter(([, step]) => step.questdbSeconds + step.nodeSeconds >= atLeastSeconds || step.wallMs >= 200)
      .sort(([, left], [, right]) => right.questdbSeconds + right.nodeSeconds - left.questdbSeconds - left.nodeSeconds)
      .map(
        ([name, { count, wallMs, questdbSeconds, nodeSeconds }]) =>
          `${questdbSeconds.toFixed(2).padStart(7)} ${nodeSeconds.toFixed(2).padStart(6)} ${(wallMs / 1000).toFixed(2).padStart(7)} ${String(count).padStart(5)}  ${name}`,
      );
  }

  #wrap(target: object, method: string, name: (parameters: unknown[]) => string): void {
    const original = (Reflect.get(target, method) as (...parameters: unknown[]) => Promise<unknown>).bind(target);
    Object.assign(target, {
      [method]: (...parameters: unknown[]): Promise<unknown> => {
        if (this.#inside.getStore()) return original(...parameters);
        return this.#one(() =>
          this.#inside.run(true, () => this.#measure(name(parameters), () => original(...parameters))),
        );
      },
    });
  }

  async #measure(name: string, work: () => Promise<unknown>): Promise<unknown> {
    this.#count++;
    const startedAt = performance.now();
    const questdb = cpuSeconds(this.#pid);
    const node = process.cpuUsage();
    try {
      return await work();
    } finally {
      const step = this.#steps.get(name) ?? { count: 0, wallMs: 0, questdbSeconds: 0, nodeSeconds: 0 };
      const used = process.cpuUsage(node);
      step.count++;
      step.wallMs += performance.now() - startedAt;
      step.questdbSeconds += cpuSeconds(this.#pid) - questdb;
      step.nodeSeconds += (used.user + used.system) / 1e6;
      this.#steps.set(name, step);
    }
  }
}

function firstWords(sql: string): string {
  return sql
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 70);
}

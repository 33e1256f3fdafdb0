import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { loadClientConfig } from '../config.ts';
import type { PollStatus } from '../sources/poller.ts';
import { connectToService, type ServiceClient } from './client.ts';

interface Pollers {
  readonly pollers: readonly PollStatus[];
}

const ASK_EVERY_MS = 500;

export function pollCommand(program: Command): void {
  program
    .command('poll [source] [instance]')
    .description('ask a source now, whatever its schedule says; without a source: list all pollers')
    .option('--url <url>', 'a service elsewhere, with SCE_READ_TOKEN of scope platform')
    .action(async (source: string | undefined, instance: string | undefined, { url }: { url?: string }) => {
      const connect = (): ServiceClient => connectToService(loadClientConfig(), { url });
      if (source === undefined) {
        process.stdout.write(list((await connect().json<Pollers>('GET', '/api/v1/poll')).pollers));
        return;
      }
      const path = [source, ...(instance === undefined ? [] : [instance])].map(encodeURIComponent).join('/');
      await connect().json('POST', `/api/v1/poll/${path}?wait=false`);
      const finished = await follow(
        connect,
        (each) => each.source === source && (instance === undefined || each.instance === instance),
      );
      process.stdout.write(finished.map(outcome).join(''));
      if (finished.some(({ lastReport }) => lastReport?.error)) process.exitCode = 1;
    });
}

/** Asks until all have ended: a first load may take longer than any one request should. */
async function follow(connect: () => ServiceClient, isAsked: (status: PollStatus) => boolean): Promise<PollStatus[]> {
  for (;;) {
    const { pollers } = await connect().json<Pollers>('GET', '/api/v1/poll');
    const asked = pollers.filter(isAsked);
    if (!asked.some(({ running }) => running)) return asked;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${asked.flatMap(progress).join('  ')}`);
    await sleep(ASK_EVERY_MS);
  }
}

function progress({ source, instance, progress: now }: PollStatus): string[] {
  return now === null
    ? []
    : [`${source}/${instance}: ${now.done}${now.total === null ? '' : ` of ${now.total}`} ${now.what}`];
}

function outcome({ source, instance, lastReport }: PollStatus): string {
  if (lastReport === null) return `${source}/${instance}: no run\n`;
  const { outcome: kind, rowsRead, rowsWritten, durationSeconds, error } = lastReport;
  const text = error ?? `${rowsRead} rows read, ${rowsWritten} written`;
  return `${source}/${instance}: ${kind}, ${text} (${durationSeconds.toFixed(1)} s)\n`;
}

function list(pollers: readonly PollStatus[]): string {
  if (pollers.length === 0) return 'no source that is polled is configured\n';
  const table = new Table({
    head: ['source', 'instance', 'last success', 'failures', 'next run', 'last error'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 50],
  });
  for (const each of pollers)
    table.push([
      each.source,
      each.instance,
      each.lastSuccessAt ?? 'never',
      each.failures,
      each.running ? 'running' : (each.nextRunAt ?? ''),
      each.lastError ?? '',
    ]);
  return `${table.toString()}\n`;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { IngestorProcess } from '../../support/ingestor-process.ts';
import { writeExport, type Written } from './generate.ts';

const command = fileURLToPath(new URL('../../../ingestor/bin/sce-voice.js', import.meta.url));
const TOKEN = 'bench-read';

/**
 * `npm run bench -- cost-import`: 5 GB of cost exports, half FOCUS and half CUR, through pipes into `import-costs` and a running
 * service with its embedded QuestDB, twice. Prints speed and peak memory; fails unless both imports give the sums that were
 * written. `--scale 0.2` for 1 GB.
 */
export async function run({ quick, scale = quick ? 0.02 : 1 }: { quick: boolean; scale?: number }): Promise<void> {
  const bytes = 5e9 * scale;
  const ingestor = await IngestorProcess.start({
    config: { access: { read_token_scope: 'platform' } },
    env: { SCE_READ_TOKEN: TOKEN },
  });
  const directory = await mkdtemp(join(tmpdir(), 'sce-voice-bench-'));
  const warehouse = ingestor.warehouse();
  try {
    const pipes = [join(directory, 'focus.csv'), join(directory, 'cur.csv')] as const;
    await execa('mkfifo', [...pipes]);
    const stored: unknown[] = [];
    for (const time of ['first', 'again']) {
      const startedAt = performance.now();
      const [imported, ...written] = await Promise.all([
        importCosts(ingestor, directory, pipes),
        writeExport(pipes[0], 'focus', bytes / 2),
        writeExport(pipes[1], 'cur', bytes / 2),
      ]);
      const seconds = (performance.now() - startedAt) / 1000;
      const megabytes = written.reduce((sum, each) => sum + each.bytes, 0) / 1e6;
      const lines = written.reduce((sum, each) => sum + each.lineItems + each.splitLineItems, 0);
      console.log(
        `${time}: ${(megabytes / 1000).toFixed(2)} GB, ${lines.toLocaleString('en')} lines in ${seconds.toFixed(0)} s: ${(megabytes / seconds).toFixed(1)} MB/s (${(megabytes / imported.cpuSeconds).toFixed(1)} MB per CPU second), peak resident memory ${imported.peakMb.toFixed(0)} MB; of the service ${ingestor.residentMb().toFixed(0)} MB`,
      );
      await warehouse.settle(['cost_charges', 'cost_imports']);
      const rows = await current(warehouse);
      check(rows, written);
      stored.push(rows);
    }
    if (!isDeepStrictEqual(stored[0], stored[1]))
      throw new Error('the second import gives other tables than the first');
    console.log(
      `both imports give the same ${String((stored[0] as unknown[]).length)} charges, and the sums that were written`,
    );
  } finally {
    await warehouse.close();
    await ingestor.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

async function importCosts(
  ingestor: IngestorProcess,
  directory: string,
  files: readonly string[],
): Promise<{ peakMb: number; cpuSeconds: number }> {
  const child = execa(process.execPath, [command, 'import-costs', '--url', ingestor.url, ...files], {
    cwd: directory,
    extendEnv: false,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], SCE_READ_TOKEN: TOKEN, SCE_LOG_LEVEL: 'warn' },
  });
  const seen = { peakMb: 0, cpuSeconds: 0 };
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
      seen.peakMb = Math.max(seen.peakMb, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
      const stat = readFileSync(`/proc/${String(child.pid)}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      seen.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has ended.
    }
  }, 200);
  try {
    await child;
  } finally {
    clearInterval(watch);
  }
  return seen;
}

type Charge = Record<string, unknown> & { readonly billed_cost: number; readonly line_items: number };

/** What counts, without the id of the import. */
async function current(warehouse: ReturnType<IngestorProcess['warehouse']>): Promise<Charge[]> {
  return warehouse.reader.rows<Charge>(
    `select c.timestamp, c.charge_key, c.sub_account, c.service, c.charge_category, c.instance_type, c.currency, c.billed_cost, c.line_items
     from cost_charges c
     join (select import_id, billing_account from cost_imports latest on timestamp partition by billing_account, billing_period) i on i.import_id = c.import_id
     order by i.billing_account, c.timestamp, c.charge_key`,
  );
}

function check(rows: readonly Charge[], written: readonly Written[]): void {
  const sum = (of: (each: Written) => number): number => written.reduce((total, each) => total + of(each), 0);
  const found = [
    rows.reduce((total, row) => total + row.billed_cost, 0),
    rows.reduce((total, row) => total + row.line_items, 0),
  ];
  const truth = [sum((each) => each.billedCost), sum((each) => each.lineItems)];
  if (!isDeepStrictEqual(found, truth))
    throw new Error(`stored cost and line items are ${found.join(' and ')}, written were ${truth.join(' and ')}`);
}

import { pino } from 'pino';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { views } from '../../../ingestor/src/views/index.ts';
import { runView } from '../../../ingestor/src/views/run-view.ts';
import type { AnyView, TimeRange } from '../../../ingestor/src/views/view.ts';
import { migrate } from '../../../ingestor/src/warehouse/migrate.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { allMigrations } from '../../support/migrations.ts';
import { startOwnQuestdb } from '../../support/own-questdb.ts';
import { cpuSeconds } from '../marts/profile.ts';
import { loadYear } from './load.ts';
import { compareWithVictoriaMetrics } from './victoria-metrics.ts';

const TARGET_MS = { default: 300, year: 1000 };
/** Without a directory of names: views show pseudonyms. */
const DATA_DIR = '/nonexistent';
const quiet = pino({ level: 'silent' });

/**
 * `npm run bench -- views`: how long every view takes over a year of 1,200 users and 1,000 containers at a time, at its default
 * parameters and over the whole year. `--scale 0.1` loads a tenth of the users and containers.
 */
export async function run({ quick, scale = quick ? 0.1 : 1 }: { quick: boolean; scale?: number }): Promise<void> {
  const questdb = await startOwnQuestdb({ heapMb: 1024, javaArguments: [] });
  const warehouse = new QuestdbWarehouse(questdb.questdb.connection, { queryTimeoutMs: 300_000 });
  try {
    await migrate(warehouse, { files: allMigrations(), version: 'bench' });
    const now = new Date();
    const startedAt = performance.now();
    const loaded = await loadYear(warehouse, scale, now);
    const [rows] = await warehouse.reader.rows<{ n: number }>('select count() as n from container_usage');
    console.log(
      `${String(loaded.users)} users, ${String(loaded.containers)} containers at a time, ${String(loaded.days)} days: ${Number(rows?.n).toLocaleString('en')} five-minute rows, loaded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
    );
    await printDisk(warehouse, loaded.containers * loaded.days);
    const pid = questdb.questdb.pid ?? 0;
    const month = { from: new Date(loaded.to.getTime() - 30 * 86_400_000), to: loaded.to };
    console.log(`\n${'view'.padEnd(24)}${head('default: 30 days')}${head('the year')}`);
    for (const view of views) {
      const cells = [
        await measure(warehouse, view, month, pid, TARGET_MS.default, quick ? 5 : 20),
        await measure(warehouse, view, loaded, pid, TARGET_MS.year, quick ? 3 : 10),
      ];
      console.log(view.id.padEnd(24) + cells.join(''));
    }
    console.log(
      `\nTargets: p95 ${String(TARGET_MS.default)} ms at default parameters, ${String(TARGET_MS.year)} ms over the year; ! above. CPU is QuestDB's, per answer: on a busy machine it says more than the time.`,
    );
    await compareWithVictoriaMetrics(warehouse, month);
  } finally {
    await warehouse.close();
    await questdb.stop();
  }
}

const head = (name: string): string => `${name.padStart(22)} p50 / p95 ms, CPU s, rows`;

async function measure(
  warehouse: QuestdbWarehouse,
  view: AnyView,
  { from, to }: TimeRange,
  pid: number,
  target: number,
  times: number,
): Promise<string> {
  const config = { ...parseFileConfig({}, 'bench'), dataDir: DATA_DIR } as Config;
  const principal = { scope: 'platform', write: false, personKey: null, department: null, name: 'bench' } as const;
  const question = { view, principal, range: { from: from.toISOString(), to: to.toISOString() } };
  const ask = () => runView(question, { reader: warehouse.reader, config, log: quiet });
  try {
    const { rows } = await ask();
    const cpu = cpuSeconds(pid);
    const taken: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const startedAt = performance.now();
      await ask();
      taken.push(performance.now() - startedAt);
    }
    taken.sort((a, b) => a - b);
    const at = (share: number): number => taken[Math.min(times - 1, Math.floor(share * times))] ?? 0;
    const used = ((cpuSeconds(pid) - cpu) / times).toFixed(2);
    const p95 = `${at(0.95).toFixed(0)}${at(0.95) > target ? ' !' : ''}`;
    return `${at(0.5).toFixed(0).padStart(22)} / ${p95.padEnd(9)} ${used.padStart(6)} ${String(rows.length).padStart(6)}   `;
  } catch (error) {
    return `   failed: ${error instanceof Error ? error.message.slice(0, 60) : String(error)}   `;
  }
}

async function printDisk(warehouse: QuestdbWarehouse, containerDays: number): Promise<void> {
  for (const table of ['container_usage', 'container_usage_1h', 'container_usage_1d', 'container_usage_bins_1d']) {
    const [size] = await warehouse.reader.rows<{ bytes: number; n: number }>(
      `select sum(diskSize) as bytes, sum(numRows) as n from table_partitions('${table}')`,
    );
    console.log(
      `  ${table}: ${Number(size?.n).toLocaleString('en')} rows, ${(Number(size?.bytes) / containerDays).toFixed(0)} bytes per container-day`,
    );
  }
}

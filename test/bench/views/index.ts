import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { views } from '../../../ingestor/src/views/index.ts';
import type { TimeRange } from '../../../ingestor/src/views/view.ts';
import { migrate } from '../../../ingestor/src/warehouse/migrate.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { allMigrations } from '../../support/migrations.ts';
import { startOwnQuestdb } from '../../support/own-questdb.ts';
import { loadYear, sizeOf, type Loaded } from './load.ts';
import { Measurer } from './measure.ts';
import { compareWithVictoriaMetrics } from './victoria-metrics.ts';

const targetMs = { default: 300, year: 1000 };

export interface ViewBenchOptions {
  readonly quick: boolean;
  readonly scale?: number;
  /** Ids of views to measure; then nothing else is. */
  readonly views?: readonly string[];
  /** Where the loaded year is kept for the next run. */
  readonly keep?: string;
}

/**
 * `npm run bench -- views`: how long every view takes over a year of 1,200 users and 1,000 containers at a time, at its default
 * parameters and over the whole year. `--scale 0.1` loads a tenth of the users and containers; `--views a,b` measures these only;
 * `--keep directory` keeps what was loaded there and uses it again.
 */
export async function run({ quick, scale = quick ? 0.1 : 1, views: only, keep }: ViewBenchOptions): Promise<void> {
  const chosen = only === undefined ? views : views.filter(({ id }) => only.includes(id));
  const unknown = only?.filter((id) => !views.some((view) => view.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no view ${unknown.join(', ')}`);
  if (keep !== undefined) await mkdir(keep, { recursive: true });
  // As in production, but for what a load of a hundred million rows would wait for.
  const questdb = await startOwnQuestdb({
    heapMb: 1024,
    javaArguments: [],
    commitMode: 'nosync',
    ...(keep === undefined ? {} : { dataDir: keep }),
  });
  const warehouse = new QuestdbWarehouse(questdb.questdb.connection, { queryTimeoutMs: 300_000 });
  try {
    const loaded = await load(warehouse, scale, keep);
    if (only === undefined) await printDisk(warehouse, loaded.containers * loaded.days);
    const month = { from: new Date(loaded.to.getTime() - 30 * 86_400_000), to: loaded.to };
    const measurer = new Measurer(warehouse, questdb.questdb.pid ?? 0);
    console.log(`\n${'view'.padEnd(24)}${head('default: 30 days')}${head('the year')}`);
    for (const view of chosen) {
      const cells: string[] = [];
      for (const [range, target, times] of [
        [month, targetMs.default, quick ? 5 : 20],
        [loaded as TimeRange, targetMs.year, quick ? 3 : 10],
      ] as const)
        cells.push(await measurer.measure(view, range, target, times));
      console.log(view.id.padEnd(24) + cells.join(''));
    }
    console.log(
      `\nTargets: p95 ${String(targetMs.default)} ms at default parameters, ${String(targetMs.year)} ms over the year; ! above. CPU is that of QuestDB + node, per answer: on a busy machine it says more than the time.`,
    );
    if (only === undefined) await compareWithVictoriaMetrics(warehouse, month);
  } finally {
    await warehouse.close();
    await questdb.stop();
  }
}

async function load(warehouse: QuestdbWarehouse, scale: number, keep: string | undefined): Promise<Loaded> {
  const note = keep === undefined ? null : join(keep, 'loaded.json');
  if (note !== null && existsSync(note)) {
    const { from, to, ...size } = JSON.parse(await readFile(note, 'utf8')) as Loaded;
    console.log(`loaded before: ${note}`);
    return { ...size, from: new Date(from), to: new Date(to) };
  }
  await migrate(warehouse, { files: allMigrations(), version: 'bench' });
  const size = sizeOf(scale, new Date());
  const startedAt = performance.now();
  await loadYear(warehouse, size);
  const [rows] = await warehouse.reader.rows<{ n: number }>('select count() as n from container_usage');
  console.log(
    `${String(size.users)} users, ${String(size.containers)} containers at a time, ${String(size.days)} days: ${Number(rows?.n).toLocaleString('en')} five-minute rows, loaded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
  );
  if (note !== null) await writeFile(note, JSON.stringify(size));
  return size;
}

const head = (name: string): string => `${name.padStart(22)} p50 / p95 ms, CPU s, rows  `;

async function printDisk(warehouse: QuestdbWarehouse, containerDays: number): Promise<void> {
  const tables = [
    'container_usage',
    'container_usage_1h',
    'container_usage_1d',
    'container_usage_bins_1d',
    'node_usage',
  ];
  for (const table of tables) {
    const [size] = await warehouse.reader.rows<{ bytes: number; n: number }>(
      `select sum(diskSize) as bytes, sum(numRows) as n from table_partitions('${table}')`,
    );
    console.log(
      `  ${table}: ${Number(size?.n).toLocaleString('en')} rows, ${(Number(size?.bytes) / containerDays).toFixed(0)} bytes per container-day`,
    );
  }
}

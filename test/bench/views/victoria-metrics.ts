import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { idleCores } from '../../../ingestor/src/views/idle-cores/view.ts';
import { runView } from '../../../ingestor/src/views/run-view.ts';
import type { TimeRange } from '../../../ingestor/src/views/view.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { poll } from '../../support/poll.ts';
import { freePorts } from '../../support/ports.ts';

const PROGRAM = '/usr/bin/victoria-metrics';
const TIMES = 5;

/** Cores used over a range as a histogram, put to Debian's VictoriaMetrics over the same five-minute means, as a ratio. */
export async function compareWithVictoriaMetrics(warehouse: QuestdbWarehouse, range: TimeRange): Promise<void> {
  if (!existsSync(PROGRAM)) {
    console.log('\nVictoriaMetrics is not installed (apt install victoria-metrics): no ratio.');
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'sce-voice-vm-'));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${String(port)}`;
  const child = spawn(
    PROGRAM,
    [
      `-storageDataPath=${directory}`,
      `-httpListenAddr=127.0.0.1:${String(port)}`,
      '-retentionPeriod=3y',
      '-search.maxQueryDuration=5m',
      '-search.maxSamplesPerQuery=2000000000',
      '-search.disableCache',
    ],
    { stdio: 'ignore' },
  );
  try {
    await poll('VictoriaMetrics', async () => (await fetch(`${url}/health`)).ok);
    const samples = await copy(warehouse, url, range);
    const hours = Math.round((range.to.getTime() - range.from.getTime()) / 3_600_000);
    const query = `sum(histogram_over_time(cores_used[${String(hours)}h])) by (vmrange)`;
    const theirs = await median(async () => {
      const answer = await fetch(
        `${url}/api/v1/query?query=${encodeURIComponent(query)}&time=${String(range.to.getTime() / 1000)}&nocache=1`,
      );
      const body = (await answer.json()) as { status: string; data?: { result: unknown[] }; error?: string };
      if (body.status !== 'success' || body.data?.result.length === 0)
        throw new Error(`VictoriaMetrics: ${body.error ?? 'no rows'}`);
    });
    const principal = { scope: 'platform', write: false, personKey: null, department: null, name: 'bench' } as const;
    const ours = await median(() =>
      runView(
        { view: idleCores, principal, range: { from: range.from.toISOString(), to: range.to.toISOString() } },
        { reader: warehouse.reader, config: parseFileConfig({}, 'bench') as Config, log: pino({ level: 'silent' }) },
      ),
    );
    console.log(
      `\nCores used over ${String(hours / 24)} days as a histogram, ${samples.toLocaleString('en')} samples: sce-voice ${ours.toFixed(0)} ms, VictoriaMetrics ${theirs.toFixed(0)} ms: ${(theirs / ours).toFixed(1)} times as long`,
    );
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  await work();
  for (let i = 0; i < TIMES; i += 1) {
    const startedAt = performance.now();
    await work();
    taken.push(performance.now() - startedAt);
  }
  return taken.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
}

/** Sends the means of each day by VictoriaMetrics' own import; returns their number. */
async function copy(warehouse: QuestdbWarehouse, url: string, range: TimeRange): Promise<number> {
  let count = 0;
  for (let day = range.from.getTime(); day < range.to.getTime(); day += 86_400_000) {
    const series = new Map<string, { values: number[]; timestamps: number[] }>();
    const rows = await warehouse.reader.rows<{ timestamp: Date; container_id: string; cores: number }>(
      'select timestamp, container_id, cpu_used_core_seconds / covered_seconds as cores from container_usage where timestamp >= $1 and timestamp < $2',
      [new Date(day), new Date(day + 86_400_000)],
    );
    for (const { timestamp, container_id: id, cores } of rows) {
      const one = series.get(id) ?? { values: [], timestamps: [] };
      series.set(id, one);
      one.values.push(cores);
      one.timestamps.push(timestamp.getTime());
    }
    const body = [...series]
      .map(([container, data]) => JSON.stringify({ metric: { __name__: 'cores_used', container }, ...data }))
      .join('\n');
    const answer = await fetch(`${url}/api/v1/import`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`VictoriaMetrics refused an import: ${String(answer.status)}`);
    count += rows.length;
  }
  await fetch(`${url}/internal/force_flush`);
  return count;
}

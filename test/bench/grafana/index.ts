import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { buildApp } from '../../../ingestor/src/app.ts';
import { Pseudonymiser } from '../../../ingestor/src/identity/pseudonym.ts';
import type { Warehouse } from '../../../ingestor/src/warehouse/warehouse.ts';
import { startAdapter, type Adapter } from '../../grafana/adapter.ts';
import { rowsView } from './rows-view.ts';

const dist = fileURLToPath(new URL('../../../grafana-plugin/dist/', import.meta.url));
const megabyte = 1024 * 1024;

/**
 * `npm run bench -- grafana`: answers of 10,000 and 1,000,000 rows (a time, two texts, a boolean, four numbers) from the
 * service alone and through the backend to Grafana's JSON, the backend's peak memory, and the bytes of the built plugin. The view
 * answers from memory: QuestDB is measured by `views`.
 */
export async function run({ quick }: { quick: boolean }): Promise<void> {
  const config = {
    ...parseFileConfig({ views: { max_rows: 2_000_000 } }, 'bench'),
    dataDir: '/nonexistent',
    tokens: [],
  };
  const app = await buildApp({
    config: { httpHost: '127.0.0.1', ...config } as unknown as Config,
    warehouse: { reader: {}, writer: {} } as Warehouse,
    pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 1), privacy: config.privacy }),
    sources: [],
    views: [rowsView],
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const adapter = await startAdapter();
  try {
    await adapter.configure('bench', { url, jsonData: { timeoutSeconds: 300 } });
    for (const rows of [10_000, ...(quick ? [100_000] : [1_000_000])]) await measure(url, adapter, rows, quick ? 3 : 5);
  } finally {
    await adapter.stop();
    await app.close();
  }
  await printSizes();
}

async function measure(url: string, adapter: Adapter, rows: number, times: number): Promise<void> {
  const query = { refId: 'A', view: rowsView.id, params: { rows } };
  const range = { from: '1767225600000', to: '1769904000000' };
  const direct = await timed(times, () =>
    fetch(`${url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/vnd.apache.arrow.file' },
      body: JSON.stringify({ queries: [query], range }),
    }),
  );
  console.log(line(`${rows.toLocaleString('en')} rows, service alone (Arrow)`, direct));
  for (const format of ['table', 'time_series']) {
    const through = await timed(times, () =>
      fetch(`${adapter.url}/api/ds/query`, {
        method: 'POST',
        body: JSON.stringify({ queries: [{ ...query, format, datasource: { uid: 'bench' } }], ...range }),
      }),
    );
    console.log(
      `${line(`${rows.toLocaleString('en')} rows, through the backend (${format}, JSON)`, through)}, backend's peak ${peakMb(adapter.pid).toFixed(0)} MB`,
    );
  }
}

interface Taken {
  readonly medianMs: number;
  readonly bytes: number;
}

async function timed(times: number, ask: () => Promise<Response>): Promise<Taken> {
  const taken: number[] = [];
  let bytes = 0;
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    const response = await ask();
    const body = await response.arrayBuffer();
    taken.push(performance.now() - startedAt);
    if (!response.ok) throw new Error(Buffer.from(body).toString('utf8').slice(0, 500));
    bytes = body.byteLength;
  }
  return { medianMs: taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0, bytes };
}

function line(what: string, { medianMs, bytes }: Taken): string {
  return `${what.padEnd(62)} ${medianMs.toFixed(0).padStart(7)} ms ${(bytes / megabyte).toFixed(1).padStart(7)} MB`;
}

function peakMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** What is shipped: executables by platform, and everything else. */
async function printSizes(): Promise<void> {
  const files = await readdir(dist, { recursive: true }).catch(() => null);
  if (files === null) {
    console.log('grafana-plugin/dist is not built: npm run build --workspace grafana-plugin');
    return;
  }
  let frontend = 0;
  for (const name of files.sort()) {
    const info = await stat(join(dist, name));
    if (!info.isFile()) continue;
    if (name.includes('gpx_')) console.log(`${name.padEnd(62)} ${(info.size / megabyte).toFixed(1).padStart(18)} MB`);
    else if (!name.endsWith('.map')) frontend += info.size;
  }
  console.log(`${'frontend, without source maps'.padEnd(62)} ${(frontend / megabyte).toFixed(2).padStart(18)} MB`);
}

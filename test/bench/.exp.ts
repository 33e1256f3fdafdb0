import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
const root = '/work/main/';
const { questdbEnvironment, javaArguments } = await import(root + 'ingestor/src/warehouse/questdb-settings.ts');
const { Child } = await import(root + 'test/support/child.ts');
const { IngestorProcess } = await import(root + 'test/support/ingestor-process.ts');
const { freePorts } = await import(root + 'test/support/ports.ts');
const { makeSeries } = await import(root + 'test/bench/remote-write/series.ts');
const { BodyMaker } = await import(root + 'test/bench/remote-write/bodies.ts');
const { sendAll, quantile } = await import(root + 'test/bench/remote-write/load.ts');
const { cpuSeconds } = await import(root + 'test/bench/remote-write/targets.ts');
const sleepy = Object.fromEntries(['YIELD','NAP','SLEEP'].map((k, i) => [`QDB_WAL_APPLY_WORKER_${k}_THRESHOLD`, String(1 + i)]));
const one = { QDB_SHARED_WORKER_COUNT: '1', QDB_HTTP_WORKER_COUNT: '1', QDB_WAL_APPLY_WORKER_COUNT: '1' , QDB_PG_WORKER_COUNT: '1'};
const configs: Record<string, Record<string, string>> = {
  base: {},
  split1m: { QDB_CAIRO_O3_PARTITION_SPLIT_MIN_SIZE: '1048576' },
  sleep100: { ...sleepy, QDB_WAL_APPLY_WORKER_SLEEP_TIMEOUT: '100' },
  one,
  all: { ...one, ...sleepy, QDB_WAL_APPLY_WORKER_SLEEP_TIMEOUT: '100', QDB_CAIRO_O3_PARTITION_SPLIT_MIN_SIZE: '1048576' },
};
const series = makeSeries(5000);
for (let round = 0; round < 2; round++)
for (const [name, extra] of Object.entries(configs)) {
  if (process.env.ONLY && !process.env.ONLY.split(',').includes(name)) continue;
  const dir = await mkdtemp('/tmp/hotpath-exp/q-');
  const [h, p] = await freePorts(2);
  const creds = { questdb_http_password: 'a', questdb_pg_password: 'b', questdb_pg_read_password: 'c' };
  const settings = { httpPort: h, pgPort: p, heapMb: 512, commitMode: 'sync', queryTimeoutSeconds: 60, credentials: creds };
  const java = new Child('java', javaArguments('/tmp/qdb/lib/questdb-9.3.4.jar', dir, settings), { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...questdbEnvironment(settings), ...extra } });
  for (let i = 0; i < 100; i++) { try { if ((await fetch(`http://127.0.0.1:${h}/ping`)).status < 500) break; } catch {} await new Promise(r => setTimeout(r, 300)); }
  const ing = await IngestorProcess.start({ questdb: { httpUrl: `http://127.0.0.1:${h}`, http: { user: 'sce_voice', password: 'a' }, httpToken: null, pgHost: '127.0.0.1', pgPort: p, pgDatabase: 'qdb', pgWriter: { user: 'sce_voice', password: 'b' }, pgReader: { user: 'sce_voice_read', password: 'c' } } });
  const wh = ing.warehouse();
  let ts = Date.now() - 5 * 3600_000;
  const go = async (conns: number, samples: number) => {
    const makers = Array.from({ length: conns }, (_, i) => new BodyMaker('1.0', series.filter((_l: unknown, k: number) => k % conns === i), ts, 5000));
    const n = Math.ceil(samples / 2000 / conns);
    const bodies = makers.map((m: any) => Array.from({ length: n }, () => m.make(2000)));
    const b = [cpuSeconds(ing.child.pid), cpuSeconds(java.pid)];
    const r = await sendAll(ing.url + '/api/v1/write', '1.0', bodies);
    await wh.settle(['samples']); await new Promise(r => setTimeout(r, 1500));
    ts = Math.max(...makers.map((m: any) => m.timestamp));
    const a = [cpuSeconds(ing.child.pid), cpuSeconds(java.pid)];
    const per = a.map((x, i) => ((x - b[i]!) / (n * conns * 2000)) * 1e6);
    return `conns ${conns}: ingestor ${per[0]!.toFixed(2)} questdb ${per[1]!.toFixed(2)} p99 ${quantile(r.latencies, 0.99).toFixed(0)}`;
  };
  await go(16, 300_000);
  console.log(name.padEnd(10), await go(16, 400_000), '|', await go(4, 400_000));
  await wh.close(); await ing.remove().catch(() => {}); await java.stop(); await rm(dir, { recursive: true, force: true });
}

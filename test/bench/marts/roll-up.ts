import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { seriesId, type LabelPair } from '../../../ingestor/src/sources/prometheus/series-id.ts';
import { migrate } from '../../../ingestor/src/warehouse/migrate.ts';
import { metricRange } from '../../../ingestor/src/warehouse/metric-range.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { Row } from '../../../ingestor/src/warehouse/warehouse.ts';
import { allMigrations } from '../../support/migrations.ts';
import { startOwnQuestdb } from '../../support/own-questdb.ts';
import { cpuSeconds, cpuSecondsByThread, Profile } from './profile.ts';

/**
 * Prints how long the roll-up of a day takes and what a container-day costs on disk: 1,000 containers, samples every 15 s, in
 * a QuestDB of its own. SCE_BENCH_CONTAINERS for fewer, SCE_BENCH_DIR to keep the loaded day for the next time,
 * SCE_BENCH_VERBOSE for CPU by statement (=serial: one at a time).
 */
export async function run(): Promise<void> {
  const containers = Number(process.env['SCE_BENCH_CONTAINERS'] ?? 1000);
  const nodes = 16;
  const dataDir = process.env['SCE_BENCH_DIR'];
  const questdb = await startOwnQuestdb({ heapMb: 512, javaArguments: [], ...(dataDir ? { dataDir } : {}) });
  const warehouse = new QuestdbWarehouse(questdb.questdb.connection, { queryTimeoutMs: 120_000 });
  await migrate(warehouse, { files: allMigrations(), version: 'bench' });
  const day = new Date('2026-03-02T00:00:00Z');

  const series: Row[] = [];
  const add = (metric: string, labels: Record<string, string>): void => {
    const sorted = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)) as LabelPair[];
    const of = (name: string): string | null => labels[name] ?? null;
    series.push({
      timestamp: day,
      series: seriesId(metric, sorted),
      metric,
      job: 'bench',
      instance: null,
      cluster: 'bench',
      namespace: of('namespace'),
      node: of('node'),
      pod: of('pod'),
      container: of('container'),
      uid: of('uid'),
      labels: JSON.stringify(Object.fromEntries(sorted)),
    });
  };
  for (let index = 0; index < containers; index++) {
    const pod = { cluster: 'bench', namespace: 'jupyter', pod: `pod_${index}`, uid: `uid-${index}` };
    const node = `node-${index % nodes}`;
    const container = { ...pod, container: 'notebook' };
    const advisor = {
      cluster: 'bench',
      namespace: 'jupyter',
      pod: pod.pod,
      container: 'notebook',
      node,
      id: `/kubepods/pod${pod.uid}/c`,
    };
    add('container_cpu_usage_seconds_total', { ...advisor, cpu: 'total' });
    add('container_memory_working_set_bytes', advisor);
    add('kube_pod_info', { ...pod, node });
    for (const metric of ['kube_pod_created', 'kube_pod_start_time']) add(metric, pod);
    for (const phase of ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'])
      add('kube_pod_status_phase', { ...pod, phase });
    add('kube_pod_container_info', {
      ...container,
      image: 'registry.example.com/sce/rstudio:4.4.1',
      image_id: 'registry.example.com/sce/rstudio@sha256:ab',
    });
    add('kube_pod_container_resource_requests', { ...container, resource: 'cpu', unit: 'core' });
    add('kube_pod_container_resource_requests', { ...container, resource: 'memory', unit: 'byte' });
    add('kube_pod_annotations', { ...pod, annotation_hub_jupyter_org_username: `u_${index}` });
  }
  for (let index = 0; index < nodes; index++)
    for (const resource of ['cpu', 'memory'])
      add('kube_node_status_allocatable', { cluster: 'bench', node: `node-${index}`, resource, unit: 'core' });
  await warehouse.writer.write([{ table: 'series', rows: series }]);
  await warehouse.settle(['series']);

  /** Loads directly: the write path has a bench of its own. Values of requests and times by metric. */
  const values: Record<string, string> = {
    container_cpu_usage_seconds_total: '(x * 15) * ((abs(series) % 100) / 100.0)',
    container_memory_working_set_bytes: '1e9 + 1e8 * rnd_double()',
    kube_pod_created: `${day.getTime() / 1000}.0`,
    kube_pod_start_time: `${day.getTime() / 1000}.0`,
    kube_pod_container_resource_requests: '16.0',
    kube_node_status_allocatable: '1024.0',
    kube_pod_status_phase: `case when phase = 'Running' then 1.0 else 0.0 end`,
  };
  const cadvisor = `metric in ('container_cpu_usage_seconds_total', 'container_memory_working_set_bytes')`;
  const [loaded] = await warehouse.reader.rows<{ n: number }>('select count() n from samples');
  const steps = [
    [cadvisor, 15],
    [`not ${cadvisor}`, 60],
  ] as const;
  for (const [filter, step] of (loaded?.n ?? 0) > 0 ? [] : steps)
    for (let hour = 0; hour < 24; hour++) {
      const perHour = 3600 / step;
      const value = `case ${Object.entries(values)
        .map(([metric, expression]) => `when metric = '${metric}' then ${expression}`)
        .join(' ')} else 1.0 end`;
      await warehouse.reader.execute(
        `insert into samples select at, series, ${value} from (
         select dateadd('s', ((x - 1) * ${step})::int, '${day.toISOString()}') at, x from long_sequence(${86_400 / step}) where x > ${hour * perHour} and x <= ${(hour + 1) * perHour}
       ) cross join (select series, metric, json_extract(labels, '$.phase')::varchar phase from series where ${filter})`,
      );
    }
  const [raw] = await warehouse.reader.rows<{ n: number }>('select count() n from samples');
  const cpu = metricRange('container_cpu_usage_seconds_total');
  const [cpuSamples] = await warehouse.reader.rows<{ n: number }>(
    'select count() n from samples where series between $1 and $2',
    [cpu.low, cpu.high],
  );
  console.log(`${containers} containers, one day: ${String(raw?.n)} samples, ${String(cpuSamples?.n)} of CPU`);

  // A kept day: the marts of the last time go, the raw data stay.
  for (const { name } of await warehouse.reader.rows<{ name: string }>(
    `select name from wal_tables() where name not in ('samples', 'series', 'series_ends', 'schema_migrations') and sequencerTxn > 0`,
  ))
    await warehouse.reader.execute(`truncate table ${name}`);

  const pid = questdb.questdb.pid ?? 0;
  const profile = process.env['SCE_BENCH_VERBOSE']
    ? new Profile(warehouse, pid, process.env['SCE_BENCH_VERBOSE'] === 'serial')
    : null;
  for (const attempt of ['first run', 'again', 'again', 'again', 'again', 'again, warm']) {
    const runner = new MartRunner({ warehouse, config: parseFileConfig({}, 'bench') as Config });
    profile?.reset();
    const startedAt = performance.now();
    const questdbBefore = cpuSeconds(pid);
    const nodeBefore = process.cpuUsage();
    const threadsBefore = cpuSecondsByThread(pid);
    if (attempt === 'first run') await runner.run();
    else await runner.recompute(day, new Date(day.getTime() + 86_400_000));
    const node = process.cpuUsage(nodeBefore);
    console.log(
      `roll-up of the day, ${attempt}: ${((performance.now() - startedAt) / 1000).toFixed(2)} s; CPU: QuestDB ${(cpuSeconds(pid) - questdbBefore).toFixed(2)} s, node ${((node.user + node.system) / 1e6).toFixed(2)} s`,
    );
    if (profile)
      console.log(
        [...cpuSecondsByThread(pid)]
          .map(([name, seconds]) => [name, seconds - (threadsBefore.get(name) ?? 0)] as const)
          .filter(([, seconds]) => seconds >= 0.05)
          .sort(([, left], [, right]) => right - left)
          .map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`)
          .join(', '),
      );
    if (profile)
      console.log(
        [`${profile.statements} statements; QuestDB s, node s, wall s, count`, ...profile.lines()].join('\n'),
      );
  }
  const sizes = await warehouse.reader.rows<{ t: string; bytes: number; n: number }>(
    `select 'container_usage' t, sum(diskSize) bytes, sum(numRows) n from table_partitions('container_usage') union all
   select 'container_usage_1h', sum(diskSize), sum(numRows) from table_partitions('container_usage_1h') union all
   select 'container_usage_1d', sum(diskSize), sum(numRows) from table_partitions('container_usage_1d')`,
  );
  for (const { t, bytes, n } of sizes)
    console.log(
      `${t}: ${String(n)} rows, ${Math.round(bytes / containers)} bytes per container-day on disk (pre-allocation included)`,
    );
  await warehouse.close();
  await questdb.stop();
}

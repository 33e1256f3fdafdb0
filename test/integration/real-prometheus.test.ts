import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { Child } from '../support/child.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { poll } from '../support/poll.ts';
import { PrometheusProcess, startNodeExporter, type MatrixSeries } from '../support/prometheus-process.ts';

const token = 'integration-test-write-token';
const rangeSeconds = 12;

let ingestor: IngestorProcess;
let nodeExporter: { child: Child; target: string };
let prometheus: PrometheusProcess;
let warehouse: QuestdbWarehouse;

beforeAll(async () => {
  // Pseudonyms would change paths; their own tests look at them. Here labels must come out as they went in.
  [ingestor, nodeExporter] = await Promise.all([
    IngestorProcess.start({ config: { privacy: { pseudonyms: false } }, env: { SCE_WRITE_TOKEN: token } }),
    startNodeExporter(),
  ]);
  warehouse = ingestor.warehouse();
  prometheus = await PrometheusProcess.start(async (self, directory) => {
    const tokenFile = join(directory, 'token');
    await writeFile(tokenFile, token, { mode: 0o600 });
    return {
      global: {
        scrape_interval: '1s',
        scrape_timeout: '1s',
        external_labels: { cluster: 'integration', __replica__: 'prometheus-0' },
      },
      scrape_configs: [
        { job_name: 'prometheus', static_configs: [{ targets: [self] }] },
        { job_name: 'node', static_configs: [{ targets: [nodeExporter.target] }] },
      ],
      remote_write: [
        {
          url: `${ingestor.url}/api/v1/write`,
          authorization: { credentials_file: tokenFile },
          queue_config: { batch_send_deadline: '500ms', min_backoff: '100ms', max_backoff: '1s' },
          metadata_config: { send_interval: '2s' },
        },
      ],
    };
  });
});

afterAll(async () => {
  await prometheus.stop();
  await nodeExporter.child.stop();
  await warehouse.close();
  await ingestor.remove();
});

const key = (metric: string, labels: Readonly<Record<string, string>>): string =>
  `${metric}${JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)))}`;

/** Bits of a double, so that −0 is not 0 and the last digit counts. */
function bits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** `timestampMs=bits` of every sample that is stored: NaN and infinities are only counted. */
const storable = ({ values }: MatrixSeries): string[] =>
  values
    .map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)] as const)
    .filter(([, value]) => Number.isFinite(value))
    .map(([time, value]) => `${time}=${bits(value)}`);

/** Everything in QuestDB between two times (exclusive, inclusive), by series. */
async function stored(from: number, to: number): Promise<Map<string, string[]>> {
  const { rows } = await warehouse.reader.query(
    `with s as (select series, last(metric) as metric, last(labels) as labels from series group by series)
     select s.metric, s.labels, samples.timestamp, samples.value from samples join s on (series)
     where samples.timestamp > $1 and samples.timestamp <= $2 order by samples.timestamp`,
    [new Date(from), new Date(to)],
  );
  const found = new Map<string, string[]>();
  for (const [metric, labels, timestamp, value] of rows) {
    const name = key(metric as string, JSON.parse(labels as string) as Record<string, string>);
    const samples = found.get(name) ?? [];
    samples.push(`${(timestamp as Date).getTime()}=${bits(value as number)}`);
    found.set(name, samples);
  }
  return found;
}

/** The time of the newest sample of `up`, as QuestDB has it for the job seen least recently. */
async function newest(): Promise<number> {
  const rows = await warehouse.reader.rows<{ newest: Date }>(
    `select s.job, max(samples.timestamp) as newest from samples
     join (select series, last(job) as job from series where metric = 'up' group by series) s on (series)
     group by s.job order by newest`,
  );
  return rows.length === 2 ? rows[0]!.newest.getTime() : 0;
}

describe("Debian's Prometheus, scraping node_exporter and itself", () => {
  it('finds every sample of its own query API in QuestDB, bit by bit', async () => {
    const started = Date.now();
    const to = started + (rangeSeconds + 2) * 1000;
    // Everything up to `to` has arrived when both jobs have samples well after it.
    await poll('samples of both jobs', async () => (await newest()) > to + 2_000, { timeoutMs: 60_000 });
    const series = await prometheus.samples(`{__name__=~".+"}[${rangeSeconds}s]`, to);
    const ours = await stored(to - rangeSeconds * 1000 - 1, to);

    expect(series.length).toBeGreaterThan(500);
    let compared = 0;
    for (const one of series) {
      const { __name__: metric, ...labels } = one.metric;
      const expected = storable(one);
      const name = key(metric!, { ...labels, cluster: 'integration' });
      expect(ours.get(name) ?? [], name).toEqual(expected);
      compared += expected.length;
    }
    expect(compared).toBeGreaterThan(series.length * (rangeSeconds - 4));
    // Nor is there anything that Prometheus does not know.
    const theirs = new Set(
      series.map(({ metric: { __name__: metric, ...labels } }) => key(metric!, { ...labels, cluster: 'integration' })),
    );
    expect([...ours.keys()].filter((name) => !theirs.has(name))).toEqual([]);
  });

  it('brings its metadata', async () => {
    const rows = await poll('metadata', async () => {
      const found = await warehouse.reader.rows<{ metric: string; type: string; help: string }>(
        `select metric, type, help from metric_metadata where metric in ('node_load1', 'prometheus_http_requests_total')
         latest on timestamp partition by metric`,
      );
      return found.length === 2 ? found : null;
    });
    const byMetric = Object.fromEntries(rows.map((row) => [row.metric, row]));
    expect(byMetric['node_load1']).toMatchObject({ type: 'gauge', help: '1m load average.' });
    expect(byMetric['prometheus_http_requests_total']).toMatchObject({ type: 'counter' });
  });

  it('ends the series of a target that is gone, and stores no stale marker as a value', async () => {
    const before = Date.now();
    await nodeExporter.child.stop();
    const ended = await poll('stale markers', async () => {
      const rows = await warehouse.reader.rows<{ metric: string; ended: Date }>(
        `select s.metric, max(series_ends.timestamp) as ended from series_ends
         join (select series, last(metric) as metric, last(job) as job from series group by series) s on (series)
         where s.job = 'node' group by s.metric`,
      );
      // Markers come in more than one request: wait for the one that is compared below.
      const load = rows.find(({ metric }) => metric === 'node_load1');
      return load !== undefined && rows.length > 100 ? { rows, load } : null;
    });
    for (const { ended: at } of ended.rows) expect(at.getTime()).toBeGreaterThan(before - 2_000);
    await warehouse.settle(['samples']);
    const [blank] = await warehouse.reader.rows<{ rows: number }>(
      'select count() as rows from samples where value is null',
    );
    expect(blank?.rows).toBe(0);
    const [load] = await warehouse.reader.rows<{ last: Date }>(
      `select max(samples.timestamp) as last from samples
       join (select series from series where metric = 'node_load1' group by series) s on (series)`,
    );
    expect(load!.last.getTime()).toBeLessThan(ended.load.ended.getTime());
  });

  it('is told nothing it would have to drop', async () => {
    const text = await (await fetch(`${prometheus.url}/metrics`)).text();
    const total = (name: string): number =>
      [...text.matchAll(new RegExp(`^${name}\\{.*\\} (.+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
    expect(total('prometheus_remote_storage_samples_total')).toBeGreaterThan(1_000);
    expect(total('prometheus_remote_storage_samples_failed_total')).toBe(0);
    expect(total('prometheus_remote_storage_samples_dropped_total')).toBe(0);
  });
});

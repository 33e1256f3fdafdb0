import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricRange } from '../../ingestor/src/warehouse/metric-range.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { SeriesInput } from '../support/remote-write/encode.ts';
import { receivingApp, type ReceivingApp } from '../support/remote-write/receiving-app.ts';
import { send, type Protocol } from '../support/remote-write/send.ts';
import { useWarehouse } from '../support/warehouse.ts';

let warehouse: QuestdbWarehouse;
let receiving: ReceivingApp;
const now = Date.now();
const at = new Date(now);

beforeAll(async () => {
  warehouse = await useWarehouse();
  receiving = receivingApp(warehouse);
});
afterAll(() => receiving.app.close());

async function rowsOf(
  table: string,
  metric: string,
  columns: string,
  order: string,
): Promise<Record<string, unknown>[]> {
  await warehouse.settle([table, 'series']);
  const { low, high } = metricRange(metric);
  return warehouse.reader.rows(`select ${columns} from ${table} where series between $1 and $2 order by ${order}`, [
    low,
    high,
  ]);
}

describe.each<Protocol>(['1.0', '2.0'])('remote-write %s', (protocol) => {
  const name = (metric: string): string => `${metric}_v${protocol[0]}`;
  const store = async (series: SeriesInput): Promise<void> => {
    const answer = await send(receiving.app, protocol, [series]);
    expect(answer.statusCode, answer.body).toBe(204);
  };

  it('stores an integer histogram with exponential buckets as rows of absolute counts', async () => {
    await store({
      labels: { __name__: name('exponential'), job: 'x' },
      histograms: [
        {
          timestamp: now,
          countInt: 12,
          sum: 18.4,
          schema: 0,
          zeroThreshold: 0.001,
          zeroCountInt: 2,
          resetHint: 2,
          positiveSpans: [
            { offset: 0, length: 2 },
            { offset: 1, length: 2 },
          ],
          positiveDeltas: [1, 1, -1, 0],
          negativeSpans: [{ offset: 1, length: 2 }],
          negativeDeltas: [2, 1],
        },
      ],
    });
    expect(
      await rowsOf(
        'histograms',
        name('exponential'),
        'timestamp, count, sum, schema, zero_count, zero_threshold, reset_hint, is_float',
        'timestamp',
      ),
    ).toEqual([
      {
        timestamp: at,
        count: 12,
        sum: 18.4,
        schema: 0,
        zero_count: 2,
        zero_threshold: 0.001,
        reset_hint: 'no',
        is_float: false,
      },
    ]);
    expect(
      await rowsOf('histogram_buckets', name('exponential'), 'side, bucket, lower, upper, count', 'lower'),
    ).toEqual([
      { side: 'negative', bucket: 2, lower: -4, upper: -2, count: 3 },
      { side: 'negative', bucket: 1, lower: -2, upper: -1, count: 2 },
      { side: 'positive', bucket: 0, lower: 0.5, upper: 1, count: 1 },
      { side: 'positive', bucket: 1, lower: 1, upper: 2, count: 2 },
      { side: 'positive', bucket: 3, lower: 4, upper: 8, count: 1 },
      { side: 'positive', bucket: 4, lower: 8, upper: 16, count: 1 },
    ]);
  });

  it('stores a float gauge histogram with custom buckets, the last one without an upper bound', async () => {
    await store({
      labels: { __name__: name('custom'), job: 'x' },
      histograms: [
        {
          timestamp: now,
          countFloat: 3.5,
          sum: 9,
          schema: -53,
          resetHint: 3,
          customValues: [1, 2.5],
          positiveSpans: [{ offset: 0, length: 3 }],
          positiveCounts: [1, 2, 0.5],
        },
      ],
    });
    expect(await rowsOf('histograms', name('custom'), 'count, schema, reset_hint, is_float', 'timestamp')).toEqual([
      { count: 3.5, schema: -53, reset_hint: 'gauge', is_float: true },
    ]);
    expect(await rowsOf('histogram_buckets', name('custom'), 'bucket, lower, upper, count', 'bucket')).toEqual([
      { bucket: 0, lower: null, upper: 1, count: 1 },
      { bucket: 1, lower: 1, upper: 2.5, count: 2 },
      { bucket: 2, lower: 2.5, upper: null, count: 0.5 },
    ]);
  });

  it('refuses a histogram whose buckets do not add up', async () => {
    const answer = await send(receiving.app, protocol, [
      {
        labels: { __name__: name('wrong') },
        histograms: [
          {
            timestamp: now,
            countInt: 5,
            sum: 1,
            schema: 0,
            positiveSpans: [{ offset: 0, length: 1 }],
            positiveDeltas: [4],
          },
        ],
      },
    ]);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/do not add up/);
  });

  it('stores exemplars', async () => {
    const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736';
    await store({
      labels: { __name__: name('traced'), job: 'x' },
      samples: [{ value: 3, timestamp: now }],
      exemplars: [
        { labels: { trace_id, span: 'a' }, value: 0.25, timestamp: now },
        { labels: {}, value: 1, timestamp: now },
      ],
    });
    expect(await rowsOf('exemplars', name('traced'), 'value, trace_id, labels', 'value')).toEqual([
      { value: 0.25, trace_id, labels: `{"span":"a","trace_id":"${trace_id}"}` },
      { value: 1, trace_id: '', labels: '{}' },
    ]);
  });
});

it('stores created timestamps of 2.0 once, and start timestamps of samples', async () => {
  const series = { labels: { __name__: 'created', job: 'x' }, createdTimestamp: now - 5_000 };
  await send(receiving.app, '2.0', [{ ...series, samples: [{ value: 1, timestamp: now }] }]);
  await send(receiving.app, '2.0', [{ ...series, samples: [{ value: 2, timestamp: now + 1 }] }]);
  await send(receiving.app, '2.0', [
    { labels: series.labels, samples: [{ value: 3, timestamp: now + 2, startTimestamp: now - 1_000 }] },
  ]);
  expect(await rowsOf('series_starts', 'created', 'timestamp', 'timestamp')).toEqual([
    { timestamp: new Date(now - 5_000) },
    { timestamp: new Date(now - 1_000) },
  ]);
});

it('keeps counts of what it did not store, for data-quality', async () => {
  const own = receivingApp(warehouse);
  await send(own.app, '1.0', [
    {
      labels: { __name__: 'rejected', job: 'x' },
      samples: [NaN, NaN, Infinity].map((value, i) => ({ value, timestamp: now + i })),
    },
  ]);
  await own.app.close();
  await warehouse.settle(['ingest_rejections']);
  const rows = await warehouse.reader.rows(
    `select job, reason, sum(count) as count from ingest_rejections where metric = 'rejected' order by reason`,
  );
  expect(rows).toEqual([
    { job: 'x', reason: 'infinite', count: 1 },
    { job: 'x', reason: 'not_a_number', count: 2 },
  ]);
});

it('stores one of two replicas, agrees on it across ingestors, and fails over', async () => {
  let clock = now;
  const options = { now: () => clock };
  const [first, second] = [receivingApp(warehouse, {}, options), receivingApp(warehouse, {}, options)];
  const from = (replica: string, value: number): SeriesInput[] => [
    {
      labels: { __name__: 'paired', __replica__: replica, cluster: 'c1', job: 'x' },
      samples: [{ value, timestamp: clock }],
    },
  ];
  const written = async (target: ReceivingApp, replica: string, value: number): Promise<string> => {
    const answer = await send(target.app, '2.0', from(replica, value));
    expect(answer.statusCode, answer.body).toBe(204);
    return String(answer.headers['x-prometheus-remote-write-samples-written']);
  };
  expect(await written(first, 'a', 1)).toBe('1');
  expect(await written(first, 'b', 2)).toBe('0');
  expect(await written(second, 'b', 2)).toBe('0');
  clock += 20_000;
  expect(await written(second, 'a', 3)).toBe('1');
  clock += 29_000;
  expect(await written(second, 'b', 4)).toBe('0');
  clock += 1_001;
  expect(await written(second, 'b', 5)).toBe('1');
  expect(await written(second, 'a', 6)).toBe('0');
  await first.app.close();
  await second.app.close();
  const values = await rowsOf('samples', 'paired', 'value', 'timestamp');
  expect(values.map(({ value }) => value)).toEqual([1, 3, 5]);
  const labels = await warehouse.reader.rows(`select distinct series, labels from series where metric = 'paired'`);
  expect(labels.map((row) => row['labels'])).toEqual(['{"cluster":"c1","job":"x"}']);
});

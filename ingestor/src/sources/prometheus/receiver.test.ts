import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellValue, TableRows, Warehouse } from '../../warehouse/warehouse.ts';
import { SceError } from '../../errors.ts';
import {
  encodeRawV2,
  encodeV1,
  encodeV2,
  snappy,
  type SeriesInput,
} from '../../../../test/support/remote-write/encode.ts';
import { receivingApp, type ReceivingApp } from '../../../../test/support/remote-write/receiving-app.ts';
import { headersV1, headersV2, send, sendRaw, type Protocol } from '../../../../test/support/remote-write/send.ts';

/** A warehouse that remembers what it was given: the tables here are about answers; test/integration has the real one. */
class RememberingWarehouse implements Warehouse {
  rows: Record<string, Record<string, CellValue>[]> = {};
  lines = 0;
  posts = 0;
  failure: SceError | null = null;
  gate: Promise<void> = Promise.resolve();
  readonly writer = {
    write: async (batches: readonly TableRows[]): Promise<void> => {
      await this.gate;
      if (this.failure) throw this.failure;
      for (const { table, rows } of batches) (this.rows[table] ??= []).push(...rows);
    },
    writeLines: async (table: string, lines: Uint8Array): Promise<void> => {
      await this.gate;
      if (this.failure) throw this.failure;
      if (table === 'series') {
        for (const [, metric, id] of Buffer.from(lines)
          .toString('utf8')
          .matchAll(/^series,metric=((?:\\.|[^, ])+).* series=(-?\d+)i,/gm))
          (this.rows['series'] ??= []).push({ metric: metric!, series: BigInt(id!) });
        return;
      }
      this.posts++;
      this.lines += Buffer.from(lines).toString('latin1').split('samples series=').length - 1;
    },
  };
  readonly reader = {
    query: () => Promise.resolve({ columns: [], rows: [] }),
    rows: () => Promise.resolve([]),
    execute: () => Promise.resolve(),
  };
  settle(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const now = Date.now();
const sample = { value: 1, timestamp: now };
const good: SeriesInput = { labels: { __name__: 'good', job: 'j' }, samples: [sample] };
let warehouse: RememberingWarehouse;
let receiving: ReceivingApp;

beforeEach(() => {
  warehouse = new RememberingWarehouse();
  receiving = receivingApp(warehouse);
});
afterEach(() => receiving.app.close());

describe.each<Protocol>(['1.0', '2.0'])('remote-write %s accepts', (protocol) => {
  const cases: [string, SeriesInput[], number][] = [
    ['one sample', [good], 1],
    ['no series at all', [], 0],
    ['a series without samples', [{ labels: { __name__: 'x' } }], 0],
    ['a UTF-8 name and value', [{ labels: { __name__: 'größe.von/allem', 標籤: '値 🙂' }, samples: [sample] }], 1],
    [
      'the value 0, which encoders leave out',
      [{ labels: { __name__: 'x' }, samples: [{ value: 0, timestamp: now }] }],
      1,
    ],
    ['a series twice', [good, good], 2],
    ['an empty label value as no label', [{ labels: { __name__: 'x', a: '' }, samples: [sample] }], 1],
  ];
  it.each(cases)('%s', async (_name, series, lines) => {
    // Twice: what the first request left behind must not change the second.
    for (const times of [1, 2]) {
      const answer = await send(receiving.app, protocol, series);
      expect(answer.statusCode, answer.body).toBe(204);
      expect(answer.body).toBe('');
      expect(warehouse.lines).toBe(lines * times);
      if (protocol === '2.0') expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe(String(lines));
    }
  });
});

describe.each<Protocol>(['1.0', '2.0'])('remote-write %s refuses', (protocol) => {
  const bad = (labels: SeriesInput['labels'], timestamp = now): SeriesInput => ({
    labels,
    samples: [{ value: 1, timestamp }],
  });
  const cases: [string, SeriesInput, RegExp][] = [
    ['no metric name', bad({ job: 'nameless' }), /no_metric_name.*job="nameless".*no metric name/],
    ['an empty metric name', bad({ __name__: '', job: 'x' }), /no_metric_name/],
    [
      'an empty label name',
      bad([
        ['', 'v'],
        ['__name__', 'x'],
      ]),
      /empty_label_name/,
    ],
    [
      'a duplicate label',
      bad([
        ['__name__', 'x'],
        ['a', '1'],
        ['a', '2'],
      ]),
      /duplicate_label.*"a" occurs twice/,
    ],
    [
      'labels out of order',
      bad([
        ['__name__', 'x'],
        ['b', '1'],
        ['a', '2'],
      ]),
      /labels_out_of_order.*"a"/,
    ],
    ['a sample far in the future', bad({ __name__: 'x' }, now + 7_200_000), /in_the_future.*__name__="x"/],
    ['a sample far in the past', bad({ __name__: 'x' }, now - 500 * 86_400_000), /too_old/],
    ['a time before 1970', bad({ __name__: 'x' }, -1), /too_old/],
    ['the largest time', bad({ __name__: 'x' }, Number.MAX_SAFE_INTEGER), /in_the_future/],
    [
      'too many labels',
      bad({ __name__: 'x', ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`l${i}`, 'v'])) }),
      /too_many_labels/,
    ],
    ['a long label', bad({ __name__: 'x', l: 'v'.repeat(20_000) }), /label_too_long/],
  ];
  it.each(cases)('%s, and stores what is good', async (_name, series, message) => {
    for (const times of [1, 2]) {
      const answer = await send(receiving.app, protocol, [
        good,
        series,
        { ...good, labels: { __name__: 'also_good' } },
      ]);
      expect(answer.statusCode).toBe(400);
      expect(answer.json<{ code: string }>().code).toBe('WRITE_REJECTED');
      expect(answer.json<{ message: string }>().message).toMatch(message);
      expect(warehouse.lines).toBe(2 * times);
      if (protocol === '2.0') expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('2');
    }
  });
});

describe('remote-write 2.0 refuses', () => {
  const body = (timeseries: object[], symbols = ['', '__name__', 'x']): Buffer =>
    snappy(encodeRawV2({ symbols, timeseries }));
  const samples = [sample];
  const cases: [string, Buffer, RegExp][] = [
    [
      'a symbol out of range',
      body([{ labelsRefs: [1, 9], samples }]),
      /symbol_out_of_range.*series number 1.*symbol 9/,
    ],
    ['an odd number of references', body([{ labelsRefs: [1, 2, 1], samples }]), /odd_label_references/],
    ['no labels', body([{ labelsRefs: [], samples }]), /no_metric_name/],
    ['a first symbol that is not empty', body([{ labelsRefs: [0, 1], samples }], ['__name__', 'x']), /first symbol/],
    ['series without symbols', body([{ labelsRefs: [], samples }], []), /first symbol/],
  ];
  it.each(cases)('%s', async (_name, payload, message) => {
    for (let i = 0; i < 2; i++) {
      const answer = await sendRaw(receiving.app, payload, headersV2);
      expect(answer.statusCode).toBe(400);
      expect(answer.json<{ message: string }>().message).toMatch(message);
      expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('0');
      expect(answer.headers['x-prometheus-remote-write-histograms-written']).toBe('0');
      expect(answer.headers['x-prometheus-remote-write-exemplars-written']).toBe('0');
    }
  });
});

describe('content negotiation', () => {
  const v1 = snappy(encodeV1([good]));
  const v2 = snappy(encodeV2([good]));
  const cases: [string, Record<string, string>, Buffer, number][] = [
    [
      '1.0 with its message named',
      { ...headersV1, 'content-type': 'application/x-protobuf;proto=prometheus.WriteRequest' },
      v1,
      204,
    ],
    [
      '2.0 with a space before the parameter',
      { ...headersV2, 'content-type': 'application/x-protobuf; proto=io.prometheus.write.v2.Request' },
      v2,
      204,
    ],
    ['no content type', { 'content-encoding': 'snappy' }, v1, 204],
    ['1.0 without an encoding', { 'content-type': 'application/x-protobuf' }, v1, 204],
    [
      'another message',
      { ...headersV1, 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v9.Request' },
      v1,
      415,
    ],
    ['JSON', { ...headersV1, 'content-type': 'application/json' }, Buffer.from('{}'), 415],
    ['gzip', { ...headersV1, 'content-encoding': 'gzip' }, v1, 415],
    ['2.0 without an encoding', { 'content-type': headersV2['content-type'] }, v2, 415],
  ];
  it.each(cases)('%s', async (_name, headers, payload, status) => {
    const answer = await sendRaw(receiving.app, payload, headers);
    expect(answer.statusCode, answer.body).toBe(status);
    if (status === 415) expect(answer.json<{ message: string }>().message).toMatch(/application\/x-protobuf/);
  });
});

describe('limits', () => {
  it('refuses a decompression bomb by its header', async () => {
    const header = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]);
    expect((await sendRaw(receiving.app, header)).statusCode).toBe(413);
  });

  it('refuses a body that is too long on the wire, declared or not', async () => {
    const small = receivingApp(warehouse, { max_wire_bytes: 100 });
    expect((await sendRaw(small.app, Buffer.alloc(101))).statusCode).toBe(413);
    await small.app.close();
  });

  it('answers 503 with Retry-After when too much is pending', async () => {
    const small = receivingApp(warehouse, { max_pending_bytes: 10 });
    const answer = await send(small.app, '1.0', [good]);
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(small.receiver.pendingBytes).toBe(0);
    await small.app.close();
  });

  it('forgets series beyond max_series and still gives them the same id', async () => {
    const small = receivingApp(warehouse, { max_series: 10 });
    for (let i = 0; i < 100; i++) await send(small.app, '1.0', [{ labels: { __name__: `m${i}` }, samples: [sample] }]);
    expect(small.receiver.knownSeries).toBeLessThanOrEqual(10);
    await send(small.app, '1.0', [{ labels: { __name__: 'm0' }, samples: [sample] }]);
    const ids = warehouse.rows['series']?.filter(({ metric }) => metric === 'm0').map(({ series }) => series);
    expect(new Set(ids).size).toBe(1);
    await small.app.close();
  });
});

describe('group commit', () => {
  it('shares one flush between the requests that arrive while another runs', async () => {
    let open: () => void = () => undefined;
    warehouse.gate = new Promise((resolve) => (open = resolve));
    const first = send(receiving.app, '1.0', [good]);
    const others = Array.from({ length: 8 }, (_, i) =>
      send(receiving.app, '1.0', [{ labels: { __name__: `m${i}` }, samples: [sample] }]),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    open();
    const answers = await Promise.all([first, ...others]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(9).fill(204));
    expect(warehouse.lines).toBe(9);
    expect(warehouse.posts).toBeLessThan(9);
  });

  it('answers 503 to everything that relied on a failed flush, and registers the series again', async () => {
    warehouse.failure = new SceError('WAREHOUSE_UNAVAILABLE', 'away', { retryAfterSeconds: 3 });
    const failed = await send(receiving.app, '2.0', [good]);
    expect(failed.statusCode).toBe(503);
    expect(failed.headers['retry-after']).toBe('3');
    expect(failed.headers['x-prometheus-remote-write-samples-written']).toBe('0');
    warehouse.failure = null;
    expect((await send(receiving.app, '2.0', [good])).statusCode).toBe(204);
    expect(warehouse.rows['series']).toHaveLength(1);
    expect((await send(receiving.app, '2.0', [good])).statusCode).toBe(204);
    expect(warehouse.rows['series']).toHaveLength(1);
  });

  it('keeps nothing of a request that turns out to be malformed, and stores its series with the next one', async () => {
    const half = Buffer.concat([encodeV1([good]), Buffer.from([0x0a, 0x7f, 0x01])]);
    const refused = await sendRaw(receiving.app, snappy(half));
    expect(refused.statusCode).toBe(400);
    expect(refused.json<{ code: string }>().code).toBe('WRITE_UNDECODABLE');
    expect(warehouse.lines).toBe(0);
    expect(warehouse.rows['series']).toBeUndefined();
    expect((await send(receiving.app, '1.0', [good])).statusCode).toBe(204);
    expect(warehouse.rows['series']).toHaveLength(1);
    expect(warehouse.lines).toBe(1);
  });
});

it('writes metadata when they change, in both protocols', async () => {
  const metadata = (help: string) => [{ type: 1, metricFamilyName: 'good', help, unit: 's' }];
  for (const help of ['a', 'a', 'b'])
    expect((await send(receiving.app, '1.0', [], metadata(help))).statusCode).toBe(204);
  expect(warehouse.rows['metric_metadata']?.map(({ help, type }) => [help, type])).toEqual([
    ['a', 'counter'],
    ['b', 'counter'],
  ]);
  for (const help of ['b', 'c', 'c'])
    await send(receiving.app, '2.0', [{ ...good, metadata: { type: 1, help, unit: 's' } }]);
  expect(warehouse.rows['metric_metadata']).toHaveLength(3);
});

it('takes names of people out of its messages', async () => {
  const private_ = receivingApp(
    warehouse,
    {},
    { pseudonym: (_metric, name, value) => (name === 'pod' ? 'pod_0123' : value) },
  );
  const answer = await send(private_.app, '1.0', [
    { labels: { __name__: 'x', pod: 'jupyter-alice' }, samples: [{ value: 1, timestamp: 1 }] },
  ]);
  expect(answer.statusCode).toBe(400);
  expect(answer.body).toContain('pod_0123');
  expect(answer.body).not.toContain('alice');
  await private_.app.close();
});

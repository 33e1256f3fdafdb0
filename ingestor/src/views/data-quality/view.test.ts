import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { runView } from '../run-view.ts';
import { dataQuality } from './view.ts';

const now = new Date('2026-03-10T12:00:00Z');
const minute = 60_000;
let warehouse: Warehouse;

function series(id: bigint, job: string, metric: string, since = '2026-03-01T00:00:00Z'): Row {
  return { timestamp: new Date(since), series: id, job, metric, labels: '{}' };
}
/** Samples from `from` to `to` minutes before now. */
function samples(id: bigint, from: number, to: number, every: number): Row[] {
  const rows: Row[] = [];
  for (let at = from; at > to; at -= every)
    rows.push({ timestamp: new Date(now.getTime() - at * minute), series: id, value: 1 });
  return rows;
}

beforeAll(async () => {
  warehouse = await useWarehouse();
  const day = 24 * 60;
  await warehouse.writer.write([
    {
      table: 'series',
      rows: [
        series(1n, 'node', 'up'),
        series(-2n, 'node', 'up'),
        series(3n, 'node', 'load'),
        series(4n, 'hub', 'silent'),
        series(5n, 'hub', 'young', '2026-03-10T06:00:00Z'),
        series(6n, 'hub', 'ended'),
        // Known in two months: one series.
        series(1n, 'node', 'up', '2026-02-20T00:00:00Z'),
      ],
    },
    {
      table: 'samples',
      rows: [
        ...samples(1n, day, 0, 1), // complete
        ...samples(-2n, day, 12 * 60, 1), // the second half is missing: not idle, not covered
        ...samples(3n, day, 0, 5),
        ...samples(4n, 3 * day, 2 * day, 5), // fell silent before the window
        ...samples(5n, 6 * 60, 0, 1), // began six hours ago
        ...samples(6n, day, 6 * 60, 1), // ended by a marker
      ],
    },
    { table: 'series_ends', rows: [{ timestamp: new Date(now.getTime() - 6 * 60 * minute), series: 6n }] },
    {
      table: 'ingest_rejections',
      rows: [
        ...[1, 2].map((at) => ({
          timestamp: new Date(now.getTime() - at * minute),
          job: 'node',
          metric: 'up',
          reason: 'too_old',
          ingestor: 'a',
          count: 5,
        })),
        {
          timestamp: new Date(now.getTime() - minute),
          job: 'node',
          metric: 'up',
          reason: 'not_a_number',
          ingestor: 'a',
          count: 1,
        },
        {
          timestamp: new Date(now.getTime() - minute),
          job: 'bad',
          metric: 'only_refused',
          reason: 'in_the_future',
          ingestor: 'a',
          count: 7,
        },
        {
          timestamp: new Date(now.getTime() - 3 * day * minute),
          job: 'old',
          metric: 'long_ago',
          reason: 'too_old',
          ingestor: 'a',
          count: 7,
        },
      ],
    },
  ]);
  const run = (source: string, hours: number, outcome: string, code: string | null) => ({
    timestamp: new Date(now.getTime() - hours * 60 * minute),
    source,
    instance: 'main',
    outcome,
    error_code: code,
  });
  await warehouse.writer.write([
    {
      table: 'poll_runs',
      rows: [
        run('hr', 9, 'ok', null),
        run('hr', 1, 'refused', 'FEED_REFUSED'),
        run('images', 9, 'failed', 'SOURCE_FAILED'),
        run('images', 1, 'ok', null),
      ],
    },
  ]);
  await warehouse.settle(['series', 'samples', 'series_ends', 'ingest_rejections', 'poll_runs']);
});

const ask = (params: Record<string, unknown> = {}, to = now) =>
  runView(
    {
      view: dataQuality,
      principal: { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' },
      params,
      range: { from: '2026-02-10', to: to.toISOString() },
    },
    { reader: warehouse.reader, config: testConfig(), log: pino({ level: 'silent' }), now: () => now },
  );

describe('data-quality', () => {
  it('golden rows', async () => {
    const { rows, meta } = await ask();
    const newest = (minutes: number) => new Date(now.getTime() - minutes * minute);
    //        job     metric   samples active series newest      age s  coverage rejected reasons
    expect(rows).toEqual([
      ['hub', 'ended', 1080, 1, 1, newest(361), 361 * 60, 1, 0, null],
      ['hub', 'silent', 0, 0, 1, null, null, null, 0, null],
      ['hub', 'young', 360, 1, 1, newest(1), 60, 1, 0, null],
      ['node', 'load', 288, 1, 1, newest(5), 300, 1, 0, null],
      ['node', 'up', 2160, 2, 2, newest(1), 60, 0.75, 11, 'too_old: 10, not_a_number: 1'],
      ['bad', 'only_refused', 0, 0, 0, null, null, null, 7, 'in_the_future: 7'],
    ]);
    // 288 + 288 + 144 + 72 + 216 buckets covered of 288 × 3 + 72 + 216.
    expect(meta.coverage).toBeCloseTo((288 + 288 + 144 + 72 + 216) / (288 * 3 + 72 + 216), 10);
    expect(meta.howComputed).toContain('The last 24 h');
    expect(meta.notices).toEqual([
      'The last poll of hr/main (2026-03-10T11:00Z) was refused: FEED_REFUSED; what it brought before stays',
    ]);
  });
  it.each([
    [{ job: 'hub' }, ['ended', 'silent', 'young']],
    [{ metric: 'up' }, ['up']],
    [{ job: 'hub', metric: 'up' }, []],
    [{ job: "'; drop table samples; --" }, []],
  ])('%j', async (params, metrics) => {
    expect((await ask(params)).rows.map((row) => row[1])).toEqual(metrics);
  });
  it('another window', async () => {
    const { rows } = await ask({ window_hours: '1', metric: 'up' });
    expect(rows.map((row) => row.slice(1, 5))).toEqual([['up', 60, 1, 2]]);
  });
  it('an hour that late data reached is read again; a window that cuts hours counts every bucket once', async () => {
    const late = warehouse.writer.write([
      { table: 'samples', rows: samples(-2n, 12 * 60, 11 * 60 + 30, 1) },
      { table: 'series', rows: [series(7n, 'hub', 'late')] },
      { table: 'samples', rows: samples(7n, 90, 30, 5) },
    ]);
    await late;
    await warehouse.settle(['samples', 'series']);
    const rows = (await ask()).rows.filter(([, metric]) => metric === 'up' || metric === 'late');
    expect(rows.map((row) => [row[1], row[2], row[7]])).toEqual([
      ['late', 12, 12 / 288],
      ['up', 2190, (288 + 144 + 6) / 576],
    ]);
    const odd = await ask({ window_hours: 1.5, metric: 'late' });
    expect(odd.rows.map((row) => [row[2], row[7]])).toEqual([[12, 12 / 18]]);
  });
  it('an empty warehouse has no rows', async () => {
    expect((await ask({}, new Date('2026-02-11T00:00:00Z'))).rows).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { metricRange } from '../../ingestor/src/warehouse/metric-range.ts';
import { receivingApp, type ReceivingApp } from '../support/remote-write/receiving-app.ts';
import { send, type Protocol } from '../support/remote-write/send.ts';
import { useWarehouse } from '../support/warehouse.ts';

let warehouse: QuestdbWarehouse;
let receiving: ReceivingApp;
const now = Date.now();

beforeAll(async () => {
  warehouse = await useWarehouse();
  receiving = receivingApp(warehouse);
});
afterAll(() => receiving.app.close());

async function stored(metric: string): Promise<{ timestamp: Date; value: number | null; series: bigint | number }[]> {
  await warehouse.settle(['samples', 'series']);
  const { low, high } = metricRange(metric);
  return warehouse.reader.rows(
    'select timestamp, value, series from samples where series between $1 and $2 order by series, timestamp',
    [low, high],
  );
}

async function ids(metric: string): Promise<string[]> {
  await warehouse.settle(['series']);
  const rows = await warehouse.reader.rows<{ series: bigint | number }>(
    'select distinct series from series where metric = $1',
    [metric],
  );
  return rows.map(({ series }) => String(series));
}

describe.each<Protocol>(['1.0', '2.0'])('remote-write %s', (protocol) => {
  const suffix = protocol === '1.0' ? 'v1' : 'v2';

  const values = [
    0,
    -0,
    1,
    -1.5,
    Number.MIN_VALUE,
    2.2250738585072014e-308,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    0.1,
    2 ** 53 + 2,
    1e-300,
    Math.PI,
  ];
  it('stores every double as it is', async () => {
    const metric = `doubles_${suffix}`;
    const samples = values.map((value, i) => ({ value, timestamp: now - 60_000 + i }));
    const answer = await send(receiving.app, protocol, [{ labels: { __name__: metric, job: 'x' }, samples }]);
    expect(answer.statusCode, answer.body).toBe(204);
    const rows = await stored(metric);
    expect(rows.map(({ timestamp }) => timestamp.getTime())).toEqual(samples.map(({ timestamp }) => timestamp));
    rows.forEach(({ value }, i) => expect(Object.is(value, values[i]), `${value} for ${values[i]}`).toBe(true));
  });

  it('stores duplicates once and takes samples out of order', async () => {
    const metric = `order_${suffix}`;
    const labels = { __name__: metric, job: 'x' };
    const at = (seconds: number, value: number) => ({ timestamp: now - 100_000 + seconds * 1000, value });
    await send(receiving.app, protocol, [{ labels, samples: [at(3, 3), at(1, 1), at(2, 2), at(1, 1)] }]);
    await send(receiving.app, protocol, [{ labels, samples: [at(2, 2), at(0, 0)] }]);
    expect((await stored(metric)).map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  });

  it('counts what is not finite, ends a series at its stale marker, and stores neither as a value', async () => {
    const metric = `nonfinite_${suffix}`;
    const labels = { __name__: metric, job: 'x' };
    const answer = await send(receiving.app, protocol, [
      { labels, samples: [NaN, Infinity, -Infinity, 7].map((value, i) => ({ value, timestamp: now - 9_000 + i })) },
    ]);
    expect(answer.statusCode).toBe(204);
    expect((await stored(metric)).map(({ value }) => value)).toEqual([7]);
  });
});

it('gives a series the same id in both protocols, after a restart, and on a second ingestor', async () => {
  const labels = { __name__: 'same_id', job: 'x', zone: 'ü', a: '1' };
  await send(receiving.app, '1.0', [{ labels, samples: [{ value: 1, timestamp: now }] }]);
  await send(receiving.app, '2.0', [{ labels, samples: [{ value: 1, timestamp: now + 1 }] }]);
  const second = receivingApp(warehouse);
  await send(second.app, '1.0', [{ labels, samples: [{ value: 1, timestamp: now + 2 }] }]);
  await second.app.close();
  expect(await ids('same_id')).toHaveLength(1);
  expect(await stored('same_id')).toHaveLength(3);
});

it('registers a series once for its month, and again after a restart only if it is not known', async () => {
  const labels = { __name__: 'registered_once', job: 'x' };
  await send(receiving.app, '1.0', [{ labels, samples: [{ value: 1, timestamp: now }] }]);
  await warehouse.settle(['series']);
  const again = receivingApp(warehouse);
  await again.receiver.load();
  const written: string[] = [];
  const writeLines = warehouse.writer.writeLines.bind(warehouse.writer);
  warehouse.writer.writeLines = async (table, lines) => {
    written.push(table);
    await writeLines(table, lines);
  };
  await send(again.app, '1.0', [{ labels, samples: [{ value: 2, timestamp: now + 1 }] }]);
  warehouse.writer.writeLines = writeLines;
  await again.app.close();
  expect(written).toEqual(['samples']);
  expect(await stored('registered_once')).toHaveLength(2);
});

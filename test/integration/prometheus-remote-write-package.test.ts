import type { AddressInfo } from 'node:net';
import { pushMetrics, pushTimeseries } from 'prometheus-remote-write';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metricRange } from '../../ingestor/src/warehouse/metric-range.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { receivingApp, type ReceivingApp } from '../support/remote-write/receiving-app.ts';
import { useWarehouse } from '../support/warehouse.ts';

/** A sender that we have not written: its own protobuf, its own snappy, over a real socket. */
let warehouse: QuestdbWarehouse;
let receiving: ReceivingApp;
let url = '';
/** Node's own; by default the package looks for one that is not installed. */
const minimalFetch: NonNullable<NonNullable<Parameters<typeof pushTimeseries>[1]>['fetch']> = (
  address,
  { method, headers, body } = { method: 'GET', headers: {}, body: new ArrayBuffer(0) },
) => fetch(address, { method, headers, body: new Uint8Array(body) });

beforeAll(async () => {
  warehouse = await useWarehouse();
  receiving = receivingApp(warehouse);
  await receiving.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(receiving.app.server.address() as AddressInfo).port}/api/v1/write`;
});
afterAll(() => receiving.app.close());

async function values(metric: string): Promise<unknown[]> {
  await warehouse.settle(['samples']);
  const { low, high } = metricRange(metric);
  return (
    await warehouse.reader.rows('select value from samples where series between $1 and $2 order by timestamp', [
      low,
      high,
    ])
  ).map((row) => row['value']);
}

it('stores what the package pushes as series', async () => {
  const now = Date.now();
  const result = await pushTimeseries(
    {
      labels: { __name__: 'package_total', instance: 'host-1', job: 'package' },
      samples: [
        { value: 1.5, timestamp: now - 1_000 },
        { value: 2.5, timestamp: now },
      ],
    },
    { url, fetch: minimalFetch },
  );
  expect(result.status, result.errorMessage).toBe(204);
  expect(await values('package_total')).toEqual([1.5, 2.5]);
});

it('stores what the package pushes as plain metrics', async () => {
  const result = await pushMetrics({ queue_depth: 7 }, { url, fetch: minimalFetch });
  expect(result.status, result.errorMessage).toBe(204);
  expect(await values('queue_depth')).toEqual([7]);
});

it('tells the package that its extra labels are not sorted, as the specification demands', async () => {
  const result = await pushMetrics(
    { queue_depth_labelled: 7 },
    { url, fetch: minimalFetch, labels: { service: 'worker' } },
  );
  expect(result.status).toBe(400);
  expect(result.errorMessage).toMatch(/labels_out_of_order/);
});

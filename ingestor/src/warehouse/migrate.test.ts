import { expect, test } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';

test('tables', async () => {
  const w = await useWarehouse();
  await w.writer.write([
    { table: 'samples', rows: [{ timestamp: new Date(1700000000123), series: -(2n ** 62n) - 1n, value: 1.5 }] },
  ]);
  await w.settle(['samples']);
  expect(await w.reader.rows('select * from samples')).toEqual([
    { timestamp: new Date(1700000000123), series: -(2n ** 62n) - 1n, value: 1.5 },
  ]);
  const t = Date.now();
  await useWarehouse();
  console.log('again', Date.now() - t);
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, pick, store } from '../shared/test-rows.ts';
import { bytesOf, directionOf } from './direction.ts';
import { dataTransfer } from './view.ts';

const [from, to] = ['2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z'];
const columns = [
  'period',
  'direction',
  'usage_type',
  'service',
  'sub_account',
  'bytes',
  'cost',
  'cost_per_gb',
  'currency',
];
const gb = 2 ** 30;
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  let key = 0n;
  const charge = (
    id: string,
    day: string,
    usageType: string | null,
    amount: number | null,
    cost: number,
    more: Row = {},
  ): Row => ({
    timestamp: new Date(day),
    import_id: id,
    charge_key: ++key,
    sub_account: 'research',
    service: 'AmazonEC2',
    charge_category: 'Usage',
    currency: 'USD',
    billed_cost: cost,
    usage_type: usageType,
    usage_amount: amount,
    usage_unit: usageType === null ? null : 'GB',
    ...more,
  });
  const imported = (at: string, period: string, id: string): Row => ({
    timestamp: new Date(at),
    billing_account: '1',
    billing_period: period,
    import_id: id,
    first_charge_day: new Date(`${period}-01`),
    last_charge_day: new Date(`${period}-30`),
  });
  await store(warehouse, {
    cost_imports: [
      imported('2026-04-01', '2026-03', 'march-1'),
      imported('2026-04-05', '2026-03', 'march-2'),
      imported('2026-05-01', '2026-04', 'april'),
    ],
    cost_charges: [
      // Replaced by the second import of the month.
      charge('march-1', '2026-03-02', 'EUC1-DataTransfer-Out-Bytes', 1000, 90),
      charge('march-2', '2026-03-02', 'EUC1-DataTransfer-Out-Bytes', 100, 9),
      charge('march-2', '2026-03-03', 'EUC1-DataTransfer-Out-Bytes', 50, 4.5, { sub_account: 'it' }),
      charge('march-2', '2026-03-03', 'EUC1-USE1-AWS-Out-Bytes', 10, 0.2),
      charge('march-2', '2026-03-03', 'EUC1-USE1-AWS-Out-Bytes', null, -0.1, { charge_category: 'Credit' }),
      charge('march-2', '2026-03-03', null, null, 500),
      charge('april', '2026-04-01', 'EUC1-NatGateway-Bytes', 20, 0.9),
    ],
  });
});

const ask = async (params: Record<string, unknown> = {}, until = to) =>
  pick(
    (await askView(warehouse, testConfig({}), { view: dataTransfer, params, from, to: until, now: '2026-06-01' }))
      .objects,
    columns,
  );

describe('data-transfer', () => {
  it('adds up the newest import of each month by direction; other charges are left out', async () => {
    const month = (number: string) => new Date(`2026-${number}-01T00:00:00Z`);
    expect(await ask()).toEqual([
      // A credit has no amount: the price is that of the charges that have one.
      [month('03'), 'between regions', 'all', 'all', 'all', 10 * gb, 0.1, 0.02, 'USD'],
      [month('03'), 'to the internet', 'all', 'all', 'all', 150 * gb, 13.5, 0.09, 'USD'],
      [month('04'), 'NAT gateway', 'all', 'all', 'all', 20 * gb, 0.9, 0.045, 'USD'],
    ]);
  });

  it('by account, for the range as one', async () => {
    expect((await ask({ interval: 'none', split_by: ['sub_account'] })).map((row) => [row[4], row[6]])).toEqual([
      ['it', 4.5],
      ['research', 10],
    ]);
  });

  it('says that nothing was imported', async () => {
    const { notices } = (
      await askView(warehouse, testConfig({}), {
        view: dataTransfer,
        params: {},
        from: '2025-01-01',
        to: '2025-02-01',
        now: '2026-06-01',
      })
    ).meta;
    expect(notices.join()).toContain('import-costs');
  });

  it.each([
    ['EUC1-DataTransfer-Out-Bytes', 'to the internet'],
    ['EUC1-DataTransfer-In-Bytes', 'in'],
    ['EUC1-DataTransfer-Regional-Bytes', 'within the region'],
    ['EUC1-USE1-AWS-Out-Bytes', 'between regions'],
    ['EUC1-CloudFront-Out-Bytes', 'between regions'],
    ['EUC1-NatGateway-Bytes', 'NAT gateway'],
    ['EUC1-VpcEndpoint-Bytes', 'private endpoint'],
    ['EUC1-TransitGateway-Bytes', 'between networks'],
    ['EUC1-DataProcessing-Bytes', 'load balancer'],
    ['EUC1-DataXfer-Out:dc.1', 'dedicated line'],
    ['EUC1-DataXfer-In', 'in'],
    ['Outbound data', 'to the internet'],
    ['Networking', 'other'],
  ])('%s: %s', (usageType, direction) => {
    expect(directionOf(usageType)).toBe(direction);
  });

  it.each([
    ['GB', gb],
    ['GiB', gb],
    ['Bytes', 1],
    ['TB', 2 ** 40],
    ['Hrs', null],
    [null, null],
  ])('a unit %s has %s bytes', (unit, bytes) => {
    expect(bytesOf(unit)).toBe(bytes);
  });
});

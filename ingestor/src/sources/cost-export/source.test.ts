import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { PollRun, SourceContext } from '../source.ts';
import { readCostExports } from './read-files.ts';
import { costExportSource } from './source.ts';

const focus = (...lines: string[]): string =>
  [
    'BillingAccountId,BillingPeriodStart,ChargePeriodStart,ServiceName,SubAccountId,ChargeCategory,BilledCost,BillingCurrency,Tags',
    ...lines,
  ].join('\n');
const march = (day: string, service: string, cost: string): string =>
  `1,2026-03-01T00:00:00Z,${day}T00:00:00Z,${service},2,Usage,${cost},USD,"{""a"":""b, c""}"`;
const cur =
  'bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/LineItemType,lineItem/UnblendedCost,lineItem/CurrencyCode,product/instanceType,splitLineItem/ParentResourceId\n' +
  '1,2026-03-01T00:00:00Z,2026-03-01T05:00:00Z,AmazonEC2,Usage,10.5,USD,m5.large,\n' +
  '1,2026-03-01T00:00:00Z,2026-03-01T05:00:00Z,AmazonECS,Usage,6.5,USD,,i-0abc\n' +
  '1,2026-03-01T00:00:00Z,2026-03-01T05:00:00Z,AmazonECS,Usage,4,USD,,i-0abc\n' +
  '1,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,AmazonEC2,Credit,-2.25,USD,m5.large,\n';

let folder: string;
const file = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cost-export-'));
});

describe('readCostExports', () => {
  it('FOCUS: adds up by day and service, over several files', async () => {
    const first = await file(
      'a.csv',
      `\uFEFF${focus(march('2026-03-01', 'Compute', '1.25'), march('2026-03-01', 'Compute', '2'))}`,
    );
    const second = await file(
      'b.csv.gz',
      gzipSync(focus(march('2026-03-01', 'Compute', '0.75'), march('2026-03-02', 'Storage', '-1e-1'))),
    );
    const seen: [number, number][] = [];
    const { periods } = await readCostExports([first, second], (done, total) => seen.push([done, total]));
    const period = periods.get('1 2026-03');
    expect(
      [...(period?.charges.values() ?? [])].map(({ day, service, billedCost, lineItems }) => [
        day,
        service,
        billedCost,
        lineItems,
      ]),
    ).toEqual([
      ['2026-03-01', 'Compute', 4, 3],
      ['2026-03-02', 'Storage', -0.1, 1],
    ]);
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
  });

  it('CUR, legacy names: split rows repeat their instance and are left out; credits are negative', async () => {
    const { periods } = await readCostExports([await file('cur.csv', cur)]);
    const period = periods.get('1 2026-03');
    expect(period).toMatchObject({ format: 'cur', lineItems: 2, splitLineItems: 2 });
    expect(
      [...(period?.charges.values() ?? [])].map(({ service, instanceType, billedCost }) => [
        service,
        instanceType,
        billedCost,
      ]),
    ).toEqual([
      ['AmazonEC2', 'm5.large', 10.5],
      ['AmazonEC2', 'm5.large', -2.25],
    ]);
  });

  it('data transfer keeps what was transferred, other usage does not divide charges', async () => {
    const head =
      'bill_payer_account_id,bill_billing_period_start_date,line_item_usage_start_date,line_item_product_code,line_item_line_item_type,line_item_unblended_cost,line_item_currency_code,line_item_usage_type,line_item_usage_amount,pricing_unit';
    const line = (product: string, type: string, cost: number, amount: string, unit = 'GB'): string =>
      `1,2026-03-01,2026-03-01,${product},Usage,${cost},USD,${type},${amount},${unit}`;
    const lines = [
      line('AmazonEC2', 'EUC1-DataTransfer-Out-Bytes', 0.9, '10'),
      line('AmazonEC2', 'EUC1-DataTransfer-Out-Bytes', 0.45, '5'),
      line('AmazonEC2', 'EUC1-DataTransfer-Out-Bytes', -0.3, '5').replace('Usage', 'Credit'),
      line('AmazonEC2', 'EUC1-USE1-AWS-Out-Bytes', 0.2, ''),
      line('AmazonEC2', 'EUC1-NatGateway-Bytes', 0.1, '2'),
      line('AmazonEC2', 'EUC1-BoxUsage:m5.large', 5, '10', 'Hrs'),
      line('AmazonEC2', 'EUC1-NatGateway-Hours', 1, '24', 'Hrs'),
      line('AmazonS3', 'EUC1-TimedStorage-ByteHrs', 3, '100', 'GB-Mo'),
    ];
    const { periods } = await readCostExports([await file('transfer.csv', [head, ...lines].join('\n'))]);
    expect(
      [...(periods.get('1 2026-03')?.charges.values() ?? [])].map((charge) => [
        charge.service,
        charge.usageType,
        charge.usageAmount,
        charge.usageUnit,
        charge.billedCost,
      ]),
    ).toEqual([
      ['AmazonEC2', 'EUC1-DataTransfer-Out-Bytes', 15, 'GB', 1.35],
      ['AmazonEC2', 'EUC1-DataTransfer-Out-Bytes', null, 'GB', -0.3],
      ['AmazonEC2', 'EUC1-USE1-AWS-Out-Bytes', null, 'GB', 0.2],
      ['AmazonEC2', 'EUC1-NatGateway-Bytes', 2, 'GB', 0.1],
      ['AmazonEC2', '', null, '', 6],
      ['AmazonS3', '', null, '', 3],
    ]);
  });

  it('data transfer in FOCUS: by x_UsageType, else the category Networking in bytes', async () => {
    const head =
      'BillingAccountId,BillingPeriodStart,ChargePeriodStart,ServiceName,ServiceCategory,BilledCost,BillingCurrency,x_UsageType,SkuMeter,ConsumedQuantity,ConsumedUnit';
    const lines = [
      '1,2026-03-01,2026-03-01,EC2,Compute,1,USD,EUC1-DataTransfer-Regional-Bytes,,100,GB',
      '1,2026-03-01,2026-03-01,Bandwidth,Networking,2,USD,,Outbound,50,GB',
      '1,2026-03-01,2026-03-01,Load Balancer,Networking,3,USD,,Hours,24,Hours',
    ];
    const { periods } = await readCostExports([await file('transfer-focus.csv', [head, ...lines].join('\n'))]);
    expect(
      [...(periods.get('1 2026-03')?.charges.values() ?? [])].map(({ usageType, usageAmount }) => [
        usageType,
        usageAmount,
      ]),
    ).toEqual([
      ['EUC1-DataTransfer-Regional-Bytes', 100],
      ['Outbound', 50],
      ['', null],
    ]);
  });

  it.each([
    ['no cost export', 'a,b\n1,2\n', 'neither FOCUS (BilledCost) nor AWS CUR'],
    [
      'a column is missing',
      'BilledCost,BillingCurrency\n1,USD\n',
      'lacks billingaccountid, billingperiodstart, chargeperiodstart',
    ],
    [
      'a cost is no number',
      focus(march('2026-03-01', 'Compute', '1.0'), march('2026-03-02', 'Compute', '1,5'.replace(',', ';'))),
      'line 3: the cost is not a number: "1;5"',
    ],
    [
      'a cost is missing: it is not 0',
      focus(march('2026-03-01', 'Compute', '')),
      'line 2: the cost is not a number: ""',
    ],
    ['a day is none', focus(march('2026-02-30', 'Compute', '1')), 'line 2: the start of the charge is no date'],
    ['nothing in it', focus(), 'no line items'],
  ])('refuses: %s', async (_, content, message) => {
    await expect(readCostExports([await file('bad.csv', content)])).rejects.toThrow(message);
  });

  it('says which file cannot be read', async () => {
    await expect(readCostExports([join(folder, 'absent.csv')])).rejects.toThrow('cannot read');
  });
});

describe('cost-export', () => {
  it('a period that is imported again is replaced; the same files again are not read', async () => {
    const warehouse: Warehouse = await useWarehouse();
    const path = await file(
      'export.csv',
      focus(march('2026-03-01', 'Compute', '5'), march('2026-03-02', 'Compute', '6')),
    );
    const context = {
      config: testConfig({ cost_export: { files: [path] } }),
      warehouse,
      log: pino({ level: 'silent' }),
    } as unknown as SourceContext;
    const [instance] = costExportSource.instances(context);
    let state: unknown = null;
    const poll = async (at: string) => {
      const run = { startedAt: new Date(at), state, progress: () => undefined } as unknown as PollRun;
      const outcome = await instance?.poll(run);
      state = outcome?.state;
      await warehouse.settle(['cost_charges', 'cost_imports']);
      return outcome;
    };
    const total = async () =>
      warehouse.reader.rows(
        'select sum(billed_cost) as cost, sum(line_items) as items from cost_charges c join (select import_id from cost_imports latest on timestamp partition by billing_account, billing_period) i on i.import_id = c.import_id',
      );
    expect(await poll('2026-03-03')).toMatchObject({ rowsRead: 2, rowsWritten: 3, complete: true });
    expect(await total()).toEqual([{ cost: 11, items: 2 }]);
    expect(await poll('2026-03-04')).toMatchObject({ rowsRead: 0, rowsWritten: 0 });
    await file('export.csv', focus(march('2026-03-01', 'Compute', '5'), march('2026-03-03', 'Compute', '2')) + '\n');
    await poll('2026-03-05');
    expect(await total()).toEqual([{ cost: 7, items: 2 }]);
    expect(await warehouse.reader.rows('select count() as n from cost_charges')).toEqual([{ n: 4 }]);
  }, 60_000);
});

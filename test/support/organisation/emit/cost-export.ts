import { SHAPES } from '../cluster.ts';
import type { Organisation } from '../organisation.ts';
import { Random, hashOf } from '../random.ts';
import { DAY_MS, HOUR_MS, floorTo } from '../time.ts';

/** USD: what the prices of the story say of a node, and what the provider takes on top (disks of nodes, unused hours). */
const CORE_HOUR = 0.02087;
const GB_HOUR = 0.00262;
const SURCHARGE = 1.03;
const INSTANCES = { large: 'm5.16xlarge', small: 'm5.4xlarge' } as const;

/** Data transfer: GB of a usual day and USD per GB, as AWS names it. */
const TRANSFERS = [
  { service: 'AWSDataTransfer', usageType: 'EUC1-DataTransfer-Out-Bytes', gb: 55, price: 0.09 },
  { service: 'AWSDataTransfer', usageType: 'EUC1-USE1-AWS-Out-Bytes', gb: 140, price: 0.02 },
  { service: 'AWSDataTransfer', usageType: 'EUC1-DataTransfer-Regional-Bytes', gb: 900, price: 0.01 },
  { service: 'AWSDataTransfer', usageType: 'EUC1-DataTransfer-In-Bytes', gb: 400, price: 0 },
  { service: 'AmazonEC2', usageType: 'EUC1-NatGateway-Bytes', gb: 260, price: 0.052 },
] as const;
/** In the last complete month a submission was sent out: so many days of so many times the usual. */
const SUBMISSION = { days: 4, times: 9 };

const HEADER = [
  'identity_line_item_id',
  'bill_payer_account_id',
  'bill_billing_period_start_date',
  'line_item_usage_account_id',
  'line_item_usage_start_date',
  'line_item_line_item_type',
  'line_item_product_code',
  'line_item_usage_type',
  'line_item_usage_amount',
  'pricing_unit',
  'line_item_unblended_cost',
  'line_item_currency_code',
  'product_instance_type',
];

/** The provider's bill from the first day to now, as AWS exports it (CUR 2.0, CSV): nodes by the hour, data transfer by the day. */
export function costExport({ frame, cluster }: Organisation): string {
  const lines = [HEADER.join()];
  const put = (day: number, fields: readonly (string | number)[], instance = ''): void => {
    const date = new Date(day);
    const month = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
    const [service, usageType, amount, unit, cost] = fields;
    const account = String(service).startsWith('AWSData') ? '300000000002' : '300000000001';
    lines.push(
      [
        `li-${String(lines.length)}`,
        '300000000000',
        month.toISOString(),
        account,
        date.toISOString(),
        'Usage',
        service,
        usageType,
        amount,
        unit,
        cost,
        'USD',
        instance,
      ].join(),
    );
  };
  for (let day = floorTo(frame.start, DAY_MS); day < frame.now; day += DAY_MS) {
    const [from, to] = [Math.max(day, frame.start), Math.min(day + DAY_MS, frame.now)];
    for (const pool of ['large', 'small'] as const) {
      const hours = cluster.nodes
        .filter((node) => node.pool === pool)
        .reduce((sum, node) => sum + Math.max(0, Math.min(to, node.removedAt) - Math.max(from, node.createdAt)), 0);
      const { allocatableCores, allocatableBytes } = SHAPES[pool];
      const price = (allocatableCores * CORE_HOUR + (allocatableBytes / 2 ** 30) * GB_HOUR) * SURCHARGE;
      const amount = hours / HOUR_MS;
      if (amount > 0)
        put(
          day,
          ['AmazonEC2', `EUC1-BoxUsage:${INSTANCES[pool]}`, amount.toFixed(4), 'Hrs', (amount * price).toFixed(6)],
          INSTANCES[pool],
        );
    }
    const submission = frame.month.to - SUBMISSION.days * DAY_MS <= day && day < frame.month.to;
    for (const { service, usageType, gb, price } of TRANSFERS) {
      const random = new Random(hashOf(frame.seed, 'transfer', usageType, day));
      const isSent = submission && usageType === TRANSFERS[0].usageType;
      const amount = gb * random.between(0.7, 1.3) * (isSent ? SUBMISSION.times : 1) * ((to - from) / DAY_MS);
      put(day, [service, usageType, amount.toFixed(6), 'GB', (amount * price).toFixed(6)]);
    }
  }
  return `${lines.join('\n')}\n`;
}

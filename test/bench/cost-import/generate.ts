import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

/** What an import of a generated export must come to. */
export interface Written {
  readonly bytes: number;
  readonly lineItems: number;
  readonly splitLineItems: number;
  readonly billedCost: number;
}

const SERVICES = [
  'AmazonEC2',
  'AmazonS3',
  'AmazonEKS',
  'AmazonRDS',
  'AWSDataTransfer',
  'AmazonEFS',
  'AmazonCloudWatch',
];
const INSTANCES = ['m5.16xlarge', 'm5.4xlarge', 'r5.8xlarge', 'c6i.32xlarge', 'g5.2xlarge', ''];
const DAYS = 31;
const LINES_PER_BLOCK = 4000;
/** As many as in an export with tags and resource ids, so that a line is as long as a real one. */
const FILLER = Array.from({ length: 60 }, (_, i) => `resource_tags_user_column_${String(i)}`);

const headers = {
  focus: `BillingAccountId,BillingPeriodStart,ChargePeriodStart,ServiceName,SubAccountId,ChargeCategory,BilledCost,BillingCurrency,x_InstanceType,Tags,${FILLER.join()}`,
  cur: `bill_payer_account_id,bill_billing_period_start_date,line_item_usage_start_date,line_item_product_code,line_item_usage_account_id,line_item_line_item_type,line_item_unblended_cost,line_item_currency_code,product_instance_type,split_line_item_parent_resource_id,${FILLER.join()}`,
};

/**
 * Streams an export of about `bytes` bytes of July 2026 into a file or pipe. The same arguments write the same bytes. Costs are
 * multiples of 1/1024: their sum has no rounding.
 */
export async function writeExport(path: string, format: 'focus' | 'cur', bytes: number): Promise<Written> {
  const out = createWriteStream(path, { highWaterMark: 4 << 20 });
  const written = { bytes: 0, lineItems: 0, splitLineItems: 0, billedCost: 0 };
  const put = async (text: string | Buffer): Promise<void> => {
    written.bytes += text.length;
    if (!out.write(text)) await once(out, 'drain');
  };
  await put(`${headers[format]}\n`);
  const blocks = Array.from({ length: DAYS }, (_, day) => block(format, day));
  for (let at = 0; written.bytes < bytes; at++) {
    const next = blocks[at % DAYS];
    if (next === undefined) break;
    await put(next.text);
    written.lineItems += next.lineItems;
    written.splitLineItems += next.splitLineItems;
    written.billedCost += next.billedCost;
  }
  out.end();
  await once(out, 'close');
  return written;
}

function block(format: 'focus' | 'cur', day: number): Omit<Written, 'bytes'> & { text: Buffer } {
  const lines: string[] = [];
  const sums = { lineItems: 0, splitLineItems: 0, billedCost: 0 };
  const account = format === 'focus' ? '111111111111' : '222222222222';
  for (let line = 0; line < LINES_PER_BLOCK; line++) {
    const at = `2026-07-${String(day + 1).padStart(2, '0')}T${String(line % 24).padStart(2, '0')}:00:00Z`;
    const cost = (((line * 7919 + day * 104_729) % 4096) - (line % 97 === 0 ? 4096 : 0)) / 1024;
    const isSplit = format === 'cur' && line % 11 === 0;
    const filler = FILLER.map((_, column) =>
      column % 7 === line % 7 ? `"team ""${String(line % 50)}"", blue"` : 'value',
    );
    const own =
      format === 'focus' ? `"{""owner"":""u${String(line % 300)}"", ""env"": ""prod""}"` : isSplit ? 'i-0abc' : '';
    lines.push(
      `${account},2026-07-01T00:00:00Z,${at},${SERVICES[line % SERVICES.length] ?? ''},${String(300_000_000_000 + (line % 40))},Usage,${String(cost)},USD,${INSTANCES[(line >> 3) % INSTANCES.length] ?? ''},${own},${filler.join()}`,
    );
    if (isSplit) sums.splitLineItems++;
    else {
      sums.lineItems++;
      sums.billedCost += cost;
    }
  }
  return { ...sums, text: Buffer.from(`${lines.join('\n')}\n`) };
}

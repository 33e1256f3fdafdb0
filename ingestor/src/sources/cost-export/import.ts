import { hashKey } from '../../warehouse/hash-key.ts';
import type { Row, WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { BillingPeriod, Charge } from './accumulate.ts';

/** A billing period as it goes to the service; charges go before it, in parts, under the same import id. */
export interface PeriodSummary {
  readonly billingAccount: string;
  readonly billingPeriod: string;
  readonly importId: string;
  readonly format: 'focus' | 'cur';
  readonly firstChargeDay: string;
  readonly lastChargeDay: string;
  readonly lineItems: number;
  readonly splitLineItems: number;
  readonly files: number;
  readonly currency: string;
  readonly billedCost: number;
}

/** The charges of a period and its summary, or null when nothing of it counts. */
export function summaryOf(
  period: BillingPeriod,
  at: Date,
  files: number,
): { summary: PeriodSummary; charges: Charge[] } | null {
  const charges = [...period.charges.values()];
  const days = charges.map(({ day }) => day).sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const { billingAccount, billingPeriod, format, lineItems, splitLineItems } = period;
  return {
    charges,
    summary: {
      billingAccount,
      billingPeriod,
      importId: `${billingAccount}/${billingPeriod}/${at.toISOString()}`,
      format,
      firstChargeDay: first,
      lastChargeDay: last,
      lineItems,
      splitLineItems,
      files,
      currency: charges[0]?.currency ?? '',
      billedCost: charges.reduce((sum, { billedCost }) => sum + billedCost, 0),
    },
  };
}

export async function writeCharges(
  writer: WarehouseWriter,
  importId: string,
  charges: readonly Charge[],
): Promise<void> {
  const rows = charges.map((charge): Row => {
    const { day, subAccount, service, category, instanceType, currency, usageType, usageUnit } = charge;
    return {
      timestamp: new Date(day),
      import_id: importId,
      charge_key: hashKey(subAccount, service, category, instanceType, currency, usageType, usageUnit),
      sub_account: subAccount,
      service,
      charge_category: category,
      instance_type: instanceType,
      currency,
      billed_cost: charge.billedCost,
      usage_type: usageType === '' ? null : usageType,
      usage_amount: charge.usageAmount,
      usage_unit: usageUnit === '' ? null : usageUnit,
      line_items: charge.lineItems,
    };
  });
  await writer.write([{ table: 'cost_charges', rows }]);
}

/** From here on the import is what counts for its account and period: what was imported before is replaced. */
export async function writeSummary(writer: WarehouseWriter, summary: PeriodSummary, at: Date): Promise<void> {
  await writer.write([
    {
      table: 'cost_imports',
      rows: [
        {
          timestamp: at,
          billing_account: summary.billingAccount,
          billing_period: summary.billingPeriod,
          import_id: summary.importId,
          format: summary.format,
          first_charge_day: new Date(summary.firstChargeDay),
          last_charge_day: new Date(summary.lastChargeDay),
          line_items: summary.lineItems,
          split_line_items: summary.splitLineItems,
          files: summary.files,
          currency: summary.currency,
          billed_cost: summary.billedCost,
        },
      ],
    },
  ]);
}

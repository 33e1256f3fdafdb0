import { SceError } from '../../errors.ts';

/** Where the fields of a charge are in a file: index of a column, or null when the file has none. */
export interface Layout {
  readonly format: 'focus' | 'cur';
  readonly billingAccount: number;
  readonly billingPeriod: number;
  readonly chargeStart: number;
  readonly cost: number;
  readonly currency: number;
  readonly subAccount: number | null;
  readonly service: number | null;
  readonly category: number | null;
  readonly instanceType: number | null;
  /** CUR: set in rows that repeat a share of their instance's cost. FOCUS splits replace their origin, so all rows count. */
  readonly splitParent: number | null;
  readonly usageType: number | null;
  readonly usageAmount: number | null;
  readonly usageUnit: number | null;
  readonly serviceCategory: number | null;
  readonly skuMeter: number | null;
}

const names = {
  focus: {
    billingAccount: 'billingaccountid',
    billingPeriod: 'billingperiodstart',
    chargeStart: 'chargeperiodstart',
    cost: 'billedcost',
    currency: 'billingcurrency',
    subAccount: 'subaccountid',
    service: 'servicename',
    category: 'chargecategory',
    instanceType: 'x_instancetype',
    splitParent: null,
    usageType: 'x_usagetype',
    usageAmount: 'consumedquantity',
    usageUnit: 'consumedunit',
    serviceCategory: 'servicecategory',
    skuMeter: 'skumeter',
  },
  // CUR 2.0 names; legacy headers (`lineItem/UnblendedCost`) are brought to them.
  cur: {
    billingAccount: 'bill_payer_account_id',
    billingPeriod: 'bill_billing_period_start_date',
    chargeStart: 'line_item_usage_start_date',
    cost: 'line_item_unblended_cost',
    currency: 'line_item_currency_code',
    subAccount: 'line_item_usage_account_id',
    service: 'line_item_product_code',
    category: 'line_item_line_item_type',
    instanceType: 'product_instance_type',
    splitParent: 'split_line_item_parent_resource_id',
    usageType: 'line_item_usage_type',
    usageAmount: 'line_item_usage_amount',
    usageUnit: 'pricing_unit',
    serviceCategory: null,
    skuMeter: null,
  },
} as const;
const required = ['billingAccount', 'billingPeriod', 'chargeStart', 'cost', 'currency'] as const;

/** Recognises FOCUS and AWS CUR (2.0 and legacy) by the header. Throws `FEED_REFUSED` naming what is missing. */
export function layoutOf(header: readonly string[], file: string): Layout {
  const columns = header.map(normalised);
  const at = (name: string | null): number | null => {
    const index = name === null ? -1 : columns.indexOf(name);
    return index === -1 ? null : index;
  };
  const format = (['focus', 'cur'] as const).find((each) => at(names[each].cost) !== null);
  if (!format)
    throw new SceError(
      'FEED_REFUSED',
      `${file}: neither FOCUS (BilledCost) nor AWS CUR (line_item_unblended_cost) is in the header; a CSV with a header line is needed`,
    );
  const missing = required.filter((field) => at(names[format][field]) === null).map((field) => names[format][field]);
  if (missing.length > 0)
    throw new SceError('FEED_REFUSED', `${file}: the ${format.toUpperCase()} header lacks ${missing.join(', ')}`);
  const found = Object.fromEntries(Object.entries(names[format]).map(([field, name]) => [field, at(name)]));
  return { format, ...(found as unknown as Omit<Layout, 'format'>) };
}

/** The columns that a layout uses, each once. */
export function columnsOf(layout: Layout): number[] {
  return [...new Set(Object.values(layout).filter((column) => typeof column === 'number'))];
}

/** The layout of records that have the columns `wanted` only, in that order. */
export function narrowed({ format, ...fields }: Layout, wanted: readonly number[]): Layout {
  const places = Object.entries(fields).map(([field, column]) => [
    field,
    column === null ? null : wanted.indexOf(column),
  ]);
  return { format, ...(Object.fromEntries(places) as Omit<Layout, 'format'>) };
}

/** `lineItem/UnblendedCost` and `LineItem/…` → `line_item_unblended_cost`; FOCUS names in lower case. */
function normalised(name: string): string {
  const text = name.trim();
  if (!text.includes('/')) return text.toLowerCase();
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace('/', '_')
    .toLowerCase();
}

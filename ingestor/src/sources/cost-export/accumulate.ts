import { SceError } from '../../errors.ts';
import type { Layout } from './columns.ts';
import { transferUse, type TransferUse } from './transfer.ts';

/** Line items of one day and kind, added up. */
export interface Charge extends TransferUse {
  /** YYYY-MM-DD, UTC */
  readonly day: string;
  readonly subAccount: string;
  readonly service: string;
  readonly category: string;
  readonly instanceType: string;
  readonly currency: string;
  billedCost: number;
  /** Of data transfer, in `usageUnit`; null = not told by every line. */
  usageAmount: number | null;
  lineItems: number;
}

/** What was read of one billing account and period. */
export interface BillingPeriod {
  readonly billingAccount: string;
  /** YYYY-MM */
  readonly billingPeriod: string;
  readonly format: 'focus' | 'cur';
  readonly charges: Map<string, Charge>;
  lineItems: number;
  splitLineItems: number;
}

/** Distinct charges kept apart per period; beyond it instance types are no longer told apart, so that memory is bounded. */
const mostCharges = 200_000;

/** Adds line items up as they are read. Periods are few, charges bounded: gigabytes become megabytes. */
export class ChargeSums {
  readonly periods = new Map<string, BillingPeriod>();

  /** Adds one record. Throws `FEED_REFUSED` naming file, line and column of what is wrong. */
  add(record: readonly string[], layout: Layout, file: string, line: number): void {
    const cell = (index: number | null): string => (index === null ? '' : (record[index] ?? '').trim());
    const fail = (what: string, value: string): never => {
      throw new SceError('FEED_REFUSED', `${file} line ${line}: ${what} "${value.slice(0, 40)}"`);
    };
    const account = cell(layout.billingAccount) || fail('no billing account', '');
    const period =
      monthOf(cell(layout.billingPeriod)) ?? fail('the billing period is no date:', cell(layout.billingPeriod));
    const own = this.#period(account, period, layout.format);
    if (cell(layout.splitParent) !== '') {
      own.splitLineItems++;
      return;
    }
    // An empty one would be 0: nobody would see what is missing.
    const text = cell(layout.cost);
    const cost = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(cost)) fail('the cost is not a number:', text);
    const day =
      dayOf(cell(layout.chargeStart)) ?? fail('the start of the charge is no date:', cell(layout.chargeStart));
    const currency = cell(layout.currency);
    if (!/^[A-Z]{3}$/.test(currency)) fail('the currency is no ISO 4217 code:', currency);
    own.lineItems++;
    const labels = {
      day,
      subAccount: cell(layout.subAccount),
      service: cell(layout.service),
      category: cell(layout.category),
      instanceType: own.charges.size < mostCharges ? cell(layout.instanceType) : '',
      currency,
      ...transferUse(
        cell(layout.usageType),
        cell(layout.serviceCategory),
        cell(layout.skuMeter),
        cell(layout.usageUnit),
      ),
    };
    // Credits and taxes repeat the amount of the usage they are for.
    const isUse = labels.usageType !== '' && /^$|usage$/iu.test(labels.category);
    const amountText = isUse ? cell(layout.usageAmount) : '';
    const amount = amountText === '' || !Number.isFinite(Number(amountText)) ? null : Number(amountText);
    const key = `${labels.day}\u0000${labels.subAccount}\u0000${labels.service}\u0000${labels.category}\u0000${labels.instanceType}\u0000${currency}\u0000${labels.usageType}\u0000${labels.usageUnit}`;
    const charge = own.charges.get(key);
    if (charge) {
      charge.billedCost += cost;
      charge.usageAmount = charge.usageAmount === null || amount === null ? null : charge.usageAmount + amount;
      charge.lineItems++;
    } else own.charges.set(key, { ...labels, billedCost: cost, usageAmount: amount, lineItems: 1 });
  }

  #period(billingAccount: string, billingPeriod: string, format: 'focus' | 'cur'): BillingPeriod {
    const key = `${billingAccount} ${billingPeriod}`;
    let period = this.periods.get(key);
    if (!period) {
      period = { billingAccount, billingPeriod, format, charges: new Map(), lineItems: 0, splitLineItems: 0 };
      this.periods.set(key, period);
    }
    return period;
  }
}

/** Few days are in a file of millions of lines. */
const knownDays = new Map<string, string | null>();
const mostKnownDays = 10_000;

function dayOf(text: string): string | null {
  const day = text.slice(0, 10);
  let known = knownDays.get(day);
  if (known === undefined) {
    if (knownDays.size >= mostKnownDays) knownDays.clear();
    knownDays.set(day, (known = validDay(day)));
  }
  return known;
}

function validDay(day: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || time < 0 || !new Date(time).toISOString().startsWith(day) ? null : day;
}

function monthOf(text: string): string | null {
  return dayOf(text)?.slice(0, 7) ?? null;
}

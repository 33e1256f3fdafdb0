import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';
import { dayLabel } from './day.ts';
import type { PriceBook } from './price-book.ts';
import { boundSegmentDays, type Segment } from './segments.ts';

const periodsSql = readSql(import.meta.url, 'invoice-periods.sql');
const invoiceSql = readSql(import.meta.url, 'invoice.sql');
const dayMs = 86_400_000;

interface PeriodRow {
  readonly first_charge_day: Date;
  readonly last_charge_day: Date;
  readonly currency: string;
}

/** Which days (labels) imported cost exports cover, and in which currencies they are. */
export interface InvoiceDays {
  readonly currencies: readonly string[];
  /** Days on which coverage begins or ends: segments must be cut there. */
  readonly changes: readonly Date[];
  covers(day: Date): boolean;
}

export async function loadInvoiceDays(reader: WarehouseReader): Promise<InvoiceDays> {
  const periods = (await reader.rows<PeriodRow>(periodsSql)).map((row) => ({
    from: row.first_charge_day.getTime(),
    to: row.last_charge_day.getTime() + dayMs,
    currency: row.currency,
  }));
  return {
    currencies: [...new Set(periods.map(({ currency }) => currency))],
    changes: [...new Set(periods.flatMap(({ from, to }) => [from, to]))].map((time) => new Date(time)),
    covers: (day) => periods.some(({ from, to }) => day.getTime() >= from && day.getTime() < to),
  };
}

/** Billed cost per segment in the book's currency; null: there is no rate for it. `services` empty: all. */
export async function loadInvoice(
  reader: WarehouseReader,
  range: TimeRange,
  zone: string,
  segments: readonly Segment[],
  book: PriceBook,
  services: readonly string[],
): Promise<ReadonlyMap<Segment, number | null>> {
  const rows = await reader.rows<{ segment: number; service: string; currency: string; billed_cost: number }>(
    invoiceSql,
    [dayLabel(range.from, zone), dayLabel(range.to, zone), boundSegmentDays(segments)],
  );
  const sums = new Map<Segment, number | null>();
  for (const row of rows) {
    const segment = segments[row.segment];
    if (!segment || (services.length > 0 && !services.includes(row.service))) continue;
    const rate = book.currency === null ? null : book.rates.rate(row.currency, book.currency, segment.day);
    const before = sums.get(segment);
    sums.set(segment, rate === null || before === null ? null : (before ?? 0) + row.billed_cost * rate);
  }
  return sums;
}

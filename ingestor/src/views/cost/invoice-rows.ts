import { Cells, moneyColumns } from '../money/cells.ts';
import { loadInvoice, type InvoiceDays } from '../money/invoice.ts';
import type { NodeLine } from '../money/node-lines.ts';
import { nobodysLabels, payers } from '../money/payer.ts';
import type { PriceBook } from '../money/price-book.ts';
import type { Segment } from '../money/segments.ts';
import { MoneySum } from '../money/sum.ts';
import { allValues } from '../shared/columns.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange, ViewRow } from '../view.ts';

export interface InvoiceQuestion {
  readonly reader: WarehouseReader;
  readonly range: TimeRange;
  readonly zone: string;
  readonly segments: readonly Segment[];
  readonly nodes: readonly NodeLine[];
  readonly book: PriceBook;
  readonly days: InvoiceDays;
  readonly attributes: readonly string[];
  readonly services: readonly string[];
}

export interface InvoiceRows {
  readonly rows: readonly ViewRow[];
  readonly text: string;
  readonly notices: readonly string[];
}

const dayMs = 86_400_000;

/** Invoice − Σ allocatable × price, one row per period, over the days that an imported invoice covers. */
export async function invoiceRows(question: InvoiceQuestion): Promise<InvoiceRows> {
  const { reader, range, zone, segments, nodes, book, days, attributes, services } = question;
  const invoice = await loadInvoice(reader, range, zone, segments, book, services);
  const covered = segments.filter(({ day }) => days.covers(day));
  const cells = new Cells<{ readonly period_start: Date }>(book);
  for (const { segment, nodeType, cpu, memory } of nodes)
    if (covered.includes(segment))
      cells.add({ period_start: segment.period }, null, segment, nodeType, cpu.allocatable, memory.allocatable);
  const offered = new Map(cells.all().map((cell) => [cell.labels.period_start.getTime(), cell]));
  const periods = [...new Set(covered.map(({ period }) => period.getTime()))];
  const rows = periods.map((period): ViewRow => {
    const own = offered.get(period);
    const worth = own ? own.sum.cost(book) : 0;
    const billed = covered
      .filter((segment) => segment.period.getTime() === period)
      .map((segment) => (invoice.has(segment) ? (invoice.get(segment) ?? null) : 0))
      .reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
    const difference = worth === null || billed === null ? null : billed - worth;
    return {
      ...nobodysLabels(payers.invoice, attributes),
      period_start: new Date(period),
      kind: allValues,
      image: allValues,
      node_type: allValues,
      ...moneyColumns({ labels: {}, sum: own?.sum ?? new MoneySum(), people: new Map() }, book),
      core_hours: null,
      gb_hours: null,
      cpu_cost: null,
      memory_cost: null,
      cost: difference,
    };
  });
  const count = (list: readonly Segment[]): number =>
    Math.round(list.reduce((sum, { from, to }) => sum + (to.getTime() - from.getTime()) / dayMs, 0));
  const [known, whole] = [count(covered), count(segments)];
  const of = services.length > 0 ? `services ${services.join(', ')}` : 'all services';
  return {
    rows,
    text: `The invoice (billed cost of ${of}) covers ${known} of ${whole} days; the difference is over those.`,
    notices: [
      ...(known > 0 && known < whole
        ? [`The invoice covers ${known} of ${whole} days; the difference is over those`]
        : []),
      ...([...invoice.values()].includes(null)
        ? [`The invoice has no exchange rate to ${book.currency ?? 'a currency of prices'}: the difference is empty`]
        : []),
    ],
  };
}

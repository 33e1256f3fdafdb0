import { Cells, moneyColumns } from '../money/cells.ts';
import type { NodeLine } from '../money/node-lines.ts';
import { charged, type Basis } from '../money/parameters.ts';
import { nobodysLabels, payerLabels, payers, payingPerson, type PayerLabels } from '../money/payer.ts';
import type { PriceBook } from '../money/price-book.ts';
import type { Segment } from '../money/segments.ts';
import type { UsageLine } from '../money/usage-lines.ts';
import { allValues, personAttributes } from '../shared/columns.ts';
import type { ViewRow } from '../view.ts';

export interface CostOptions {
  readonly book: PriceBook;
  readonly basis: Basis;
  readonly attributes: readonly string[];
  readonly splitBy: 'none' | 'kind' | 'image' | 'node_type';
}

interface Labels extends PayerLabels {
  readonly period_start: Date;
  readonly kind: string;
  readonly image: string;
  readonly node_type: string;
}

/** Rows of payers: people, no user, platform, infra idle, and what is reserved but not charged by the basis. */
export function costRows(lines: readonly UsageLine[], nodes: readonly NodeLine[], options: CostOptions): ViewRow[] {
  const { book, basis, attributes, splitBy } = options;
  const cells = new Cells<Labels>(book);
  const place = (segment: Segment, nodeType: string): Omit<Labels, keyof PayerLabels> => ({
    period_start: segment.period,
    kind: allValues,
    image: allValues,
    node_type: splitBy === 'node_type' ? nodeType : allValues,
  });
  for (const line of lines) {
    const { segment, nodeType } = line;
    const at = {
      ...place(segment, nodeType),
      ...(splitBy === 'kind' && { kind: line.kind }),
      ...(splitBy === 'image' && { image: line.image ?? '' }),
    };
    const [cores, gb] = [charged(line.cpu, basis), charged(line.memory, basis)];
    cells.add({ ...at, ...payerLabels(line, attributes) }, payingPerson(line), segment, nodeType, cores, gb);
    if (basis === 'requested' || nodes.length === 0) continue;
    const rest = { ...place(segment, nodeType), ...nobodysLabels(payers.notCharged, attributes) };
    cells.add(rest, null, segment, nodeType, line.cpu.requested - cores, line.memory.requested - gb);
  }
  for (const { segment, nodeType, cpu, memory } of nodes)
    cells.add(
      { ...place(segment, nodeType), ...nobodysLabels(payers.infraIdle, attributes) },
      null,
      segment,
      nodeType,
      cpu.infraIdle,
      memory.infraIdle,
    );
  return cells
    .all()
    .map((cell): ViewRow => ({ ...cell.labels, ...moneyColumns(cell, book) }))
    .sort(byPlace);
}

const payerOrder = Object.values(payers) as readonly string[];

function byPlace(a: ViewRow, b: ViewRow): number {
  const order =
    Number(a['period_start']) - Number(b['period_start']) ||
    payerOrder.indexOf(String(a['payer'])) - payerOrder.indexOf(String(b['payer']));
  if (order !== 0) return order;
  for (const key of [...personAttributes, 'kind', 'image', 'node_type']) {
    const [x, y] = [String(a[key]), String(b[key])];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

import { Cells, moneyColumns } from '../money/cells.ts';
import type { NodeLine } from '../money/node-lines.ts';
import { nobodysLabels, payerLabels, payers, payingPerson, type PayerLabels } from '../money/payer.ts';
import type { PriceBook } from '../money/price-book.ts';
import type { UsageLine } from '../money/usage-lines.ts';
import { allValues, personAttributes } from '../shared/columns.ts';
import type { ViewRow } from '../view.ts';

export const parts = ['infra idle', 'workload idle', 'used within request', 'unknown', 'borrowed'] as const;
const ofUsage = [
  ['workload idle', 'idle'],
  ['used within request', 'within'],
  ['unknown', 'unknown'],
  ['borrowed', 'borrowed'],
] as const;

interface Labels extends PayerLabels {
  readonly period_start: Date;
  readonly node_type: string;
  readonly part: (typeof parts)[number];
}

export interface IdleOptions {
  readonly book: PriceBook;
  readonly attributes: readonly string[];
  readonly byNodeType: boolean;
}

/** One row for each part; `nodes` empty: there is no infra idle, and shares are of what is requested. */
export function idleRows(lines: readonly UsageLine[], nodes: readonly NodeLine[], options: IdleOptions): ViewRow[] {
  const { book, attributes, byNodeType } = options;
  const cells = new Cells<Labels>(book);
  const wholes = new Map<string, number>();
  const typeOf = (nodeType: string): string => (byNodeType ? nodeType : allValues);
  const keyOf = (period: Date, nodeType: string): string => `${period.getTime()} ${nodeType}`;
  const addWhole = (key: string, hours: number): unknown => wholes.set(key, (wholes.get(key) ?? 0) + hours);
  for (const line of lines) {
    const { segment, nodeType } = line;
    const at = { period_start: segment.period, node_type: typeOf(nodeType), ...payerLabels(line, attributes) };
    for (const [part, name] of ofUsage)
      cells.add({ ...at, part }, payingPerson(line), segment, nodeType, line.cpu[name], line.memory[name]);
    if (nodes.length === 0) addWhole(keyOf(segment.period, at.node_type), line.cpu.requested);
  }
  for (const { segment, nodeType, cpu, memory } of nodes) {
    const at = { period_start: segment.period, node_type: typeOf(nodeType) };
    const labels = { ...at, ...nobodysLabels(payers.infraIdle, attributes), part: 'infra idle' as const };
    cells.add(labels, null, segment, nodeType, cpu.infraIdle, memory.infraIdle);
    addWhole(keyOf(segment.period, at.node_type), cpu.allocatable);
  }
  return cells
    .all()
    .map((cell): ViewRow => {
      const whole = wholes.get(keyOf(cell.labels.period_start, cell.labels.node_type)) ?? 0;
      return {
        ...cell.labels,
        ...moneyColumns(cell, book),
        whole_core_hours: whole,
        core_share: whole > 0 ? cell.sum.coreHours / whole : null,
      };
    })
    .sort(byPlace);
}

function byPlace(a: ViewRow, b: ViewRow): number {
  const period = Number(a['period_start']) - Number(b['period_start']);
  if (period !== 0) return period;
  const order = (row: ViewRow): string =>
    JSON.stringify([
      row['node_type'],
      Object.values(payers).indexOf(row['payer'] as never),
      ...personAttributes.map((name) => row[name]),
      parts.indexOf(row['part'] as never),
    ]);
  const [x, y] = [order(a), order(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

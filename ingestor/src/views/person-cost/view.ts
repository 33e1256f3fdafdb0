import { Type } from 'typebox';
import { loadBatchLines } from '../money/batch-lines.ts';
import { Cells, moneyColumns } from '../money/cells.ts';
import {
  basisParameter,
  charged,
  currencyParameter,
  moneyViewColumns,
  periodParameter,
  periodStartColumn,
  priceFact,
  priceNotices,
} from '../money/parameters.ts';
import { payingPerson } from '../money/payer.ts';
import { loadPriceBook } from '../money/price-book.ts';
import { coverageOf, loadUsageLines } from '../money/usage-lines.ts';
import { numberColumn, textColumn } from '../shared/columns.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { defineView, type ViewRow } from '../view.ts';

export const personCost = defineView({
  id: 'person-cost',
  title: 'Own cost',
  topic: 'Cost',
  description: 'What the containers of a person cost: one’s own, or of everybody by pseudonym for the platform',
  parameters: Type.Object({
    basis: basisParameter,
    period: periodParameter,
    currency: currencyParameter,
    ...containerFilterParameters,
  }),
  columns: [
    periodStartColumn,
    textColumn('person', 'Person', 'Person key (pseudonym)'),
    textColumn('kind', 'Kind', 'Of the containers'),
    ...moneyViewColumns,
    numberColumn(
      'idle_core_hours',
      'Idle',
      'count:core·h',
      'Reserved and not used: Σ max(0, requested − used), where use is known',
    ),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person', widenTo: 'week' },
  howComputed:
    'Basis: {basis}. Hours of one’s workspaces, Connect content and Batch jobs × price as of the day of the usage: {prices}. Days of {time_zone}; GPUs and volumes are not in it.',

  async run({ reader, range, config, person }, parameters) {
    const { basis, currency, period } = parameters;
    const zone = config.organisation.time_zone;
    const book = await loadPriceBook(reader, currency);
    const question = {
      range,
      zone,
      period,
      changes: book.changeDays(),
      byPerson: false,
      byImage: false,
      person,
      filters: containerFilterValues(parameters),
    };
    const lines = (await Promise.all([loadUsageLines(reader, question), loadBatchLines(reader, question)])).flat();
    const cells = new Cells<{ period_start: Date; person: string; kind: string }>(book);
    const idle = new Map<string, number>();
    const own = lines.filter((line) => payingPerson(line) !== null);
    for (const line of own) {
      const labels = { period_start: line.segment.period, person: line.person ?? '', kind: line.kind };
      cells.add(labels, null, line.segment, line.nodeType, charged(line.cpu, basis), charged(line.memory, basis));
      const key = JSON.stringify(labels);
      idle.set(key, (idle.get(key) ?? 0) + line.cpu.idle);
    }
    const rows = cells
      .all()
      .map((cell): ViewRow => ({
        ...cell.labels,
        ...moneyColumns(cell, book),
        idle_core_hours: idle.get(JSON.stringify(cell.labels)) ?? 0,
      }))
      .sort(byPlace);
    return {
      rows,
      coverage: coverageOf(own),
      facts: { basis, prices: priceFact(book, range, zone), time_zone: zone },
      notices: priceNotices(
        book,
        rows.some((row) => row['cost'] === null),
      ),
    };
  },
});

function byPlace(a: ViewRow, b: ViewRow): number {
  const period = Number(a['period_start']) - Number(b['period_start']);
  if (period !== 0) return period;
  const [x, y] = [`${String(a['person'])} ${String(a['kind'])}`, `${String(b['person'])} ${String(b['kind'])}`];
  return x < y ? -1 : x > y ? 1 : 0;
}

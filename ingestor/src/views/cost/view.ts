import { Type } from 'typebox';
import { loadBatchLines } from '../money/batch-lines.ts';
import { loadInvoiceDays, type InvoiceDays } from '../money/invoice.ts';
import { moneyPrivacy } from '../money/cells.ts';
import { loadNodeLines } from '../money/node-lines.ts';
import {
  basisParameter,
  currencyParameter,
  moneyViewColumns,
  periodParameter,
  periodStartColumn,
  priceFact,
  priceNotices,
} from '../money/parameters.ts';
import { loadPriceBook } from '../money/price-book.ts';
import { segmentsOf } from '../money/segments.ts';
import { coverageOf, loadUsageLines } from '../money/usage-lines.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { defineView } from '../view.ts';
import { costRows } from './rows.ts';
import { invoiceRows } from './invoice-rows.ts';

const splits = ['kind', 'image', 'node_type'] as const;

export const cost = defineView({
  id: 'cost',
  title: 'Cost',
  topic: 'Cost',
  description:
    'What departments and roles pay, by kind, image or node type; infra idle and the difference to the invoice are rows of their own',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes, ['department']),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    split_by: Type.Union(
      [Type.Literal('none'), Type.Literal('kind'), Type.Literal('image'), Type.Literal('node_type')],
      {
        default: 'none',
        description: 'Divides every row further',
      },
    ),
    basis: basisParameter,
    period: periodParameter,
    currency: currencyParameter,
    ...containerFilterParameters,
  }),
  columns: [
    periodStartColumn,
    textColumn(
      'payer',
      'Payer',
      'people; no user (a user’s container whose user is not known); platform (services); infra idle (allocatable, reserved by nobody); ' +
        'reserved, not charged (requested less what the basis charges); invoice difference (invoice − Σ allocatable × price)',
    ),
    ...attributeColumns,
    textColumn('kind', 'Kind', 'Of the containers; all: not split by it'),
    textColumn('image', 'Image', 'Of the containers; all: not split by it'),
    textColumn('node_type', 'Node type', 'Of the node; all: not split by it; empty: not known'),
    ...moneyViewColumns,
    numberColumn('people', 'People', 'short', 'People who pay; 0: the row is not about people'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: splits.map((column) => ({ column })),
    slices: ['period_start'],
    ...moneyPrivacy,
  },
  howComputed:
    'Basis: {basis}. Hours × price of a core-hour and of a GB-hour on their node type, as of the day of the usage: {prices}. ' +
    'A workspace is paid by its user, Connect by its owner, Batch by its submitter, the rest by the platform; GPUs and volumes are not in it. ' +
    'Attributes of people as of the day of the usage, days of {time_zone}. Infra idle = allocatable − requested, its own row and spread over nobody. ' +
    'The rows without the invoice difference sum to Σ allocatable × price{whole}{batch}. {invoice}',

  async run({ reader, range, config, attributes }, parameters) {
    const { basis, currency, period, split_by: splitBy } = parameters;
    const zone = config.organisation.time_zone;
    const filters = containerFilterValues(parameters);
    const [kind, , component, image, node] = filters;
    // Nodes can be told apart by cluster only: with any other filter there is no whole to sum to.
    const hasNodes = [kind, component, image, node].every((value) => value === '');
    const [book, days] = await Promise.all([loadPriceBook(reader, currency), loadInvoiceDays(reader)]);
    const hasInvoice = hasNodes && filters[1] === '' && days.currencies.length > 0;
    const changes = [
      ...book.changeDays(),
      ...(hasInvoice ? invoiceChanges(days, book.currency, book.rates.days()) : []),
    ];
    const segments = segmentsOf(range, zone, period, changes);
    const question = {
      range,
      zone,
      period,
      changes,
      byPerson: attributes.length > 0,
      byImage: splitBy === 'image',
      person: null,
      filters,
    };
    const [containers, batch, nodes] = await Promise.all([
      loadUsageLines(reader, question),
      loadBatchLines(reader, question),
      hasNodes ? loadNodeLines(reader, range, segments, filters[1]) : [],
    ]);
    const lines = [...containers, ...batch];
    const rows = costRows(lines, nodes, { book, basis, attributes, splitBy });
    const invoice = hasInvoice
      ? await invoiceRows({
          reader,
          range,
          zone,
          segments,
          nodes,
          book,
          days,
          attributes,
          services: config.cost_export.services,
        })
      : null;
    const all = [...rows, ...(invoice?.rows ?? [])];
    return {
      rows: all,
      coverage: coverageOf(lines),
      facts: {
        basis,
        prices: priceFact(book, range, zone),
        time_zone: zone,
        whole: hasNodes ? '' : ' only without filters on containers',
        batch: batch.length > 0 ? ', plus what AWS Batch reserved outside of the clusters' : '',
        invoice: invoice?.text ?? 'No invoice was imported for it.',
      },
      notices: [
        ...priceNotices(
          book,
          rows.some((row) => row['cost'] === null),
        ),
        ...(invoice?.notices ?? []),
      ],
    };
  },
});

function invoiceChanges(days: InvoiceDays, currency: string | null, rateDays: readonly Date[]): Date[] {
  return [...days.changes, ...(days.currencies.every((each) => each === currency) ? [] : rateDays)];
}

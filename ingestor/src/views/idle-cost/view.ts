import { Type } from 'typebox';
import { moneyPrivacy } from '../money/cells.ts';
import { loadNodeLines } from '../money/node-lines.ts';
import {
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
import { idleRows } from './rows.ts';

export const idleCost = defineView({
  id: 'idle-cost',
  title: 'Cost of idle',
  topic: 'Cost',
  description:
    'What is offered, reserved and really used, in core-hours, GB-hours and money, by node type, department and role: allocatable = infra idle + workload idle + used within request + unknown',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    by_node_type: Type.Boolean({ default: true, description: 'One set of rows for each node type' }),
    period: periodParameter,
    currency: currencyParameter,
    ...containerFilterParameters,
  }),
  columns: [
    periodStartColumn,
    textColumn('node_type', 'Node type', 'Of the node; all: not split by it; empty: not known'),
    textColumn('payer', 'Whose', 'people; no user; platform (services); infra idle (nobody’s)'),
    ...attributeColumns,
    textColumn(
      'part',
      'Part',
      'infra idle: allocatable − requested; workload idle: Σ max(0, requested − used) where use is known; used within request: Σ min(used, requested); ' +
        'unknown: requested where use is not known; borrowed: Σ max(0, used − requested), beside the sum',
    ),
    ...moneyViewColumns,
    numberColumn(
      'core_share',
      'Share of cores',
      'percentunit',
      'core_hours ÷ allocatable (or requested, with filters on containers) of the period and node type; borrowed too',
    ),
    numberColumn('people', 'People', 'short', 'People with containers in it; 0: the row is not about people'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'node_type' }],
    slices: ['period_start', 'part', 'payer'],
    ...moneyPrivacy,
    merge: {
      ...moneyPrivacy.merge,
      whole_core_hours: 'max',
      core_share: { ratio: ['core_hours', 'whole_core_hours'] },
    },
  },
  howComputed:
    'Minima and maxima are taken per container and five minutes, then summed: allocatable = infra idle + workload idle + used within request + unknown; borrowed stands beside. A gap is unknown, not idle. ' +
    'Money: hours × price of a core-hour and of a GB-hour on the node type as of the day: {prices}. Attributes of people as of the day of the usage, days of {time_zone}.',

  async run({ reader, range, config, attributes }, parameters) {
    const zone = config.organisation.time_zone;
    const filters = containerFilterValues(parameters);
    const [kind, cluster, component, image, node] = filters;
    const hasNodes = [kind, component, image, node].every((value) => value === '');
    const book = await loadPriceBook(reader, parameters.currency);
    const changes = book.changeDays();
    const [lines, nodes] = await Promise.all([
      loadUsageLines(reader, {
        range,
        zone,
        period: parameters.period,
        changes,
        byPerson: attributes.length > 0,
        byImage: false,
        person: null,
        filters,
      }),
      hasNodes ? loadNodeLines(reader, range, segmentsOf(range, zone, parameters.period, changes), cluster) : [],
    ]);
    const rows = idleRows(lines, nodes, { book, attributes, byNodeType: parameters.by_node_type });
    return {
      rows,
      coverage: coverageOf(lines),
      facts: { prices: priceFact(book, range, zone), time_zone: zone },
      notices: priceNotices(
        book,
        rows.some((row) => row['cost'] === null),
      ),
    };
  },
});

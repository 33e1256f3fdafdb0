import { Type } from 'typebox';
import { summableMerge } from '../money/cells.ts';
import { dayLabel } from '../money/day.ts';
import { loadNodeLines } from '../money/node-lines.ts';
import { periodParameter, periodStartColumn } from '../money/parameters.ts';
import { nobodysLabels, payerLabels, payers, payingPerson, type PayerLabels } from '../money/payer.ts';
import { segmentsOf } from '../money/segments.ts';
import { coverageOf, loadUsageLines } from '../money/usage-lines.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { defineView, type ViewRow } from '../view.ts';
import { loadHourWeights } from './by-hour.ts';
import { loadCarbonBook, type CarbonBook } from './carbon-book.ts';
import { CarbonCell, carbonColumns, carbonParts, hoursOf, infraHoursOf } from './rows.ts';

export const regionParameter = Type.String({
  default: '',
  description: 'Region of the grid; empty: the only one that has an intensity',
});

interface Open {
  readonly labels: PayerLabels & { readonly period_start: Date };
  readonly cell: CarbonCell;
  readonly people: Map<string, CarbonCell>;
}

export const carbon = defineView({
  id: 'carbon',
  title: 'Carbon',
  topic: 'Carbon',
  description:
    'kg CO2e as a range between a low and a high set of coefficients: in use, idle and embodied apart, by department and role',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes, ['department']),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    period: periodParameter,
    region: regionParameter,
    ...containerFilterParameters,
  }),
  columns: [
    periodStartColumn,
    textColumn('payer', 'Whose', 'people; no user; platform (services); infra idle (reserved by nobody)'),
    ...attributeColumns,
    textColumn('part', 'Part', 'in use; idle (the W_min part of idle cores); embodied (of the devices)'),
    numberColumn(
      'kg_low',
      'Low',
      'suffix:kg CO2e',
      'With the low set of coefficients; empty without coefficients or intensity',
    ),
    numberColumn('kg_high', 'High', 'suffix:kg CO2e', 'With the high set of coefficients'),
    numberColumn('people', 'People', 'short', 'People with containers in it; 0: the row is not about people'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    slices: ['period_start', 'payer', 'part'],
    people: 'people',
    overlapping: true,
    dominance: [
      { sum: 'kg_low', largest: 'largest_kg_low' },
      { sum: 'kg_high', largest: 'largest_kg_high' },
    ],
    merge: { people: 'max', ...summableMerge('kg_low'), ...summableMerge('kg_high') },
  },
  howComputed:
    'kWh = (W_min·max(requested, used) + (W_max − W_min)·used + W_GB·GB-hours) × PUE ÷ 1000, hours of logical CPUs; kg = kWh × grid intensity, of the hour (UTC) where it is given by hour. Idle: the W_min part of idle cores; embodied: device kg × hours ÷ 35,040 × share of its cores. ' +
    'Boundary: CPU and memory of the containers and the cores that nobody reserved; no network, storage, GPUs or control plane. {versions}. A range between two sets, not a measurement. Attributes of people as of the day of the usage, days of {time_zone}.',

  async run({ reader, range, config, attributes }, parameters) {
    const zone = config.organisation.time_zone;
    const filters = containerFilterValues(parameters);
    const [kind, cluster, component, image, node] = filters;
    const hasNodes = [kind, component, image, node].every((value) => value === '');
    const book = await loadCarbonBook(reader, parameters.region);
    const changes = book.changeDays();
    const { period } = parameters;
    const question = {
      range,
      zone,
      period,
      changes,
      byPerson: attributes.length > 0,
      byImage: false,
      person: null,
      filters,
    };
    const [lines, weights, nodes] = await Promise.all([
      loadUsageLines(reader, question),
      loadHourWeights(reader, book, question, hasNodes),
      hasNodes ? loadNodeLines(reader, range, segmentsOf(range, zone, period, changes), cluster) : [],
    ]);
    const cells = new Map<string, Open>();
    const open = (labels: Open['labels']): Open => {
      const key = JSON.stringify(labels);
      const known = cells.get(key) ?? { labels, cell: new CarbonCell(), people: new Map() };
      cells.set(key, known);
      return known;
    };
    for (const line of lines) {
      const own = open({ period_start: line.segment.period, ...payerLabels(line, attributes) });
      const more = weights.ofUsage(line);
      own.cell.add(book, line.segment, line.nodeType, hoursOf(line), more);
      const person = payingPerson(line);
      if (person === null) continue;
      const personal = own.people.get(person) ?? new CarbonCell();
      own.people.set(person, personal);
      personal.add(book, line.segment, line.nodeType, hoursOf(line), more);
    }
    for (const line of nodes)
      open({ period_start: line.segment.period, ...nobodysLabels(payers.infraIdle, attributes) }).cell.add(
        book,
        line.segment,
        line.nodeType,
        infraHoursOf(line),
        weights.ofNodes(line),
      );
    const rows = [...cells.values()]
      .flatMap(({ labels, cell, people }) =>
        carbonParts.map((part): ViewRow => ({ ...labels, part, ...carbonColumns(cell, part, people.values()) })),
      )
      .sort(byPlace);
    const last = dayLabel(new Date(range.to.getTime() - 1), zone);
    return {
      rows,
      coverage: coverageOf(lines),
      facts: { versions: book.describe(last), time_zone: zone },
      notices: carbonNotices(book, last),
    };
  },
});

/** What has to be said beside any kilogram. */
export function carbonNotices(book: CarbonBook, last: Date): string[] {
  const missing = (['low', 'high'] as const).filter((set) => book.coefficients(set, '', last) === null);
  return [
    ...(missing.length > 0
      ? [`There are no ${missing.join(' and ')} coefficients for every node: kilograms may be empty`]
      : []),
    ...(book.intensity(last) === null ? ['There is no grid intensity: kilograms are empty'] : []),
  ];
}

function byPlace(a: ViewRow, b: ViewRow): number {
  const period = Number(a['period_start']) - Number(b['period_start']);
  if (period !== 0) return period;
  const order = (row: ViewRow): string =>
    JSON.stringify([
      Object.values(payers).indexOf(row['payer'] as never),
      ...personAttributes.map((name) => row[name]),
      carbonParts.indexOf(row['part'] as never),
    ]);
  const [x, y] = [order(a), order(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

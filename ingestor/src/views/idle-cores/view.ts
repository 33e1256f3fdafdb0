import { Type } from 'typebox';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import {
  comparedColumns,
  comparedPrivacy,
  compareParameter,
  comparisonText,
  previousRange,
  withPrevious,
} from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { groupRows } from '../shared/group-rows.ts';
import { contributionsOf, ownerParameters, readSqlWithParts } from '../shared/owned-usage.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type TimeRange, type ViewContext, type ViewRow } from '../view.ts';
import { binEdges, binLabel } from './bins.ts';

const usedSql = readSqlWithParts(import.meta.url, 'query.sql');
const requestedSql = readSqlWithParts(import.meta.url, 'requested.sql');

const columns = [
  ...attributeColumns,
  textColumn('bin', 'Cores', 'Mean cores per five minutes; the lower edge belongs to the bin, the upper to the next'),
  numberColumn('bin_from_cores', 'From', 'suffix:cores', 'Lower edge of the bin'),
  numberColumn('bin_to_cores', 'To', 'suffix:cores', 'Upper edge of the bin'),
  numberColumn(
    'container_hours',
    'Container-hours used',
    'count:h',
    'Covered container-hours in which this many cores were used',
  ),
  numberColumn('share', 'Share', 'percentunit', 'container_hours ÷ those of all rows of the answer'),
  numberColumn(
    'requested_container_hours',
    'Container-hours requested',
    'count:h',
    'Covered container-hours of containers that request this many cores: the second histogram, to draw over the first',
  ),
  numberColumn(
    'requested_core_hours',
    'Core-hours requested',
    'count:core·h',
    'Σ requested cores × covered hours in this bin',
  ),
  numberColumn(
    'idle_core_hours',
    'Core-hours idle',
    'count:core·h',
    'Σ max(0, requested − used) in this bin, per container and five minutes',
  ),
  numberColumn('idle_share', 'Idle', 'percentunit', 'idle_core_hours ÷ requested_core_hours; empty without a request'),
  numberColumn(
    'containers',
    'Containers',
    'short',
    'Container instances with hours in this bin; grouped by attributes, one counts anew when its person’s attributes change; empty where bins or groups were merged',
  ),
  numberColumn(
    'people',
    'People',
    'short',
    'Users of these containers, in the larger of both histograms; a lower bound where bins were merged',
  ),
];
const sums = [
  'container_hours',
  'share',
  'requested_container_hours',
  'requested_core_hours',
  'idle_core_hours',
  'largest_container_hours',
  'largest_requested_container_hours',
  'largest_idle_core_hours',
  'people',
  'people_using',
  'people_requesting',
];
const keys = [...personAttributes, 'bin'];

export const idleCores = defineView({
  id: 'idle-cores',
  title: 'Idle cores',
  topic: 'Use',
  description:
    'How many cores containers really use, as a histogram of container-hours, with what they request drawn over it',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    ...containerFilterParameters,
    compare: compareParameter,
  }),
  columns: [
    ...columns,
    ...comparedColumns(columns, ['container_hours', 'share', 'requested_container_hours', 'idle_share']),
  ],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'bin', order: 'bin_from_cores' }],
    people: 'contributors',
    // Both histograms are in the row: neither may be about too few.
    alsoPeople: ['people_using', 'people_requesting'],
    overlapping: true,
    dominance: [
      { sum: 'container_hours', largest: 'largest_container_hours' },
      { sum: 'requested_container_hours', largest: 'largest_requested_container_hours' },
      { sum: 'idle_core_hours', largest: 'largest_idle_core_hours' },
    ],
    merge: {
      bin_to_cores: 'max',
      container_hours: 'sum',
      share: 'sum',
      requested_container_hours: 'sum',
      requested_core_hours: 'sum',
      idle_core_hours: 'sum',
      idle_share: { ratio: ['idle_core_hours', 'requested_core_hours'] },
      people: 'max',
    },
  }),
  howComputed:
    'Covered container-hours by the mean cores used per five minutes. Bins [0, 0.1), [0.1, 0.5), [0.5, 1), then whole cores, closed below. ' +
    'A gap is not idle: what is not covered is left out of both histograms. Idle = Σ max(0, requested − used) ÷ requested, per container and five minutes. ' +
    'Attributes of people as of the day of the usage, days of {time_zone}. Rows of containers: {containers}. {comparison}',

  async run(context, parameters) {
    const filters = containerFilterValues(parameters);
    const zone = context.config.organisation.time_zone;
    const before = parameters.compare === 'previous' ? previousRange(context.range, zone) : null;
    const [now, previous] = await Promise.all([
      histogram(context, context.range, filters),
      before && histogram(context, before, filters),
    ]);
    return {
      rows: withPrevious(now.rows, previous?.rows ?? null, { keys, sums, ratios: ['idle_share'] }).sort(byGroupAndBin),
      coverage: now.coverage,
      facts: {
        time_zone: zone,
        containers: filters.some((value) => value !== '')
          ? `filtered by ${filters.filter((value) => value !== '').join(', ')}`
          : 'all kinds',
        comparison: comparisonText(before),
      },
    };
  },
});

async function histogram(
  context: ViewContext,
  range: TimeRange,
  filters: readonly string[],
): Promise<{ rows: ViewRow[]; coverage: number | null }> {
  const { reader, config } = context;
  const bound = ownerParameters(context, range, filters);
  const [even, odd, requestedBy, people] = await Promise.all([
    reader.rows(usedSql, [...bound, 0]),
    reader.rows(usedSql, [...bound, 1]),
    reader.rows(requestedSql, bound),
    PeopleHistory.load(reader, config.organisation.time_zone),
  ]);
  const cells = (rows: readonly ViewRow[], amounts: readonly string[]): ViewRow[] =>
    groupRows(contributionsOf(rows, people, context, range.from, { keys: ['bin'], amounts }));
  const used = cells(even.concat(odd), ['container_hours', 'requested_core_hours', 'idle_core_hours', 'containers']);
  const requested = cells(requestedBy, ['requested_container_hours', 'alive_hours']);
  const total = sumOf(used, 'container_hours');
  const alive = sumOf(requested, 'alive_hours');
  const keyOf = (row: ViewRow): string => JSON.stringify(keys.map((key) => row[key]));
  const requests = new Map<string, ViewRow>(requested.map((row) => [keyOf(row), row]));
  const seen = new Set(used.map(keyOf));
  const rows = [
    ...used.map((row) => binRow(row, requests.get(keyOf(row)), total)),
    ...requested.filter((row) => !seen.has(keyOf(row))).map((row) => binRow(null, row, total)),
  ];
  return { rows, coverage: alive > 0 ? Math.min(1, sumOf(requested, 'requested_container_hours') / alive) : null };
}

function binRow(used: ViewRow | null, requested: ViewRow | undefined, total: number): ViewRow {
  const row = used ?? requested ?? {};
  const bin = Number(row['bin']);
  const number = (from: ViewRow | null | undefined, name: string): number => Number(from?.[name] ?? 0);
  const [hours, idle, asked] = [
    number(used, 'container_hours'),
    number(used, 'idle_core_hours'),
    number(used, 'requested_core_hours'),
  ];
  return {
    department: row['department'] ?? null,
    role: row['role'] ?? null,
    is_manager: row['is_manager'] ?? null,
    bin: binLabel(bin),
    bin_from_cores: binEdges(bin).from,
    bin_to_cores: binEdges(bin).to,
    container_hours: hours,
    share: total > 0 ? hours / total : null,
    requested_container_hours: number(requested, 'requested_container_hours'),
    requested_core_hours: asked,
    idle_core_hours: idle,
    idle_share: asked > 0 ? idle / asked : null,
    containers: number(used, 'containers'),
    people: Math.max(number(used, 'people'), number(requested, 'people')),
    people_using: number(used, 'people'),
    people_requesting: number(requested, 'people'),
    largest_container_hours: number(used, 'largest_container_hours'),
    largest_idle_core_hours: number(used, 'largest_idle_core_hours'),
    largest_requested_container_hours: number(requested, 'largest_requested_container_hours'),
  };
}

function byGroupAndBin(a: ViewRow, b: ViewRow): number {
  for (const key of personAttributes) {
    const order = String(a[key]).localeCompare(String(b[key]), 'en');
    if (order !== 0) return order;
  }
  return Number(a['bin_from_cores']) - Number(b['bin_from_cores']);
}

function sumOf(rows: readonly ViewRow[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
}

import { Type } from 'typebox';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, timeColumn } from '../shared/columns.ts';
import {
  comparedColumns,
  comparedPrivacy,
  compareParameter,
  comparisonText,
  previousRange,
  withPrevious,
} from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { contributionsOf, ownerParameters, readSqlWithParts } from '../shared/owned-usage.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type TimeRange, type ViewRow } from '../view.ts';

const sql = readSqlWithParts(import.meta.url, 'summary.sql');

const columns = [
  timeColumn(
    'period_start',
    'Period',
    'Local midnight at which the week (Monday) or month starts; start of the range for period=none',
  ),
  ...attributeColumns,
  numberColumn('container_hours', 'Container-hours', 'count:h', 'Covered container-hours'),
  numberColumn(
    'requested_core_hours',
    'Requested',
    'count:core·h',
    'Σ requested cores × alive hours = used within + idle + unknown',
  ),
  numberColumn(
    'within_core_hours',
    'Used within request',
    'count:core·h',
    'Σ min(used, requested) per container and five minutes',
  ),
  numberColumn(
    'idle_core_hours',
    'Idle',
    'count:core·h',
    'Workload idle: Σ max(0, requested − used) per container and five minutes, where use is known',
  ),
  numberColumn(
    'unknown_core_hours',
    'Unknown',
    'count:core·h',
    'Requested where use is not known (gaps): neither used nor idle',
  ),
  numberColumn(
    'borrowed_core_hours',
    'Borrowed',
    'count:core·h',
    'Σ max(0, used − requested): beyond the request, never negative idle',
  ),
  numberColumn('used_core_hours', 'Used', 'count:core·h', 'Σ used cores × hours = used within + borrowed'),
  numberColumn(
    'idle_share',
    'Idle share',
    'percentunit',
    'idle ÷ (idle + used within): of the known part of the request',
  ),
  numberColumn(
    'under_tenth_share',
    'Under 0.1 core',
    'percentunit',
    'Covered container-hours under 0.1 core ÷ covered container-hours',
  ),
  numberColumn('coverage', 'Coverage', 'percentunit', 'Covered ÷ alive hours'),
  numberColumn(
    'containers',
    'Containers',
    'short',
    'Container instances; one whose person’s attributes change counts anew',
  ),
  numberColumn('people', 'People', 'short', 'Users of these containers'),
];
/** What the query gives of every account. */
const amounts = [
  'container_hours',
  'alive_hours',
  'under_tenth_hours',
  'requested_core_hours',
  'used_core_hours',
  'idle_core_hours',
  'within_core_hours',
  'unknown_core_hours',
  'borrowed_core_hours',
  'containers',
];
const sums = [
  'container_hours',
  'alive_hours',
  'under_tenth_hours',
  'requested_core_hours',
  'within_core_hours',
  'idle_core_hours',
  'unknown_core_hours',
  'borrowed_core_hours',
  'used_core_hours',
  'known_core_hours',
  'people',
];
const protectedSums = [
  'container_hours',
  'requested_core_hours',
  'within_core_hours',
  'idle_core_hours',
  'used_core_hours',
];
/** What is left between these: requested − within − idle, used − within. */
const derivedSums = ['unknown_core_hours', 'borrowed_core_hours'];
const compared = [
  'container_hours',
  'requested_core_hours',
  'idle_core_hours',
  'used_core_hours',
  'idle_share',
  'under_tenth_share',
  'people',
];

export const idleCoresSummary = defineView({
  id: 'idle-cores-summary',
  title: 'Idle cores, summed',
  topic: 'Use',
  description:
    'Requested, used and idle core-hours, their shares, and the share of hours under 0.1 core, by group and week',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    period: Type.Union([Type.Literal('none'), Type.Literal('week'), Type.Literal('month')], {
      default: 'none',
      description: 'One row for the range, or one for each week or month',
    }),
    ...containerFilterParameters,
    compare: compareParameter,
  }),
  columns: [...columns, ...comparedColumns(columns, compared)],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: personAttributes,
    slices: ['period_start'],
    people: 'contributors',
    overlapping: true,
    dominance: protectedSums.map((sum) => ({ sum, largest: `largest_${sum}` })),
    // Idle and its share give what was used within the request, so the other term goes.
    derived: [
      { sum: 'unknown_core_hours', largest: 'largest_unknown_core_hours', terms: ['requested_core_hours'] },
      { sum: 'borrowed_core_hours', largest: 'largest_borrowed_core_hours', terms: ['used_core_hours'] },
    ],
    merge: {
      container_hours: 'sum',
      alive_hours: 'sum',
      under_tenth_hours: 'sum',
      requested_core_hours: 'sum',
      within_core_hours: 'sum',
      idle_core_hours: 'sum',
      unknown_core_hours: 'sum',
      borrowed_core_hours: 'sum',
      used_core_hours: 'sum',
      known_core_hours: 'sum',
      containers: 'sum',
      people: 'max',
      idle_share: { ratio: ['idle_core_hours', 'known_core_hours'] },
      under_tenth_share: { ratio: ['under_tenth_hours', 'container_hours'] },
      coverage: { ratio: ['container_hours', 'alive_hours'] },
    },
  }),
  howComputed:
    'Minima and maxima are taken per container and five minutes, then summed: requested = used within + idle + unknown. Idle share = idle ÷ (idle + used within), so that a gap moves no share. ' +
    'Attributes of people as of the day of the usage, days of {time_zone}. Rows of containers: {containers}. {comparison}',

  async run(context, parameters) {
    const { range, config, reader } = context;
    const filters = containerFilterValues(parameters);
    const zone = config.organisation.time_zone;
    // Weeks compare with each other; beside them a period before has no row of its own.
    const before =
      parameters.compare === 'previous' && parameters.period === 'none' ? previousRange(range, zone) : null;
    const people = await PeopleHistory.load(reader, zone);
    const ask = async (span: TimeRange): Promise<ViewRow[]> => {
      const byAccount = await reader.rows(sql, [...ownerParameters(context, span, filters), parameters.period]);
      const cells = contributionsOf(byAccount, people, context, span.from, { keys: ['period_start'], amounts });
      return groupRows(cells).map(withShares);
    };
    const [rows, previous] = await Promise.all([ask(range), before && ask(before)]);
    const shown = withPrevious(rows, previous?.map((row) => ({ ...row, period_start: range.from })) ?? null, {
      keys: [...personAttributes, 'period_start'],
      sums: [...sums, ...[...protectedSums, ...derivedSums].map((sum) => `largest_${sum}`)],
      ratios: ['idle_share', 'under_tenth_share', 'coverage'],
    });
    const total = (column: string): number => rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
    return {
      rows: sortRows(shown, [...personAttributes, 'period_start']),
      coverage: total('alive_hours') > 0 ? Math.min(1, total('container_hours') / total('alive_hours')) : null,
      facts: {
        time_zone: zone,
        containers: filters.some((value) => value !== '')
          ? `filtered by ${filters.filter((value) => value !== '').join(', ')}`
          : 'all kinds',
        comparison: comparisonText(before),
      },
      notices:
        parameters.compare === 'previous' && before === null
          ? ['compare=previous needs period=none: weeks and months stand beside each other already']
          : [],
    };
  },
});

function withShares(row: ViewRow): ViewRow {
  const number = (name: string): number => Number(row[name] ?? 0);
  const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  const known = number('idle_core_hours') + number('within_core_hours');
  return {
    ...row,
    known_core_hours: known,
    idle_share: share(number('idle_core_hours'), known),
    under_tenth_share: share(number('under_tenth_hours'), number('container_hours')),
    coverage: share(number('container_hours'), number('alive_hours')),
  };
}

import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { ReservationPrices } from '../money/reservations.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import {
  allValues,
  attributeColumns,
  numberColumn,
  personAttributes,
  textColumn,
  timeColumn,
} from '../shared/columns.ts';
import {
  comparedColumns,
  comparedPrivacy,
  compareParameter,
  comparisonText,
  previousRange,
  withPrevious,
} from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { platformCoverage } from '../shared/coverage.ts';
import { groupRows, keysOfCells, sortRows } from '../shared/group-rows.ts';
import { LocalDays } from '../shared/local-days.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type TimeRange, type ViewContext, type ViewRow } from '../view.ts';
import { disposableDefaults, disposableOf } from './disposable.ts';

const sql = readSql(import.meta.url, 'query.sql');
const day = 86_400_000;

interface CreatedWorkspace {
  readonly workspace_id: string;
  readonly user_key: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly last_visit_at: Date | null;
  readonly visit_days: number;
  readonly visit_basis: string | null;
  readonly cluster: string | null;
  readonly image: string | null;
  readonly node: string | null;
  readonly cpu_request_cores: number | null;
  readonly memory_request_bytes: number | null;
}

const columns = [
  timeColumn('week', 'Week', 'Monday, local midnight; start of the range when not split by week'),
  ...attributeColumns.map((column) => ({
    ...column,
    description: `When the workspace was created. ${column.description}`,
  })),
  textColumn('image', 'Image', `Of the last instance; ${allValues}: not split by image`),
  numberColumn('workspaces', 'Workspaces', 'short', 'Workspaces created'),
  numberColumn('one_day', 'One day', 'short', 'Of these, ended with exactly one visit day'),
  numberColumn(
    'disposable',
    'Disposable',
    'short',
    'Of these, in a span of 30 days with five or more of the same user',
  ),
  numberColumn('disposable_share', 'Disposable share', 'percentunit', 'disposable ÷ workspaces'),
  numberColumn(
    'disposable_users',
    'Users',
    'short',
    'People with a disposable workspace; empty where groups were merged',
  ),
  numberColumn(
    'waste_core_hours',
    'Waste',
    'count:core·h',
    'Disposable ones: requested cores × hours from the last visit to the deletion',
  ),
  numberColumn('waste_gb_hours', 'Waste, memory', 'count:GB·h', 'Requested GB (2^30 bytes) × the same hours'),
  numberColumn(
    'waste_cost',
    'Cost of the waste',
    'none',
    'In `currency`, requested basis, at the prices of the days; empty: some of it has no price',
  ),
  textColumn('currency', 'Currency', 'What the money is in; empty: there are no prices'),
  numberColumn('people', 'People', 'short', 'Users who created workspaces; a lower bound where groups were merged'),
];
const sums = [
  'workspaces',
  'one_day',
  'disposable',
  'waste_core_hours',
  'waste_gb_hours',
  'waste_cost',
  'people',
  'holders_one_day',
  'holders_longer',
  'holders_disposable',
  'holders_lasting',
  'largest_workspaces',
  'largest_disposable',
  'largest_waste_core_hours',
];
const keys = ['week', ...personAttributes, 'image'];

export const containerChurn = defineView({
  id: 'container-churn',
  title: 'Disposable workspaces',
  topic: 'Life cycle',
  description: 'Workspaces created for one day over and over, and what they cost from the last visit to their deletion',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    split_by: Type.Array(Type.Union([Type.Literal('week'), Type.Literal('image')]), {
      default: [],
      uniqueItems: true,
      description: 'week: one row for each week of creation; image: for each image',
    }),
    least: Type.Integer({
      default: disposableDefaults.least,
      minimum: 2,
      maximum: 100,
      description: 'One-day workspaces that make them disposable',
    }),
    days: Type.Integer({
      default: disposableDefaults.days,
      minimum: 1,
      maximum: 90,
      description: 'Within so many days',
    }),
    ...containerFilterParameters,
    compare: compareParameter,
  }),
  columns: [
    ...columns,
    ...comparedColumns(columns, [
      'workspaces',
      'one_day',
      'disposable',
      'disposable_share',
      'waste_core_hours',
      'waste_cost',
    ]),
  ],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'image' }],
    slices: ['week'],
    people: 'contributors',
    // Figures of all workspaces and of disposable ones stand in one row: neither may be about too few, nor may their difference.
    alsoPeople: ['holders_one_day', 'holders_longer', 'holders_disposable', 'holders_lasting'],
    overlapping: true,
    dominance: [
      { sum: 'workspaces', largest: 'largest_workspaces' },
      { sum: 'disposable', largest: 'largest_disposable' },
      { sum: 'waste_core_hours', largest: 'largest_waste_core_hours' },
    ],
    merge: {
      workspaces: 'sum',
      one_day: 'sum',
      disposable: 'sum',
      disposable_share: { ratio: ['disposable', 'workspaces'] },
      waste_core_hours: 'sum',
      waste_gb_hours: 'sum',
      waste_cost: 'sum',
      people: 'max',
    },
  }),
  howComputed:
    'Disposable: {least} or more workspaces of a user with one visit day each, created within {days} days, wherever these days lie. Waste = request × time from the last visit to the deletion. ' +
    'Cost: {prices}. Without a basis for visits a workspace is never a one-day one. Unattributed workspaces count as workspaces only. {comparison}',

  async run(context, parameters) {
    const { range, reader, config } = context;
    const zone = config.organisation.time_zone;
    const before =
      parameters.compare === 'previous' && !parameters.split_by.includes('week') ? previousRange(range, zone) : null;
    const [people, prices, coverage] = await Promise.all([
      PeopleHistory.load(reader, zone),
      ReservationPrices.load(reader, zone),
      platformCoverage(reader, range),
    ]);
    const ask = (span: TimeRange): Promise<ViewRow[]> =>
      churn(context, span, { ...parameters, filters: containerFilterValues(parameters) }, people, prices);
    const [now, previous] = await Promise.all([ask(range), before && ask(before)]);
    const rows = withPrevious(now, previous?.map((row) => ({ ...row, week: range.from })) ?? null, {
      keys,
      sums,
      ratios: ['disposable_share'],
    });
    return {
      rows: sortRows(rows, keys),
      coverage,
      facts: {
        least: parameters.least,
        days: parameters.days,
        prices:
          prices.book.currency === null
            ? 'no price'
            : `requested cores${prices.book.isCharged('memory') ? ' and memory' : ' (memory has no price)'}, dated prices in ${prices.book.currency}`,
        comparison: comparisonText(before),
      },
      notices: [
        ...(parameters.compare === 'previous' && before === null
          ? ['compare=previous needs an answer that is not split by week']
          : []),
        ...(now.some((row) => Number(row['unpriced']) > 0)
          ? ['Some of the waste lies before the first price: such rows have no cost, and merged groups leave them out']
          : []),
      ],
    };
  },
});

interface ChurnOptions {
  readonly split_by: readonly string[];
  readonly least: number;
  readonly days: number;
  readonly filters: readonly string[];
}

async function churn(
  context: ViewContext,
  range: TimeRange,
  options: ChurnOptions,
  people: PeopleHistory,
  prices: ReservationPrices,
): Promise<ViewRow[]> {
  const { reader, attributes, config, now } = context;
  const days = new LocalDays(config.organisation.time_zone);
  // A span may begin before the range, or end after it.
  const [from, to] = [
    new Date(range.from.getTime() - options.days * day),
    new Date(range.to.getTime() + options.days * day),
  ];
  const all = await reader.rows<CreatedWorkspace>(sql, [from, to, ...options.filters]);
  const created = all.filter(({ created_at: at }) => at < now);
  const oneDay = new Map(
    created.flatMap((row) => {
      const user = people.keyOf(row.user_key);
      const ended = row.ended_at !== null && row.ended_at <= now;
      return user !== null && ended && row.visit_days === 1 && row.visit_basis !== 'unknown'
        ? [[row.workspace_id, { user, createdAt: row.created_at }] as const]
        : [];
    }),
  );
  const disposable = disposableOf([...oneDay.values()], options);
  const keysOf = keysOfCells(['week', 'image']);
  const [byWeek, byImage] = [options.split_by.includes('week'), options.split_by.includes('image')];
  const inRange = created.filter(({ created_at: at }) => at >= range.from && at < range.to);
  const cells = groupRows(
    inRange.map((row) => {
      const one = oneDay.get(row.workspace_id);
      const isDisposable = one !== undefined && disposable.has(one);
      const waste = isDisposable ? wasteOf(row, prices) : noWaste;
      return {
        keys: keysOf(people.columns(row.user_key, row.created_at, attributes), [
          byWeek ? days.weekOf(row.created_at) : range.from,
          byImage ? (row.image ?? '') : allValues,
        ]),
        person: people.keyOf(row.user_key),
        amounts: {
          workspaces: 1,
          one_day: one === undefined ? 0 : 1,
          longer: one === undefined ? 1 : 0,
          disposable: isDisposable ? 1 : 0,
          lasting: isDisposable ? 0 : 1,
          unpriced: waste.waste_cost === null ? 1 : 0,
          waste_core_hours: waste.waste_core_hours,
          waste_gb_hours: waste.waste_gb_hours,
          waste_cost: waste.waste_cost ?? 0,
        },
      };
    }),
  );
  return cells.map((row) => ({
    ...row,
    disposable_share: Number(row['disposable']) / Number(row['workspaces']),
    disposable_users: row['holders_disposable'] ?? 0,
    waste_cost: prices.book.currency === null || Number(row['unpriced']) > 0 ? null : (row['waste_cost'] ?? null),
    currency: prices.book.currency,
  }));
}

interface Waste {
  readonly waste_core_hours: number;
  readonly waste_gb_hours: number;
  readonly waste_cost: number | null;
}
const noWaste: Waste = { waste_core_hours: 0, waste_gb_hours: 0, waste_cost: 0 };

function wasteOf(row: CreatedWorkspace, prices: ReservationPrices): Waste {
  if (row.ended_at === null || row.last_visit_at === null) return noWaste;
  const hours = Math.max(0, row.ended_at.getTime() - row.last_visit_at.getTime()) / 3_600_000;
  const [cores, gigabytes] = [row.cpu_request_cores ?? 0, (row.memory_request_bytes ?? 0) / 2 ** 30];
  const to = hours === 0 ? row.last_visit_at : row.ended_at;
  return {
    waste_core_hours: cores * hours,
    waste_gb_hours: gigabytes * hours,
    waste_cost: prices.costOf({ cluster: row.cluster, node: row.node, from: row.last_visit_at, to, cores, gigabytes }),
  };
}

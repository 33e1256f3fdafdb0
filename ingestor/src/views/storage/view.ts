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
import { groupRows, keysOfCells, sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type TimeRange, type ViewContext, type ViewRow } from '../view.ts';
import { ownerStates, type Claims, type OwnerState } from './claims.ts';
import { loadHeld, storeParameter, storeTexts } from './held.ts';

/** From this share on a volume counts as nearly full. */
const nearlyFull = 0.9;
export const storageFilters = {
  cluster: Type.String({ default: '', description: 'Only this cluster; empty: all' }),
  namespace: Type.String({ default: '', description: 'Only this namespace; empty: all' }),
};

const columns = [
  ...attributeColumns.map((column) => ({
    ...column,
    description: `Of the owner at the end of the range; of leavers the last known. ${column.description}`,
  })),
  textColumn(
    'owner',
    'Owner',
    'employed; left: has left by the directory, or the account of a home drive was removed; shared: pods of several people mounted it, or a project’s; unattributed: nobody known',
  ),
  numberColumn(
    'claims',
    'Claims',
    'short',
    'Volume claims, home drives, or content items, that exist at the end of the range',
  ),
  numberColumn('used_bytes', 'Used', 'bytes', 'Σ of the last reported day (mean over the day)'),
  numberColumn('capacity_bytes', 'Capacity', 'bytes', 'Σ as last reported'),
  numberColumn('used_share', 'Full', 'percentunit', 'used_bytes ÷ capacity_bytes'),
  numberColumn(
    'growth_bytes',
    'Growth',
    'bytes',
    'used_bytes − what was used before the range; a claim that is new in it counts whole',
  ),
  numberColumn('nearly_full', 'Nearly full', 'short', `Claims of which ${nearlyFull * 100} % are used`),
  numberColumn('unmounted', 'Unmounted', 'short', 'Claims that nobody mounted in the range: their figures are older'),
  numberColumn('people', 'People', 'short', 'Owners'),
];
const keys = [...personAttributes, 'owner'];
const sums = [
  'claims',
  'used_bytes',
  'capacity_bytes',
  'growth_bytes',
  'nearly_full',
  'unmounted',
  'people',
  'largest_used_bytes',
  'largest_capacity_bytes',
];

export const storage = defineView({
  id: 'storage',
  title: 'Storage',
  topic: 'Storage',
  description:
    'What home drives and other volumes, or the content of Connect, hold, how they grow, and what leavers have left behind',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    owner: Type.Union(
      (['', ...ownerStates] as const).map((state) => Type.Literal(state)),
      {
        default: '',
        description: 'Only claims of such owners; empty: all',
      },
    ),
    store: storeParameter,
    ...storageFilters,
    compare: compareParameter,
  }),
  columns: [
    ...columns,
    ...comparedColumns(columns, ['claims', 'used_bytes', 'capacity_bytes', 'used_share', 'nearly_full']),
  ],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'owner' }],
    people: 'contributors',
    dominance: [
      { sum: 'used_bytes', largest: 'largest_used_bytes' },
      { sum: 'capacity_bytes', largest: 'largest_capacity_bytes' },
    ],
    merge: {
      claims: 'sum',
      used_bytes: 'sum',
      capacity_bytes: 'sum',
      used_share: { ratio: ['used_bytes', 'capacity_bytes'] },
      growth_bytes: 'sum',
      nearly_full: 'sum',
      unmounted: 'sum',
    },
  }),
  howComputed: '{store} {listed}. GB = 2^30 bytes. No file names are read. {comparison}',

  async run(context, parameters) {
    const { range, config, reader } = context;
    const zone = config.organisation.time_zone;
    const before = parameters.compare === 'previous' ? previousRange(range, zone) : null;
    const people = await PeopleHistory.load(reader, zone);
    const [now, previous] = await Promise.all([
      loadHeld(context, people, parameters),
      before && loadHeld({ ...context, range: before }, people, parameters),
    ]);
    const rowsOf = ({ claims }: Pick<Claims, 'claims'>, span: TimeRange): ViewRow[] =>
      rowsOfClaims(
        claims.filter(({ state }) => parameters.owner === '' || state === parameters.owner),
        { ...context, range: span },
        people,
      );
    const rows = withPrevious(rowsOf(now, range), previous && before ? rowsOf(previous, before) : null, {
      keys,
      sums,
      ratios: ['used_share'],
    }).map((row) => ({ ...row, order: ownerStates.indexOf(row['owner'] as OwnerState) }));
    return {
      rows: sortRows(rows, [...personAttributes, 'order']),
      coverage: null,
      facts: { store: storeTexts[parameters.store], listed: now.listed, comparison: comparisonText(before) },
      notices: now.notices,
    };
  },
});

function rowsOfClaims(
  claims: Claims['claims'],
  { range, now, attributes }: ViewContext,
  people: PeopleHistory,
): ViewRow[] {
  const until = range.to < now ? range.to : now;
  const keysOf = keysOfCells(['owner']);
  const cells = groupRows(
    claims.map((claim) => {
      const [used, capacity] = [claim.used_bytes ?? 0, claim.capacity_bytes ?? 0];
      return {
        keys: keysOf(people.columns(claim.owner, until, attributes), [claim.state]),
        person: claim.owner,
        amounts: {
          claims: 1,
          used_bytes: used,
          capacity_bytes: capacity,
          growth_bytes: used - (claim.used_before_bytes ?? 0),
          nearly_full: capacity > 0 && used >= nearlyFull * capacity ? 1 : 0,
          unmounted: claim.last_day < range.from ? 1 : 0,
        },
      };
    }),
  );
  return cells.map((row) => ({
    ...row,
    used_share: Number(row['capacity_bytes']) > 0 ? Number(row['used_bytes']) / Number(row['capacity_bytes']) : null,
  }));
}

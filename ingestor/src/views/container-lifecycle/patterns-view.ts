import { Type } from 'typebox';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { comparedColumns, comparedPrivacy, compareParameter, previousRange, withPrevious } from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { platformCoverage } from '../shared/coverage.ts';
import { groupRows, keysOfCells, sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type TimeRange, type ViewContext, type ViewRow } from '../view.ts';
import { patternFacts, patternOf, patterns } from './pattern.ts';
import { livesIn } from './workspaces.ts';

const columns = [
  ...attributeColumns.map((column) => ({
    ...column,
    description: `When the workspace ended, or at the end of the range. ${column.description}`,
  })),
  textColumn('pattern', 'Pattern', 'First match, see how computed'),
  numberColumn('workspaces', 'Workspaces', 'short', 'Workspaces alive in the range'),
  numberColumn('share', 'Share', 'percentunit', 'workspaces ÷ those of all rows of the answer'),
  numberColumn('alive', 'Alive', 'short', 'Of these, alive at the end of the range'),
  numberColumn('requested_cores', 'Cores requested', 'suffix:cores', 'Σ requests of those that are alive'),
  numberColumn('mean_age_seconds', 'Mean age', 's', 'Mean of creation to end, or to the end of the range'),
  numberColumn('people', 'People', 'short', 'Their users; a lower bound where groups were merged'),
];
const sums = [
  'workspaces',
  'share',
  'alive',
  'requested_cores',
  'age_seconds',
  'people',
  'holders_alive',
  'holders_ended',
  'largest_workspaces',
  'largest_requested_cores',
];

export const lifecyclePatterns = defineView({
  id: 'lifecycle-patterns',
  title: 'Workspace patterns',
  topic: 'Life cycle',
  description:
    'How many workspaces are kept alive, abandoned, never visited, used for one day or returned to, by group',
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
    ...comparedColumns(columns, ['workspaces', 'share', 'alive', 'requested_cores', 'mean_age_seconds']),
  ],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'pattern' }],
    people: 'contributors',
    // Those that are alive and those that ended: neither may be about too few.
    alsoPeople: ['holders_alive', 'holders_ended'],
    overlapping: true,
    dominance: [
      { sum: 'workspaces', largest: 'largest_workspaces' },
      { sum: 'requested_cores', largest: 'largest_requested_cores' },
    ],
    merge: {
      workspaces: 'sum',
      share: 'sum',
      alive: 'sum',
      requested_cores: 'sum',
      age_seconds: 'sum',
      mean_age_seconds: { ratio: ['age_seconds', 'workspaces'] },
      people: 'max',
    },
  }),
  howComputed:
    'Workspaces alive in the range, as of {as_of}. Pattern, first match: too new (alive, under {too_new} days old), kept alive (alive, over {kept_alive} days old and visited in the last {visited}), ' +
    'never visited (basis cpu: never active; no basis: unknown), abandoned (alive, unvisited for {visited} days), one day (one visit day), returning. {comparison}',

  async run(context, parameters) {
    const { reader, range, now, config } = context;
    const zone = config.organisation.time_zone;
    const asOf = range.to < now ? range.to : now;
    const before = parameters.compare === 'previous' ? previousRange(range, zone) : null;
    const filters = containerFilterValues(parameters);
    const [people, coverage] = await Promise.all([PeopleHistory.load(reader, zone), platformCoverage(reader, range)]);
    const [current, previous] = await Promise.all([
      patternRows(context, range, asOf, filters, people),
      before && patternRows(context, before, before.to, filters, people),
    ]);
    const rows = withPrevious(current, previous, {
      keys: [...personAttributes, 'pattern'],
      sums,
      ratios: ['mean_age_seconds'],
    }).map((row) => ({ ...row, order: patterns.indexOf(row['pattern'] as (typeof patterns)[number]) }));
    return {
      rows: sortRows(rows, [...personAttributes, 'order']),
      coverage,
      facts: patternFacts(asOf, before),
    };
  },
});

async function patternRows(
  { reader, attributes, config }: ViewContext,
  range: TimeRange,
  asOf: Date,
  filters: readonly string[],
  people: PeopleHistory,
): Promise<ViewRow[]> {
  const workspaces = await livesIn(reader, { range, asOf, filters, zone: config.organisation.time_zone });
  const keysOf = keysOfCells(['pattern']);
  const cells = groupRows(
    workspaces.map((workspace) => {
      const until = workspace.ended_at ?? asOf;
      const alive = workspace.ended_at === null;
      return {
        keys: keysOf(people.columns(workspace.user_key, until, attributes), [patternOf(workspace, asOf)]),
        person: people.keyOf(workspace.user_key),
        amounts: {
          workspaces: 1,
          alive: alive ? 1 : 0,
          ended: alive ? 0 : 1,
          requested_cores: alive ? (workspace.cpu_request_cores ?? 0) : 0,
          age_seconds: (until.getTime() - workspace.created_at.getTime()) / 1000,
        },
      };
    }),
  );
  return cells.map((row) => ({
    ...row,
    share: Number(row['workspaces']) / workspaces.length,
    mean_age_seconds: Number(row['age_seconds']) / Number(row['workspaces']),
  }));
}

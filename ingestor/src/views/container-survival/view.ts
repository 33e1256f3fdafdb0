import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { comparedColumns, compareParameter, comparisonText, previousRange } from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { platformCoverage } from '../shared/coverage.ts';
import { sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type TimeRange, type ViewContext } from '../view.ts';
import { curvesOf, splitNames, survivalPrivacy, type Curve, type Observed } from './curves.ts';
import { estimateWhereEnough, lastAgeWith, thinOut, type Subject, type SurvivalPoint } from './survival.ts';

const sql = readSql(import.meta.url, 'query.sql');
const livesSql = readSql(import.meta.url, 'lives.sql');
const dataBeginSql = readSql(import.meta.url, 'data-begin.sql');
const day = 86_400_000;
/** What ended in the moment of its creation lived for a minute: it was at risk. */
const shortest = 60_000 / day;
const leastAtRisk = 10;
const causes = ['user', 'rule', 'eviction', 'oom', 'completed', 'unknown'] as const;

const columns = [
  ...attributeColumns.map((column) => ({
    ...column,
    description: `When the workspace was created. ${column.description}`,
  })),
  textColumn('group', 'Group', 'Value of what is asked for with `by`; all: one curve'),
  numberColumn('age_days', 'Age', 'd', 'Days since creation; the estimate holds from here to the next row'),
  numberColumn('survival', 'Alive', 'percentunit', 'Kaplan–Meier: share of workspaces that live longer than this'),
  numberColumn('survival_lower', 'Lower', 'percentunit', '95 % band, log-log; empty before the first end'),
  numberColumn('survival_upper', 'Upper', 'percentunit', '95 % band, log-log; empty before the first end'),
  ...causes.map((cause) =>
    numberColumn(
      `ended_${cause}`,
      `Ended by ${cause}`,
      'percentunit',
      `Aalen–Johansen: share that ended by ${cause} up to this age; all causes and survival add up to 1`,
    ),
  ),
  numberColumn('at_risk', 'At risk', 'short', `Workspaces observed at this age; under ${leastAtRisk} there is no line`),
  numberColumn('workspaces', 'Workspaces', 'short', 'In the whole curve'),
  numberColumn('people', 'People', 'short', 'Their users, of both periods; a lower bound where groups were merged'),
];

export const containerSurvival = defineView({
  id: 'container-survival',
  title: 'How long workspaces live',
  topic: 'Life cycle',
  description: 'Share of workspaces that reach an age, with its uncertainty, and by what they end',
  parameters: Type.Object({
    by: Type.Union(
      splitNames.map((name) => Type.Literal(name)),
      { default: 'none', description: 'One curve for each of these' },
    ),
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    observed: Type.Union([Type.Literal('all'), Type.Literal('range')], {
      default: 'all',
      description:
        'all: everything observed until the end of the range; range: only what was observed within it (how long they live these days)',
    }),
    ...containerFilterParameters,
    compare: compareParameter,
  }),
  columns: [...columns, ...comparedColumns(columns, ['survival', 'workspaces'])],
  leastScope: 'aggregate',
  privacy: survivalPrivacy,
  howComputed:
    'Kaplan–Meier with delayed entry: a workspace counts from the age at which it was first observed ({entry}); running ones are censored at {until}. 95 % band by log(−log survival), Greenwood. ' +
    'No line under {least} at risk; a curve that begins later than age 0 is conditional on that age. Causes by Aalen–Johansen: an end by one cause is no censoring of another. {workspaces} workspaces, {ended} ended. ' +
    'At most {points} points of each curve. {comparison}',

  async run(context, parameters) {
    const { reader, range, now, config } = context;
    const zone = config.organisation.time_zone;
    const span = { from: range.from, to: range.to < now ? range.to : now };
    const before = parameters.compare === 'previous' ? previousRange(range, zone) : null;
    const isRange = parameters.observed === 'range';
    // Where filters divide people, the parts not asked for are needed to protect the one that is.
    const { kind, cluster, component, image, node } = parameters;
    const asked = { kind, cluster, component, image, node };
    const filters = context.dividing.length > 0 ? ['', '', '', '', ''] : containerFilterValues(asked);
    const isSplit = parameters.by !== 'none' || context.dividing.length > 0;
    const [people, coverage, observed, previous] = await Promise.all([
      PeopleHistory.load(reader, zone),
      platformCoverage(reader, range),
      observedIn(context, span, { isRange, isSplit, filters }),
      before ? observedIn(context, before, { isRange, isSplit, filters }) : [],
    ]);
    const { curves, merged } = await curvesOf(context, { now: observed, before: previous }, people, {
      by: parameters.by,
      filters: asked,
      range: before ? { from: before.from, to: range.to } : range,
    });
    const most = Math.max(2, Math.floor(context.maxDataPoints / Math.max(1, curves.length)));
    const drawn = curves.map((curve) => rowsOf(curve, most, before !== null)).filter((rows) => rows.length > 0);
    const subjects = curves.flatMap((curve) => curve.subjects);
    return {
      rows: sortRows(drawn.flat(), [...personAttributes, 'group', 'age_days']),
      coverage,
      merged,
      facts: {
        entry: isRange ? 'the start of the range, or of the data' : 'the start of the data',
        until: `${span.to.toISOString().slice(0, 16)}Z`,
        least: leastAtRisk,
        workspaces: subjects.length,
        ended: subjects.filter(({ cause }) => cause !== null).length,
        points: most,
        comparison: comparisonText(before),
      },
      notices:
        drawn.length < curves.length
          ? [
              `${curves.length - drawn.length} of ${curves.length} groups have no line: never ${leastAtRisk} workspaces at risk`,
            ]
          : [],
    };
  },
});

interface ObservedOptions {
  /** Only what was under observation within the span. */
  readonly isRange: boolean;
  /** Whether curves are of parts of the containers: kind, component, image and node are read then. */
  readonly isSplit: boolean;
  readonly filters: readonly string[];
}

type LifeCells = readonly [
  cluster: string | null,
  userKey: string | null,
  endedBy: string | null,
  created: number,
  ended: number | null,
  ...split: readonly (string | null)[],
];

/** Workspaces under observation until the end of a span. */
async function observedIn(
  { reader }: ViewContext,
  { from, to: until }: TimeRange,
  { isRange, isSplit, filters }: ObservedOptions,
): Promise<Observed[]> {
  const begins = await reader.rows<{ cluster: string | null; since: Date }>(dataBeginSql);
  const since = new Map(begins.map((row) => [row.cluster, row.since.getTime()]));
  const earliest = isRange ? from : begins.reduce((first, row) => (row.since < first ? row.since : first), until);
  const { rows } = await reader.query(isSplit ? sql : livesSql, [until, earliest, ...filters]);
  const observed: Observed[] = [];
  for (const row of rows) {
    // In the order of the columns of both queries.
    const [cluster, userKey, endedBy, created, ended, kind, component, image, node] = row as LifeCells;
    const known = Math.max(since.get(cluster) ?? 0, isRange ? from.getTime() : 0);
    const subject = subjectOf(created, ended, endedBy, known, until.getTime());
    if (subject === null) continue;
    observed.push({
      subject,
      createdAt: created,
      user_key: userKey,
      cluster,
      kind: kind ?? null,
      component: component ?? null,
      image: image ?? null,
      node: node ?? null,
    });
  }
  return observed;
}

function rowsOf({ keys, subjects, previous }: Curve, most: number, isCompared: boolean) {
  const earlier = estimateWhereEnough(previous, causes, leastAtRisk);
  const end = lastAgeWith(previous, leastAtRisk);
  return thinOut(estimateWhereEnough(subjects, causes, leastAtRisk), most).map((point) => {
    const before = isCompared ? survivalAt(earlier, end, point.age) : null;
    return {
      ...keys,
      age_days: point.age,
      survival: point.survival,
      survival_lower: point.lower,
      survival_upper: point.upper,
      ...Object.fromEntries(causes.map((cause) => [`ended_${cause}`, point.incidence[cause] ?? 0])),
      at_risk: point.atRisk,
      workspaces: subjects.length,
      previous_survival: before,
      change_survival: before === null ? null : point.survival - before,
      previous_workspaces: isCompared ? previous.length : null,
      change_workspaces: isCompared ? subjects.length - previous.length : null,
    };
  });
}

/** Where the curve of the period before stands at an age; null where it has no line. */
function survivalAt(points: readonly SurvivalPoint[], end: number | null, age: number): number | null {
  return end === null || age > end ? null : (points.findLast((point) => point.age <= age)?.survival ?? null);
}

/** Ages in days under observation, from times in ms; null: ended before that began, or created after it ended. */
function subjectOf(
  created: number,
  ended: number | null,
  endedBy: string | null,
  from: number,
  until: number,
): Subject | null {
  const hasEnded = ended !== null && ended <= until;
  const exit = Math.max(shortest, ((hasEnded ? ended : until) - created) / day);
  const entry = Math.max(0, (from - created) / day);
  if (exit <= entry) return null;
  return { entry, exit, cause: hasEnded ? (causes.find((name) => name === endedBy) ?? 'unknown') : null };
}

import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { loadFixedGroups } from '../people/fixed-groups.ts';
import { protectGroups } from '../privacy.ts';
import { allValues, attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { platformCoverage } from '../shared/coverage.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type GroupPrivacy, type ViewContext, type ViewRow } from '../view.ts';
import { estimateWhereEnough, thinOut, type Subject } from './survival.ts';

const sql = readSql(import.meta.url, 'query.sql');
const dataBeginSql = readSql(import.meta.url, 'data-begin.sql');
const day = 86_400_000;
/** What ended in the moment of its creation lived for a minute: it was at risk. */
const shortest = 60_000 / day;
const leastAtRisk = 10;
const causes = ['user', 'rule', 'eviction', 'oom', 'completed', 'unknown'] as const;

const privacy: GroupPrivacy = {
  kind: 'groups',
  attributes: personAttributes,
  splits: [{ column: 'group' }],
  slices: ['age_days'],
  people: 'people',
  overlapping: true,
  merge: {},
};

interface Life {
  readonly cluster: string | null;
  readonly user_key: string | null;
  readonly kind: string | null;
  readonly component: string | null;
  readonly image: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
}

export const containerSurvival = defineView({
  id: 'container-survival',
  title: 'How long workspaces live',
  topic: 'Life cycle',
  description: 'Share of workspaces that reach an age, with its uncertainty, and by what they end',
  parameters: Type.Object({
    by: Type.Union(
      ['none', 'kind', 'component', 'image', 'cluster'].map((name) =>
        Type.Literal(name as 'none' | 'kind' | 'component' | 'image' | 'cluster'),
      ),
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
  }),
  columns: [
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
    numberColumn(
      'at_risk',
      'At risk',
      'short',
      `Workspaces observed at this age; under ${leastAtRisk} there is no line`,
    ),
    numberColumn('workspaces', 'Workspaces', 'short', 'In the whole curve'),
    numberColumn('people', 'People', 'short', 'Their users; a lower bound where groups were merged'),
  ],
  leastScope: 'aggregate',
  privacy,
  howComputed:
    'Kaplan–Meier with delayed entry: a workspace counts from the age at which it was first observed ({entry}); running ones are censored at {until}. 95 % band by log(−log survival), Greenwood. ' +
    'No line under {least} at risk; a curve that begins later than age 0 is conditional on that age. Causes by Aalen–Johansen: an end by one cause is no censoring of another. {workspaces} workspaces, {ended} ended. ' +
    'At most {points} points of each curve.',

  async run(context, parameters) {
    const { reader, range, now, config } = context;
    const until = range.to < now ? range.to : now;
    const zone = config.organisation.time_zone;
    const begins = await reader.rows<{ cluster: string | null; since: Date }>(dataBeginSql);
    const since = new Map(begins.map((row) => [row.cluster, row.since]));
    const earliest =
      parameters.observed === 'range'
        ? range.from
        : begins.reduce((first, row) => (row.since < first ? row.since : first), until);
    const [lives, people, coverage] = await Promise.all([
      reader.rows<Life>(sql, [until, earliest, ...containerFilterValues(parameters)]),
      PeopleHistory.load(reader, zone),
      platformCoverage(reader, range),
    ]);
    const observed = lives.flatMap((life) => {
      const from = Math.max(
        (since.get(life.cluster) ?? life.created_at).getTime(),
        parameters.observed === 'range' ? range.from.getTime() : 0,
      );
      const subject = subjectOf(life, from, until);
      return subject ? [{ life, subject }] : [];
    });
    const curves = await groupsOf(context, observed, people, parameters.by);
    const most = Math.max(2, Math.floor(context.maxDataPoints / Math.max(1, curves.length)));
    const rows = curves.flatMap(({ keys, subjects }) =>
      thinOut(estimateWhereEnough(subjects, causes, leastAtRisk), most).map((point) => ({
        ...keys,
        age_days: point.age,
        survival: point.survival,
        survival_lower: point.lower,
        survival_upper: point.upper,
        ...Object.fromEntries(causes.map((cause) => [`ended_${cause}`, point.incidence[cause] ?? 0])),
        at_risk: point.atRisk,
        workspaces: subjects.length,
      })),
    );
    const shown = new Set(rows.map((row) => JSON.stringify(Object.values(row).slice(0, 4))));
    return {
      rows: sortRows(rows, [...personAttributes, 'group', 'age_days']),
      coverage,
      facts: {
        entry: parameters.observed === 'range' ? 'the start of the range, or of the data' : 'the start of the data',
        until: `${until.toISOString().slice(0, 16)}Z`,
        least: leastAtRisk,
        workspaces: observed.length,
        ended: observed.filter(({ subject }) => subject.cause !== null).length,
        points: most,
      },
      notices:
        shown.size < curves.length
          ? [
              `${curves.length - shown.size} of ${curves.length} groups have no line: never ${leastAtRisk} workspaces at risk`,
            ]
          : [],
    };
  },
});

/** Ages in days under observation; null: ended before that began, or created after it ended. */
function subjectOf(life: Life, from: number, until: Date): Subject | null {
  const created = life.created_at.getTime();
  const endedAt = life.ended_at !== null && life.ended_at <= until ? life.ended_at : null;
  const exit = Math.max(shortest, ((endedAt ?? until).getTime() - created) / day);
  const entry = Math.max(0, (from - created) / day);
  if (exit <= entry) return null;
  const cause = causes.find((name) => name === life.ended_by) ?? 'unknown';
  return { entry, exit, cause: endedAt ? cause : null };
}

interface Curve {
  readonly keys: ViewRow;
  readonly subjects: readonly Subject[];
}

/**
 * One group for each curve. Curves cannot be merged once they are drawn: small groups are put together before, by the
 * runner's own rule, and the runner then finds them large enough.
 */
async function groupsOf(
  { reader, range, config, attributes }: ViewContext,
  observed: readonly { life: Life; subject: Subject }[],
  people: PeopleHistory,
  by: 'none' | 'kind' | 'component' | 'image' | 'cluster',
): Promise<Curve[]> {
  const members = observed.map(({ life, subject }) => ({
    subject,
    person: people.keyOf(life.user_key),
    keys: {
      ...people.columns(life.user_key, life.created_at, attributes),
      group: by === 'none' ? allValues : (life[by] ?? ''),
    },
  }));
  const cells = groupRows(
    members.map(({ keys, person }) => ({ keys: { ...keys, age_days: 0 }, person, amounts: { workspaces: 1 } })),
  );
  const { min_people: minPeople, max_share: maxShare } = config.views.small_groups;
  const rule: GroupPrivacy = { ...privacy, dominance: [{ sum: 'workspaces', largest: 'largest_workspaces' }] };
  const safe = protectGroups(cells, rule, { minPeople, maxShare }, await loadFixedGroups(reader, range, attributes));
  const columns = [...personAttributes, 'group'] as const;
  const keyOf = (row: ViewRow): string => JSON.stringify(columns.map((column) => row[column]));
  const subjects = new Map<string, Subject[]>(safe.rows.map((row) => [keyOf(row), []]));
  for (const { subject, keys } of members) {
    const shown = Object.fromEntries(
      columns.map((column) => [column, safe.merged.get(column)?.get(keys[column]) ?? keys[column]]),
    );
    subjects.get(keyOf(shown))?.push(subject);
  }
  return safe.rows.map((row) => ({
    keys: { ...Object.fromEntries(columns.map((column) => [column, row[column] ?? null])), people: row['people'] ?? 0 },
    subjects: subjects.get(keyOf(row)) ?? [],
  }));
}

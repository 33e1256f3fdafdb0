import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn, timeColumn } from '../shared/columns.ts';
import {
  comparedColumns,
  comparedPrivacy,
  compareParameter,
  comparisonText,
  previousRange,
  withPrevious,
} from '../shared/compare.ts';
import { containerFilterParameters, containerFilterValues } from '../shared/container-filters.ts';
import { sortRows } from '../shared/group-rows.ts';
import { readSqlWithParts } from '../shared/owned-usage.ts';
import { usageParameters } from '../shared/usage-query.ts';
import { defineView, type TimeRange, type ViewRow } from '../view.ts';
import { contentVersions } from './content.ts';
import { minorRelease, versionOrder } from './release.ts';

const byDaySql = readSqlWithParts(import.meta.url, 'query.sql');
const byPeriodSql = readSqlWithParts(import.meta.url, 'by-period.sql');
const choicesSql = readSql(import.meta.url, 'choices.sql');
const endOfLifeSql = readSql(import.meta.url, 'end-of-life.sql');
const day = 86_400_000;
/** Beyond so many days `auto` means weeks. */
const daysShownAsDays = 93;
const activeSeconds = 300;

const columns = [
  timeColumn('period', 'Period', 'Local midnight of the day, of the Monday of the week, or of the start of the range'),
  ...attributeColumns,
  textColumn('runtime', 'Runtime', 'r, python or quarto'),
  textColumn(
    'version',
    'Version',
    'Of the image; several: more than one and no event named one; unknown: the image is not known, or has none',
  ),
  numberColumn(
    'active_workspaces',
    'Active workspaces',
    'short',
    'Workspaces active on the day; of longer periods: on any day of it',
  ),
  numberColumn(
    'share',
    'Share',
    'percentunit',
    'active_workspaces ÷ those of all versions of the same period and group; of workspaces whose user is known',
  ),
  numberColumn('alive_workspaces', 'Alive workspaces', 'short', 'Workspaces alive in the period, active or not'),
  numberColumn('users', 'Users', 'short', 'People with an active workspace; a lower bound where groups were merged'),
  timeColumn(
    'end_of_life',
    'End of life',
    'Of the minor release, by configuration; empty: not known, not announced, or versions were merged',
  ),
  {
    name: 'is_end_of_life',
    displayName: 'Past its end of life',
    type: 'boolean' as const,
    unit: null,
    description: 'end_of_life is at or before the period',
  },
];
const sums = ['active_workspaces', 'alive_workspaces', 'users', 'people', 'users_without'];
const keys = ['period', ...personAttributes, 'version'];

export const runtimeVersions = defineView({
  id: 'runtime-versions',
  title: 'Runtime versions',
  topic: 'Runtimes',
  description:
    'Which versions of R, Python or Quarto are used: workspaces active and merely alive, and their users, by day or week',
  parameters: Type.Object({
    runtime: Type.Union([Type.Literal('r'), Type.Literal('python'), Type.Literal('quarto')], {
      default: 'r',
      description: 'Which runtime',
    }),
    of: Type.Union([Type.Literal('workspaces'), Type.Literal('content')], {
      default: 'workspaces',
      description: 'workspaces; content: deployed items of Posit Connect, whose users are their owners',
    }),
    interval: Type.Union([Type.Literal('auto'), Type.Literal('day'), Type.Literal('week'), Type.Literal('none')], {
      default: 'auto',
      description: `auto: days, weeks beyond ${daysShownAsDays} days; none: one row for the range`,
    }),
    release: Type.Boolean({ default: false, description: 'Minor releases (4.4) instead of versions (4.4.1)' }),
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    ...containerFilterParameters,
    compare: compareParameter,
  }),
  columns: [...columns, ...comparedColumns(columns, ['active_workspaces', 'alive_workspaces', 'users'])],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'version', order: 'version_order' }],
    slices: ['period'],
    people: 'contributors',
    // Active and merely alive ones stand in one row: neither may be about too few, nor may their difference.
    alsoPeople: ['users', 'users_without'],
    overlapping: true,
    shares: [{ share: 'share', of: 'active_workspaces' }],
    merge: {
      active_workspaces: 'sum',
      alive_workspaces: 'sum',
      users: 'max',
      end_of_life: 'blank',
      is_end_of_life: 'blank',
    },
  }),
  howComputed: '{of} By {interval}, days of {time_zone}. {comparison}',

  async run(context, parameters) {
    const { reader, range, config } = context;
    const zone = config.organisation.time_zone;
    const days = (range.to.getTime() - range.from.getTime()) / day;
    const interval = parameters.interval === 'auto' ? (days > daysShownAsDays ? 'week' : 'day') : parameters.interval;
    const before = parameters.compare === 'previous' && interval === 'none' ? previousRange(range, zone) : null;
    const eol = new Map(
      (await reader.rows<{ release: string; end_of_life: Date | null }>(endOfLifeSql, [parameters.runtime])).map(
        (row) => [row.release, row.end_of_life],
      ),
    );
    const [choices] = await reader.rows<{ containers: number }>(choicesSql, [range.to, zone]);
    const isCut = context.attributes.length > 0 || Number(choices?.containers) > 0;
    const sql = isCut ? byDaySql : byPeriodSql;
    const ask = async (span: TimeRange): Promise<ViewRow[]> => {
      if (parameters.of === 'content') {
        const question = { ...parameters, interval, filters: containerFilterValues(parameters) };
        const rows = await contentVersions(context, span, question);
        return parameters.release ? byRelease(rows) : rows;
      }
      const rows = await reader.rows(sql, [
        ...usageParameters(context, span, containerFilterValues(parameters)),
        parameters.runtime,
        interval,
      ]);
      return parameters.release ? byRelease(rows) : rows;
    };
    const [now, previous] = await Promise.all([ask(range), before && ask(before)]);
    const rows = withPrevious(now, previous?.map((row) => ({ ...row, period: range.from })) ?? null, { keys, sums });
    const seconds = (column: string): number => now.reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
    return {
      rows: sortRows(
        rows.map((row) => {
          const version = String(row['version']);
          const endOfLife = eol.get(minorRelease(version) ?? '') ?? null;
          return {
            ...row,
            runtime: parameters.runtime,
            version_order: versionOrder(version),
            share: null,
            end_of_life: endOfLife,
            is_end_of_life: endOfLife && row['period'] instanceof Date ? endOfLife <= row['period'] : null,
          };
        }),
        ['period', ...personAttributes, 'version_order'],
      ),
      coverage:
        seconds('alive_seconds') > 0 ? Math.min(1, seconds('covered_seconds') / seconds('alive_seconds')) : null,
      facts: {
        of: texts(parameters.runtime)[parameters.of],
        interval: interval === 'none' ? 'the range as one' : interval,
        time_zone: zone,
        comparison: comparisonText(before),
      },
      notices:
        parameters.compare === 'previous' && before === null
          ? ['compare=previous needs interval=none: days and weeks stand beside each other already']
          : [],
    };
  },
});

/** What a figure is, by what was counted. */
function texts(runtime: string): Readonly<Record<'workspaces' | 'content', string>> {
  return {
    workspaces:
      `Version of ${runtime} in the image (digest, else reference) of each container; an image with several versions is \`several\` unless a platform event named one for the pod, from that day on. ` +
      `Active: at least ${activeSeconds} s with 0.1 core on the day, or a visit.`,
    content:
      `Version of ${runtime} of each deployed content item of Connect, as the server says; what does not use ${runtime} is left out. Active: somebody looked at it (page view, session or hit of a human). ` +
      'Alive: it was there at the end of the period; before the server was read first, with what it said first. Users: owners.',
  };
}

/** Versions of one minor release become one row; whoever uses two of them is counted once too few rather than once too often. */
function byRelease(rows: readonly ViewRow[]): ViewRow[] {
  const cells = new Map<string, Record<string, ViewRow[string]>>();
  for (const row of rows) {
    const version = minorRelease(String(row['version'])) ?? row['version'] ?? null;
    const named = { ...row, version };
    const id = JSON.stringify(keys.map((key) => named[key as keyof typeof named]));
    const cell = cells.get(id);
    if (cell === undefined) {
      cells.set(id, { ...named });
      continue;
    }
    for (const column of ['active_workspaces', 'alive_workspaces', 'covered_seconds', 'alive_seconds'])
      cell[column] = Number(cell[column]) + Number(row[column]);
    for (const column of ['users', 'users_without', 'people'])
      cell[column] = Math.max(Number(cell[column]), Number(row[column]));
  }
  return [...cells.values()];
}

import { Type } from 'typebox';
import type { ViewColumn } from '../../contract/index.ts';
import { completeWeeks, dayMs, daysIn, loadActiveWeeks, weekMs, type ActiveWeeks } from '../people/active-weeks.ts';
import { directoryAttributes, loadDirectory, type DirectoryAttribute } from '../people/directory.ts';
import {
  activityParameters,
  basisNotices,
  basisText,
  directoryColumns,
  directoryParameters,
  groupOf,
} from '../people/parameters.ts';
import { AccessHistory, type People } from '../people/with-access.ts';
import { comparedColumns, comparedPrivacy, compareParameter, withPrevious } from '../shared/compare.ts';
import { defineView, type ViewRow } from '../view.ts';

const longWeeks = 4;
const number = (name: string, displayName: string, unit: string, description: string): ViewColumn => ({
  name,
  displayName,
  type: 'number',
  unit,
  description,
});

const columns: readonly ViewColumn[] = [
  {
    name: 'week',
    displayName: 'Week',
    type: 'time',
    unit: null,
    description: 'Its Monday (as a date), of local days',
  },
  ...directoryColumns,
  number(
    'active_1d',
    'Active a day',
    'short',
    'Mean of the people active on a working day of the organisation that is covered',
  ),
  number('active_7d', 'Active in the week', 'short', 'People active on a day of the week'),
  number('active_28d', 'Active in 28 days', 'short', 'People active on a day of this week or the three before'),
  number('people_with_access', 'With access', 'short', 'People with access on the last day of the week'),
  number('share_7d', 'Share in the week', 'percentunit', 'active_7d ÷ people_with_access'),
  number('share_28d', 'Share in 28 days', 'percentunit', 'active_28d ÷ people_with_access'),
  number('stickiness', 'Stickiness', 'percentunit', 'active_1d ÷ active_28d'),
];
/** Hidden ones among them: the differences of two figures of the row, and whose days active_1d is made of. */
const sums = [
  'active_1d',
  'active_7d',
  'active_28d',
  'people_with_access',
  'inactive_7d',
  'inactive_28d',
  'not_lately',
  'on_working_days',
];
const ratios = ['share_7d', 'share_28d', 'stickiness'];

export const userActivity = defineView({
  id: 'user-activity',
  title: 'Active users',
  topic: 'Use',
  description: 'Active users over 1, 7 and 28 days by week, and how often those of a month come on a day (stickiness)',
  parameters: Type.Object({ ...directoryParameters, ...activityParameters, compare: compareParameter }),
  columns: [...columns, ...comparedColumns(columns, [...sums.slice(0, 4), ...ratios])],
  leastScope: 'aggregate',
  privacy: comparedPrivacy({
    kind: 'groups',
    attributes: directoryAttributes,
    slices: ['week'],
    people: 'contributors',
    alsoPeople: ['active_7d', 'active_28d', 'inactive_7d', 'inactive_28d', 'not_lately', 'on_working_days'],
    merge: {
      active_1d: 'sum',
      active_7d: 'sum',
      active_28d: 'sum',
      people_with_access: 'sum',
      share_7d: { ratio: ['active_7d', 'people_with_access'] },
      share_28d: { ratio: ['active_28d', 'people_with_access'] },
      stickiness: { ratio: ['active_1d', 'active_28d'] },
    },
    widenTo: 'week',
  }),
  howComputed:
    'Complete weeks of local days. Active day: {basis}, component {component}. Active a day: active person-days on working days of the organisation’s calendar of which at least half of the platform is known ÷ those days. ' +
    'People with access: {access}; attributes as of the last day of the week. Where no day is known (less than half of the platform on each, or nothing arrived), there is no figure. A group of which 1 to 4 people make a figure, or the difference of two of its figures, is shown with another. {comparison}',

  async run({ reader, range, now, config, attributes }, { component, basis, compare }) {
    const zone = config.organisation.time_zone;
    const directory = await loadDirectory(reader);
    const { from, to } = completeWeeks(range, now, zone, directory.timeZones);
    // As many weeks just before: each week of the range stands beside the one that had its place then.
    const span = compare === 'previous' ? to - from : 0;
    const [weeks, access] = await Promise.all([
      loadActiveWeeks(reader, { from: from - span - (longWeeks - 1) * weekMs, to, component, basis, zone }),
      AccessHistory.load(reader, directory, from - span + weekMs - dayMs, to - dayMs),
    ]);
    const rowsBetween = (first: number, end: number): ViewRow[] => {
      const rows: ViewRow[] = [];
      for (let week = first; week < end; week += weekMs)
        rows.push(...rowsOf(week, attributes, weeks, access.on(week + weekMs - dayMs)));
      return rows;
    };
    const previous =
      span > 0
        ? rowsBetween(from - span, from).map((row) => ({ ...row, week: new Date(Number(row['week']) + span) }))
        : null;
    const rows = withPrevious(rowsBetween(from, to), previous, {
      keys: ['week', ...directoryAttributes],
      sums,
      ratios,
    });
    return {
      rows: rows.sort(byWeekAndGroup),
      coverage: weeks.coverage,
      facts: {
        basis: basisText[basis],
        component,
        access: access.basis,
        comparison:
          span > 0
            ? `Compared with the weeks from ${labelOf(from - span)} to ${labelOf(from - dayMs)}, each with the one ${span / weekMs} weeks before.`
            : '',
      },
      notices: basisNotices(basis),
    };
  },
});

function labelOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

interface Tally {
  readonly place: ViewRow;
  all: number;
  short: number;
  long: number;
  personDays: number;
  onWorkingDays: number;
}

function rowsOf(week: number, attributes: readonly string[], weeks: ActiveWeeks, people: People): ViewRow[] {
  const counted = weeks.working('*', week) & weeks.covered(week);
  const active = weeks.activeIn(week);
  const before = Array.from({ length: longWeeks - 1 }, (_, ago) => week - (ago + 1) * weekMs);
  const earlier = before.map((each) => weeks.activeIn(each));
  // Of a gap nobody knows how many were active: not nobody.
  const isShortKnown = weeks.covered(week) > 0;
  const isLongKnown = isShortKnown || before.some((each) => weeks.covered(each) > 0);
  const tallies = new Map<string, Tally>();
  // A year is sixty thousand people by weeks: found by text, made once for each group.
  for (const [key, person] of people) {
    const id = attributes.map((name) => person[name as DirectoryAttribute]).join('\0');
    let group = tallies.get(id);
    if (group === undefined)
      tallies.set(
        id,
        (group = { place: groupOf(person, attributes), all: 0, short: 0, long: 0, personDays: 0, onWorkingDays: 0 }),
      );
    const days = active.get(key) ?? 0;
    group.all += 1;
    if (days > 0) group.short += 1;
    if (days > 0 || earlier.some((each) => (each.get(key) ?? 0) > 0)) group.long += 1;
    if ((days & counted) > 0) group.onWorkingDays += 1;
    group.personDays += daysIn(days & counted);
  }
  return [...tallies.values()].map((tally) => {
    const { place, all, personDays, onWorkingDays } = tally;
    const daily = counted === 0 ? null : personDays / daysIn(counted);
    const short = isShortKnown ? tally.short : null;
    const long = isLongKnown ? tally.long : null;
    return {
      week: new Date(week),
      ...place,
      people: all,
      people_with_access: all,
      active_1d: daily,
      active_7d: short,
      active_28d: long,
      share_7d: short === null ? null : short / all,
      share_28d: long === null ? null : long / all,
      stickiness: daily === null || !long ? null : daily / long,
      inactive_7d: short === null ? null : all - short,
      inactive_28d: long === null ? null : all - long,
      not_lately: long === null || short === null ? null : long - short,
      on_working_days: onWorkingDays,
    };
  });
}

function byWeekAndGroup(a: ViewRow, b: ViewRow): number {
  const weeks = Number(a['week']) - Number(b['week']);
  if (weeks !== 0) return weeks;
  for (const column of directoryAttributes) {
    const [x, y] = [a[column] ?? '', b[column] ?? ''];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

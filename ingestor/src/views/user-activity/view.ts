import { Type } from 'typebox';
import type { ViewColumn } from '../../contract/index.ts';
import { completeWeeks, dayMs, daysIn, loadActiveWeeks, weekMs, type ActiveWeeks } from '../people/active-weeks.ts';
import { directoryAttributes, loadDirectory } from '../people/directory.ts';
import {
  activityParameters,
  basisNotices,
  basisText,
  directoryColumns,
  directoryParameters,
  groupOf,
  tally,
} from '../people/parameters.ts';
import { AccessHistory, type People } from '../people/with-access.ts';
import { defineView, type ViewRow } from '../view.ts';

const longWeeks = 4;
const number = (name: string, displayName: string, unit: string, description: string): ViewColumn => ({
  name,
  displayName,
  type: 'number',
  unit,
  description,
});

interface ActivityRow extends Record<string, string | number | Date | null> {
  people_with_access: number;
  active_7d: number;
  active_28d: number;
  person_days: number;
  working_days: number;
}

export const userActivity = defineView({
  id: 'user-activity',
  title: 'Active users',
  topic: 'Use',
  description: 'Active users over 1, 7 and 28 days by week, and how often those of a month come on a day (stickiness)',
  parameters: Type.Object({ ...directoryParameters, ...activityParameters }),
  columns: [
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
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: directoryAttributes,
    slices: ['week'],
    people: 'people_with_access',
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
  },
  howComputed:
    'Complete weeks of local days. Active day: {basis}, component {component}. Active a day: active person-days on working days of the organisation’s calendar of which at least half of the platform is known ÷ those days. ' +
    'People with access: {access}; attributes as of the last day of the week. A group of which 1 to 4 people make a figure, or the difference of two of its figures, is shown with another.',

  async run({ reader, range, now, config, attributes }, { component, basis }) {
    const directory = await loadDirectory(reader);
    const { from, to } = completeWeeks(range, now, config.organisation.time_zone, directory.timeZones);
    const [weeks, access] = await Promise.all([
      loadActiveWeeks(reader, from - (longWeeks - 1) * weekMs, to, component, basis),
      AccessHistory.load(reader, directory, from + weekMs - dayMs, to - dayMs),
    ]);
    const rows: ViewRow[] = [];
    for (let week = from; week < to; week += weekMs)
      rows.push(...rowsOf(week, attributes, weeks, access.on(week + weekMs - dayMs)));
    return {
      rows,
      coverage: weeks.coverage,
      facts: {
        basis: basisText[basis],
        component,
        access: access.basis,
      },
      notices: basisNotices(basis),
    };
  },
});

function rowsOf(week: number, attributes: readonly string[], weeks: ActiveWeeks, people: People): ViewRow[] {
  const counted = weeks.working('*', week) & weeks.covered(week);
  const rows = new Map<string, ActivityRow>();
  for (const [key, person] of people) {
    const place = groupOf(person, attributes);
    const row = tally<ActivityRow>(rows, place, () => ({
      week: new Date(week),
      ...place,
      people_with_access: 0,
      active_7d: 0,
      active_28d: 0,
      person_days: 0,
      working_days: 0,
    }));
    const active = weeks.active(key, week);
    const isActive = Array.from({ length: longWeeks }, (_, ago) => weeks.active(key, week - ago * weekMs)).some(
      (days) => days > 0,
    );
    row.people_with_access += 1;
    row.active_7d += Number(active > 0);
    row.active_28d += Number(isActive);
    row.person_days += daysIn(active & counted);
    row.working_days += Number((active & counted) > 0);
  }
  return [...rows.values()].sort(byGroup).map(({ person_days: personDays, working_days: onWorkingDays, ...row }) => {
    const { people_with_access: all, active_7d: short, active_28d: long } = row;
    const daily = counted === 0 ? null : personDays / daysIn(counted);
    return {
      ...row,
      active_1d: daily,
      share_7d: short / all,
      share_28d: long / all,
      stickiness: daily === null || long === 0 ? null : daily / long,
      // Hidden: the differences of two figures of the row, and whose days active_1d is made of.
      inactive_7d: all - short,
      inactive_28d: all - long,
      not_lately: long - short,
      on_working_days: onWorkingDays,
    };
  });
}

function byGroup(a: ActivityRow, b: ActivityRow): number {
  for (const column of directoryAttributes) {
    const [x, y] = [a[column] ?? '', b[column] ?? ''];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

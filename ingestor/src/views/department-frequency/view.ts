import { Type } from 'typebox';
import type { ViewColumn } from '../../contract/index.ts';
import { completeWeeks, dayMs, loadActiveWeeks, weekMs, type ActiveWeeks } from '../people/active-weeks.ts';
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
import { compareParameter } from '../shared/compare.ts';
import { defineView } from '../view.ts';
import { blocks, classify, frequencyClasses, thresholds, windowMs } from './classify.ts';

interface FrequencyRow extends Record<string, string | number | Date | null> {
  people: number;
  previous_people: number | null;
}

const count = (name: string, displayName: string, description: string): ViewColumn => ({
  name,
  displayName,
  type: 'number',
  unit: 'short',
  description,
});
const share = (name: string, displayName: string, description: string): ViewColumn => ({
  name,
  displayName,
  type: 'number',
  unit: 'percentunit',
  description,
});

export const departmentFrequency = defineView({
  id: 'department-frequency',
  title: 'How often departments use the platform',
  topic: 'Use',
  description:
    'People with access by how often they were active in the last 28 complete days: new, daily, weekly, monthly or less',
  parameters: Type.Object({
    ...directoryParameters,
    group_by: { ...directoryParameters.group_by, default: ['department'] },
    ...activityParameters,
    over_time: Type.Boolean({
      default: false,
      description: 'The 28 days before every Monday of the range, not only those before its end',
    }),
    compare: compareParameter,
  }),
  columns: [
    {
      name: 'until',
      displayName: 'Until',
      type: 'time',
      unit: null,
      description: 'Monday (as a date) after the 28 days',
    },
    ...directoryColumns,
    {
      name: 'class',
      displayName: 'Frequency',
      type: 'string',
      unit: null,
      description: `First that applies: ${frequencyClasses.join(', ')}`,
    },
    count('people', 'People', 'People with access in this class'),
    share('share', 'Share', 'people ÷ people_with_access'),
    count('people_with_access', 'With access', 'People with access in this group: the sum of its classes'),
    count('previous_people', 'People, before', 'In the 28 days before; empty unless compare=previous'),
    share(
      'previous_share',
      'Share, before',
      'previous_people ÷ people with access then; empty unless compare=previous',
    ),
    count('change_people', 'Change', 'people − previous_people; empty unless compare=previous'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: directoryAttributes,
    splits: [{ column: 'class', order: 'class_order' }],
    slices: ['until'],
    people: 'contributors',
    alsoPeople: ['people', 'previous_people'],
    merge: { people: 'sum', previous_people: 'sum', change_people: 'sum' },
    shares: [
      { share: 'share', of: 'people', total: 'people_with_access' },
      { share: 'previous_share', of: 'previous_people' },
    ],
    widenTo: 'week',
  },
  howComputed:
    'The {days} days up to {until} (complete local days of each person), as {blocks} blocks of seven; first match: new: joined in them; ' +
    'daily: active on at least {daily_share} of the person’s own working days; weekly: in at least {weekly_blocks} blocks; monthly: on a day; less. ' +
    'Active day: {basis}, component {component}. Days of which less than half of the platform is known leave the denominator; under {covered_days} such days there is no class. ' +
    'People with access: {access}; attributes as of the last day.',

  async run({ reader, range, now, config, attributes }, { component, basis, over_time: overTime, compare }) {
    const zone = config.organisation.time_zone;
    const directory = await loadDirectory(reader);
    const span = completeWeeks(range, now, zone, directory.timeZones);
    const first = overTime ? Math.min(span.from + weekMs, span.to) : span.to;
    const isCompared = compare === 'previous';
    const before = isCompared ? windowMs : 0;
    const [weeks, access] = await Promise.all([
      loadActiveWeeks(reader, { from: first - windowMs - before, to: span.to, component, basis, zone }),
      AccessHistory.load(reader, directory, first - before - dayMs, span.to - dayMs),
    ]);
    const rows = new Map<string, FrequencyRow>();
    for (let end = first; end <= span.to; end += weekMs) {
      countPeople(rows, attributes, weeks, access.on(end - dayMs), end, 'people', end, isCompared);
      if (isCompared)
        countPeople(
          rows,
          attributes,
          weeks,
          access.on(end - windowMs - dayMs),
          end - windowMs,
          'previous_people',
          end,
          true,
        );
    }
    return {
      rows: [...rows.values()].map(finish).sort(byPlace),
      coverage: weeks.coverage,
      facts: {
        days: blocks * 7,
        until: `${new Date(span.to - 1).toISOString().slice(0, 10)}${overTime ? ' and each Sunday of the range before it' : ''}`,
        blocks,
        daily_share: `${thresholds.dailyShare * 100} %`,
        weekly_blocks: thresholds.weeklyBlocks,
        covered_days: thresholds.coveredDays,
        basis: basisText[basis],
        component,
        access: access.basis,
      },
      notices: basisNotices(basis),
    };
  },
});

function countPeople(
  rows: Map<string, FrequencyRow>,
  attributes: readonly string[],
  weeks: ActiveWeeks,
  people: People,
  end: number,
  into: 'people' | 'previous_people',
  shown: number,
  isCompared: boolean,
): void {
  for (const [key, person] of people) {
    const name = classify(weeks, key, person, end);
    const place = { until: shown, ...groupOf(person, attributes), class: name };
    const row = tally<FrequencyRow>(rows, place, () => ({
      ...place,
      until: new Date(shown),
      class_order: frequencyClasses.indexOf(name),
      people: 0,
      previous_people: isCompared ? 0 : null,
    }));
    row[into] = Number(row[into]) + 1;
  }
}

/** Shares are the runner's: they have to be taken of what is left after small groups were merged. */
function finish(row: FrequencyRow): FrequencyRow {
  const { people, previous_people: previous } = row;
  return {
    ...row,
    contributors: Math.max(people, previous ?? 0),
    change_people: previous === null ? null : people - previous,
    share: null,
    people_with_access: null,
    previous_share: null,
  };
}

function byPlace(a: FrequencyRow, b: FrequencyRow): number {
  for (const column of ['until', ...directoryAttributes, 'class_order']) {
    const [x, y] = [a[column] ?? '', b[column] ?? ''];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

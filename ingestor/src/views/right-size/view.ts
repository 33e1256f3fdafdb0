import { Type } from 'typebox';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, textColumn } from '../shared/columns.ts';
import { leastFitDays, testDays } from '../sizing/back-test.ts';
import { lookBackDays } from '../sizing/load-needs.ts';
import type { SizingRules } from '../sizing/own-need.ts';
import { defineView } from '../view.ts';
import { cellRows } from './rows.ts';
import { loadSizing } from './sizing.ts';
import { sizedAttributes } from './unions.ts';

export const rightSize = defineView({
  id: 'right-size',
  title: 'Right size by role',
  topic: 'Cost',
  description:
    'The default request of cores and memory that would fit each role, who is above it, and a back-test of the advice',
  parameters: Type.Object({
    group_by: groupByParameter(sizedAttributes, ['role']),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
  }),
  columns: [
    ...attributeColumns.filter(({ name }) => (sizedAttributes as readonly string[]).includes(name)),
    numberColumn(
      'default_cores',
      'Default request',
      'suffix:cores',
      'Smallest whole number of cores that covers the own P95 of 80 % of the users',
    ),
    numberColumn(
      'default_memory_gb',
      'Default memory',
      'suffix:GB',
      'Smallest whole number of GB (2^30 bytes) that covers the memory need of 80 % of the users',
    ),
    numberColumn(
      'today_cores',
      'Request today',
      'suffix:cores',
      'The request that their containers had for most of the time of the back-test',
    ),
    numberColumn('today_memory_gb', 'Memory request today', 'suffix:GB', 'Memory of the same request'),
    numberColumn('users', 'Users', 'short', 'Users with at least 100 active buckets: one vote each.'),
    numberColumn(
      'exceptions',
      'Exceptions',
      'short',
      'Of these users, those who need more than the default, in cores or memory',
    ),
    numberColumn(
      'throttled_share',
      'Throttled',
      'percentunit',
      'Back-test: share of active container-buckets above the advised request on a simulated node whose use exceeds what it offers',
    ),
    numberColumn(
      'throttled_share_upper',
      'Throttled, at most',
      'percentunit',
      'Back-test: share of active container-buckets above the advised request',
    ),
    textColumn('note', 'Note', 'not enough data: fewer than five users with 100 active buckets, hence no number'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: sizedAttributes,
    people: 'people',
    // Rows that will be merged carry the figures of their union: any of them will do.
    merge: {
      default_cores: 'max',
      default_memory_gb: 'max',
      today_cores: 'max',
      today_memory_gb: 'max',
      users: 'sum',
      exceptions: 'sum',
      throttled_share: 'max',
      throttled_share_upper: 'max',
    },
  },
  howComputed:
    'Own P95: the smallest value that holds {percentile} of the weight over active five-minute buckets (≥ {active_cores} core) of a user’s last {active_days} active days before {to} ' +
    `(at most ${lookBackDays} days back); weight = covered seconds × 2^(−active days since ÷ {half_life_days}). Default: the smallest whole-core request that covers {covered_users} of the users of the group, one vote each; ` +
    'no number for a user with fewer than {least_buckets} active buckets, or for fewer than {least_users} such users. ' +
    'Memory: max({memory_headroom} × highest sample, {oom_headroom} × limit at an OOM kill). Users at ≥ {at_limit} of a limit in {at_limit_share} of active buckets are never advised less than that limit. ' +
    `Back-test: fitted on what was known before {test_from} (at least ${leastFitDays} days), tried on the ${testDays} complete days until {test_to}: all containers of a node pool packed with the advised requests (exceptions get their own need), no sampling; ` +
    'containers that were not active count with their mean use. Groups: as of {to}. Interactive containers.',

  async run(context) {
    const sizing = await loadSizing(context, context.attributes);
    const notices =
      sizing.test === null
        ? [`No back-test: data begin less than ${leastFitDays} days before ${day(sizing.window.from)}`]
        : [];
    return {
      rows: cellRows(sizing),
      coverage: null,
      facts: {
        to: day(sizing.to),
        test_from: day(sizing.window.from),
        test_to: day(sizing.window.to),
        ...ruleFacts(sizing.rules),
      },
      notices,
    };
  },
});

function ruleFacts(rules: SizingRules): Record<string, string | number> {
  const percent = (share: number): string => `${+(share * 100).toFixed(1)} %`;
  return {
    percentile: percent(rules.percentile),
    active_cores: rules.activeCores,
    active_days: rules.activeDays,
    half_life_days: rules.halfLifeDays,
    covered_users: percent(rules.coveredUsers),
    least_buckets: rules.leastBuckets,
    least_users: rules.leastUsers,
    memory_headroom: rules.memoryHeadroom,
    oom_headroom: rules.oomHeadroom,
    at_limit: percent(rules.atLimit),
    at_limit_share: percent(rules.atLimitShare),
  };
}

function day(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}

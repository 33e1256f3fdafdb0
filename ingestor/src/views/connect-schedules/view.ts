import { Type } from 'typebox';
import { loadConnectFacts } from '../connect-cleanup/facts.ts';
import { loadPeople, logNotices, serverParameter } from '../connect-cleanup/shared.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { defineView } from '../view.ts';
import { scheduledItems, scheduleStates, type ScheduleState } from './rows.ts';

export const stateParameter = Type.Union(
  (['', ...scheduleStates] as const).map((state) => Type.Literal(state)),
  { default: '', description: 'Only schedules in this state; empty: all' },
);

export const schedulesText =
  'Items with an active schedule as of {until}. failing: the last three scheduled runs failed; forgotten: no page view, session or hit of a human in {days} days, mailed to nobody else; mailed: to others than the owner; read: somebody looked at it in {days} days; ' +
  'unknown: the log does not say, or it is younger. Runs and their cost: of the year before, of younger schedules carried on to a year; resources × duration × price as of then, a missing CPU request costs the configured default ({cores} cores).';

export const connectSchedules = defineView({
  id: 'connect-schedules',
  title: 'Connect schedules',
  topic: 'Connect',
  description:
    'Scheduled content: what is read, what is mailed, what nobody reads and what fails, with its runs and cost',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    state: stateParameter,
    server: serverParameter,
  }),
  columns: [
    ...attributeColumns.map((column) => ({
      ...column,
      description: `Of the owner at the end of the range. ${column.description}`,
    })),
    textColumn('state', 'State', scheduleStates.join(', ')),
    numberColumn('items', 'Items', 'short', 'Content items with an active schedule'),
    numberColumn('runs_year', 'Runs a year', 'short', 'Scheduled runs'),
    numberColumn('failed_runs_year', 'Failed runs a year', 'short', 'Failed, killed or lost'),
    numberColumn('failed_share', 'Failed', 'percentunit', 'failed_runs_year ÷ runs_year'),
    numberColumn('cost_year', 'Cost a year', 'none', 'Of scheduled runs; empty without a price'),
    textColumn('currency', 'Currency', 'What the money is in'),
    numberColumn('bytes', 'Bytes', 'bytes', 'Σ of all bundles'),
    numberColumn('people', 'Owners', 'short', 'People who own them'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'state' }],
    people: 'people',
    overlapping: true,
    dominance: [{ sum: 'bytes', largest: 'largest_bytes' }],
    merge: {
      items: 'sum',
      runs_year: 'sum',
      failed_runs_year: 'sum',
      failed_share: { ratio: ['failed_runs_year', 'runs_year'] },
      cost_year: 'sum',
      bytes: 'sum',
    },
  },
  howComputed: schedulesText,

  async run(context, { state, server }) {
    const { config, attributes } = context;
    const [facts, people] = await Promise.all([loadConnectFacts(context, server), loadPeople(context)]);
    const cells = groupRows(
      scheduledItems(facts, config)
        .filter((each) => state === '' || each.state === state)
        .map((each) => {
          const owner = people.keyOf(each.item.owner);
          return {
            keys: { ...people.columns(owner, facts.until, attributes), state: each.state },
            person: owner,
            amounts: {
              items: 1,
              runs_year: each.runsYear,
              failed_runs_year: each.failedRunsYear,
              cost_year: each.costYear ?? 0,
              bytes: each.item.bytes_total ?? 0,
            },
          };
        }),
    );
    const rows = cells.map((row) => ({
      ...row,
      failed_share: Number(row['runs_year']) > 0 ? Number(row['failed_runs_year']) / Number(row['runs_year']) : null,
      cost_year: facts.book.isCharged('cpu') ? (row['cost_year'] ?? null) : null,
      currency: facts.book.currency,
      order: scheduleStates.indexOf(row['state'] as ScheduleState),
    }));
    return {
      rows: sortRows(rows, [...personAttributes, 'order']),
      coverage: null,
      facts: {
        until: facts.until.toISOString(),
        days: config.connect.cleanup.forgotten_schedule_days,
        cores: config.connect.default_cpu_request_cores,
      },
      notices: logNotices(facts),
    };
  },
});

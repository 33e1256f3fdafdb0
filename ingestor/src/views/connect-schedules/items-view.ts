import { Type } from 'typebox';
import { loadConnectFacts } from '../connect-cleanup/facts.ts';
import { loadPeople, logNotices, serverParameter } from '../connect-cleanup/shared.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView } from '../view.ts';
import { daysUnseen, scheduledItems, scheduleStates } from './rows.ts';
import { schedulesText, stateParameter } from './view.ts';

export const connectScheduleItems = defineView({
  id: 'connect-schedule-items',
  title: 'Connect schedules, item by item',
  topic: 'Connect',
  description: 'Every scheduled item: how often it runs, what that costs, who gets it, and when it was last looked at',
  parameters: Type.Object({ state: stateParameter, server: serverParameter }),
  columns: [
    textColumn('server', 'Server', 'Of the configuration'),
    textColumn('content_guid', 'Content', 'guid on the server'),
    textColumn('name', 'Name', 'Unique per owner'),
    textColumn('app_mode', 'Type', 'As the server says'),
    textColumn('owner', 'Owner', 'Pseudonym'),
    textColumn('department', 'Department', 'Of the owner at the end of the range'),
    textColumn('state', 'State', scheduleStates.join(', ')),
    textColumn('schedule', 'Schedule', 'Type of each schedule, and its time zone'),
    textColumn('mailed_to', 'Mailed to', 'nobody, owner, others, unknown'),
    timeColumn('last_seen_at', 'Last seen', 'Last look of a human'),
    numberColumn('unseen_days', 'Unseen', 'suffix:d', 'Days since; empty: never since the log begins'),
    numberColumn('runs_year', 'Runs a year', 'short', 'Scheduled runs'),
    numberColumn('failed_share', 'Failed', 'percentunit', 'Failed, killed or lost ÷ runs'),
    numberColumn('mean_seconds', 'Mean duration', 's', 'Of a scheduled run'),
    numberColumn('cost_year', 'Cost a year', 'none', 'Of scheduled runs; empty without a price'),
    textColumn('currency', 'Currency', 'What the money is in'),
    numberColumn('bytes', 'Bytes', 'bytes', 'All its bundles'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'owner' },
  howComputed: schedulesText,

  async run(context, { state, server }) {
    const { config } = context;
    const [facts, people] = await Promise.all([loadConnectFacts(context, server), loadPeople(context)]);
    const rows = scheduledItems(facts, config)
      .filter((each) => state === '' || each.state === state)
      .map((each) => {
        const owner = people.keyOf(each.item.owner);
        return {
          server: each.item.server,
          content_guid: each.item.content_guid,
          name: each.item.name,
          app_mode: each.item.app_mode,
          owner,
          department: people.columns(owner, facts.until).department,
          state: each.state,
          schedule: each.schedules.map(({ type, time_zone: zone }) => `${type} (${zone ?? 'UTC'})`).join(', '),
          mailed_to: [...new Set(each.schedules.map(({ mailed_to: to }) => to))].join(', '),
          last_seen_at: each.lastSeenAt,
          unseen_days: daysUnseen(each, facts.until),
          runs_year: each.runsYear,
          failed_share: each.runsYear > 0 ? each.failedRunsYear / each.runsYear : null,
          mean_seconds: each.meanSeconds,
          cost_year: each.costYear,
          currency: facts.book.currency,
          bytes: each.item.bytes_total,
        };
      })
      .sort((a, b) => (b.cost_year ?? b.runs_year) - (a.cost_year ?? a.runs_year));
    return {
      rows,
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

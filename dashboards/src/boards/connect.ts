import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, gauge, named, stat, table, thresholds } from '../lib/panels/index.ts';
import { department } from '../lib/variables.ts';
import { uids } from './uids.ts';

const none = 'No Connect server is configured, or nothing was found';
const failedSteps = thresholds('green', [0.05, 'yellow'], [0.25, 'orange'], [0.5, 'red']);

export const connectCleanup: BoardDefinition = {
  uid: uids.connectCleanup,
  title: 'Connect clean-up',
  description: 'What lies on Connect for nothing, by which rule, and what is looked at instead?',
  says: '**What lies on Connect for nothing, by which rule, and what is looked at instead?** Nothing is deleted from here: `npx sce-voice cleanup plan` writes the list for review. One item may be found by several rules.',
  variables: [department],
  rows: (board) => {
    const only = { department: board.of(department) };
    return [
      row(
        10,
        [
          10,
          bars(board, {
            title: 'Findings by rule',
            says: 'Content items by the rule that found them, and those that stay because they are locked, pinned, tagged or listed.',
            query: {
              view: 'connect-cleanup',
              params: { ...only, group_by: [] },
              columns: ['rule', 'items', 'exempt_items'],
            },
            isLying: true,
            empty: none,
          }),
        ],
        [
          14,
          table(board, {
            title: 'Findings by department of the owner',
            says: 'Items, those whose owner is gone, and the bytes of all their bundles.',
            query: {
              view: 'connect-cleanup',
              params: { ...only, group_by: ['department'] },
              columns: ['department', 'rule', 'items', 'exempt_items', 'items_of_leavers', 'bytes', 'people'],
            },
            sortBy: 'items',
            empty: none,
          }),
        ],
      ),
      heading('What is looked at'),
      row(10, [
        24,
        table(board, {
          title: 'Visits by type and age of the content',
          says: 'Page views and sessions of people, of interfaces their hits, by type and age of the item.',
          query: {
            view: 'connect-usage',
            params: { ...only, group_by: [], split_by: ['content_type', 'age'] },
            columns: ['content_type', 'age', 'visits', 'anonymous_visits', 'visits_per_viewer', 'people', 'items'],
          },
          sortBy: 'visits',
          empty: none,
        }),
      ]),
      heading('What it holds'),
      row(10, [
        24,
        table(board, {
          title: 'Bytes by department of the owner',
          says: 'All bundles of each content item as the server tells, else the sum of their archives; and what belongs to people who have left.',
          query: {
            view: 'storage',
            params: { ...only, store: 'connect', group_by: ['department'] },
            columns: ['department', 'owner', 'claims', 'used_bytes', 'growth_bytes', 'people'],
          },
          sortBy: 'used_bytes',
          cells: { claims: named('Items') },
          empty: none,
        }),
      ]),
    ];
  },
};

export const connectSchedules: BoardDefinition = {
  uid: uids.connectSchedules,
  title: 'Schedules and failures',
  description: 'Which scheduled content does nobody read, which fails, and what does that cost a year?',
  says: '**Which scheduled content does nobody read, which fails, and what does that cost a year?** Forgotten: active, mailed to nobody else, and no human looked at it for long. Unknown where the log is too short to say.',
  variables: [department],
  rows: (board) => {
    const only = { department: board.of(department) };
    return [
      row(
        4,
        [
          8,
          stat(board, {
            title: 'Scheduled items',
            says: 'Content items with an active schedule.',
            query: { view: 'connect-schedules', params: { ...only, group_by: [] }, columns: ['state', 'items'] },
            reduce: 'sum',
            empty: none,
          }),
        ],
        [
          8,
          stat(board, {
            title: 'Forgotten',
            says: 'Active schedules of items that nobody looks at and that are mailed to nobody else.',
            query: {
              view: 'connect-schedules',
              params: { ...only, group_by: [], state: 'forgotten' },
              columns: ['state', 'items', 'runs_year'],
            },
            reduce: 'sum',
            color: 'orange',
            empty: none,
          }),
        ],
        [
          8,
          stat(board, {
            title: 'Failing',
            says: 'Items whose last three scheduled runs failed.',
            query: {
              view: 'connect-schedules',
              params: { ...only, group_by: [], state: 'failing' },
              columns: ['state', 'items', 'failed_runs_year'],
            },
            reduce: 'sum',
            color: 'red',
            empty: none,
          }),
        ],
      ),
      row(11, [
        24,
        table(board, {
          title: 'By department of the owner and state',
          says: 'Scheduled items with their runs, failures and cost of a year.',
          query: {
            view: 'connect-schedules',
            params: { ...only, group_by: ['department'] },
            columns: [
              'department',
              'state',
              'items',
              'runs_year',
              'failed_runs_year',
              'failed_share',
              'cost_year',
              'people',
            ],
          },
          sortBy: 'runs_year',
          cells: { failed_share: gauge(failedSteps) },
          empty: none,
        }),
      ]),
    ];
  },
};

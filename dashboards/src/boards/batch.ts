import { row, type BoardDefinition } from '../lib/board.ts';
import { fixed, gauge, mapped, series, stat, table, thresholds, wide } from '../lib/panels/index.ts';
import { choiceOf, department, role } from '../lib/variables.ts';
import { uids } from './uids.ts';

const none = 'No queue of AWS Batch is configured, or no run ended in the range';
const failedSteps = thresholds('green', [0.05, 'yellow'], [0.25, 'orange'], [0.5, 'red']);
const state = choiceOf('state', {
  label: 'Ended',
  values: { All: 'All', Succeeded: 'succeeded', Failed: 'failed', Lost: 'lost' },
});

export const batch: BoardDefinition = {
  uid: uids.batch,
  title: 'Batch runs',
  description: 'What does each pipeline cost, which fail, and how long do their runs wait?',
  says: ({ audience }) =>
    `**What does each pipeline cost, which fail, and how long do their runs wait?** A run is a job of AWS Batch, an array job with its children is one; it counts where it ended, and retries add up.${
      audience === 'team'
        ? ` One row for each run: [Batch runs one by one](/d/${uids.batchItems}?\${__url_time_range}).`
        : ''
    }`,
  from: 'now-90d',
  variables: [department, role],
  marks: ['price'],
  rows: (board) => {
    const only = { department: board.of(department), role: board.of(role) };
    const all = { ...only, split_by: 'none', period: 'none' };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Runs',
            says: 'Runs that ended in the range: succeeded, failed and lost.',
            query: { view: 'batch-runs', params: all, columns: ['runs'] },
            reduce: 'sum',
            decimals: 0,
            empty: none,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Failed',
            says: 'Runs that failed in the end, after all retries ÷ runs.',
            query: { view: 'batch-runs', params: all, columns: ['failed_share'] },
            steps: failedSteps,
            decimals: 1,
            empty: none,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Cost',
            says: 'Reserved resources × duration of every attempt × price as of then.',
            query: { view: 'batch-runs', params: all, columns: ['cost'] },
            reduce: 'sum',
            decimals: 1,
            empty: 'No run ended in the range, or a part of them has no price',
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Lost to failures',
            says: 'Core-hours of attempts that failed, those that a retry made good included.',
            query: { view: 'batch-runs', params: all, columns: ['failed_core_hours'] },
            reduce: 'sum',
            color: 'orange',
            empty: none,
          }),
        ],
      ),
      row(
        10,
        [
          14,
          series(board, {
            title: 'Cost by week and pipeline',
            says: 'Cost of the runs that ended in the week, retries included.',
            query: {
              view: 'batch-runs',
              params: { ...only, period: 'week' },
              columns: ['period_start', 'pipeline', 'cost'],
            },
            by: 'pipeline',
            stack: 'normal',
            empty: none,
          }),
        ],
        [
          10,
          series(board, {
            title: 'Runs by week',
            says: 'Runs that ended in the week, and those of them that failed after all retries.',
            query: {
              view: 'batch-runs',
              params: { ...only, split_by: 'none', period: 'week' },
              columns: ['period_start', 'runs', 'failed_runs'],
            },
            looks: { runs: fixed('blue'), failed_runs: fixed('red') },
            empty: none,
          }),
        ],
      ),
      row(9, [
        24,
        table(board, {
          title: 'Pipelines',
          says: 'Runs of the range by pipeline (a tag of the job, else its job definition): how many fail, what they reserve and cost, how long they take and wait.',
          query: {
            view: 'batch-runs',
            params: { ...only, period: 'none' },
            columns: [
              'pipeline',
              'runs',
              'failed_share',
              'lost_runs',
              'core_hours',
              'failed_core_hours',
              'cost',
              'cost_per_run',
              'mean_seconds',
              'mean_wait_seconds',
              'people',
            ],
          },
          sortBy: 'core_hours',
          cells: { failed_share: gauge(failedSteps) },
          empty: none,
        }),
      ]),
    ];
  },
};

export const batchItems: BoardDefinition = {
  uid: uids.batchItems,
  title: 'Batch runs one by one',
  description: 'How did each run of AWS Batch end, how long did it take, and what did it cost?',
  says: '**How did each run of AWS Batch end, how long did it take, and what did it cost?** You see your own; those who run the platform see all, by pseudonym, and every such look is logged. Without a signed-in identity there is nothing to see.',
  tags: ['persons'],
  isShared: false,
  variables: [state],
  rows: (board) => {
    const params = { state: board.of(state) };
    const empty = 'No run of yours ended in this range';
    return [
      row(
        4,
        [
          8,
          stat(board, {
            title: 'Cost of these runs',
            says: 'Of all attempts of the runs below.',
            query: { view: 'batch-run-items', params, columns: ['cost'] },
            reduce: 'sum',
            decimals: 1,
            empty,
          }),
        ],
        [
          8,
          stat(board, {
            title: 'Core-hours',
            says: 'Reserved by all attempts of the runs below.',
            query: { view: 'batch-run-items', params, columns: ['core_hours'] },
            reduce: 'sum',
            empty,
          }),
        ],
        [
          8,
          stat(board, {
            title: 'Lost to failures',
            says: 'Core-hours of attempts that failed.',
            query: { view: 'batch-run-items', params, columns: ['failed_core_hours'] },
            reduce: 'sum',
            color: 'orange',
            empty,
          }),
        ],
      ),
      row(20, [
        24,
        table(board, {
          title: 'Runs',
          says: 'Every run that ended in the range, the newest first.',
          query: {
            view: 'batch-run-items',
            params,
            columns: [
              'ended_at',
              'pipeline',
              'person',
              'department',
              'state',
              'failure',
              'array_size',
              'attempts',
              'wait_seconds',
              'seconds',
              'core_hours',
              'cost',
            ],
          },
          cells: {
            state: mapped({ succeeded: 'green', failed: 'red', lost: 'orange' }),
            pipeline: wide(150),
            person: wide(175),
            department: wide(170),
            failure: wide(280),
          },
          empty,
        }),
      ]),
    ];
  },
};

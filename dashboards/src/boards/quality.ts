import { row, type BoardDefinition } from '../lib/board.ts';
import { coverageSteps, gauge, mapped, stat, table, text, thresholds, wide } from '../lib/panels/index.ts';
import { valuesOf } from '../lib/variables.ts';
import { uids } from './uids.ts';

const job = valuesOf('job', { label: 'Job', view: 'data-quality' });
const ageSteps = thresholds('green', [300, 'yellow'], [900, 'red']);
/** Without these two there is no view of containers. */
const cpu = 'container_cpu_usage_seconds_total';
const pods = 'kube_pod_info';

export const quality: BoardDefinition = {
  uid: uids.quality,
  title: 'Data quality',
  description: 'Can the figures be believed: what arrives, how fresh and complete is it, and what was refused?',
  says: '**Can the figures be believed?** What arrives, how fresh and complete it is, what was refused, and which sources fail. A gap in the data is shown as unknown everywhere, never as idle.',
  from: 'now-7d',
  variables: [job],
  rows: (board) => {
    const only = { job: board.of(job) };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Age of CPU samples',
            says: `End of the range − newest sample of ${cpu}.`,
            query: { view: 'data-quality', params: { metric: cpu }, columns: ['newest_sample_age_seconds'] },
            reduce: 'min',
            steps: ageSteps,
            empty: 'No sample in the last 24 hours',
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Age of pod facts',
            says: `End of the range − newest sample of ${pods}: without it containers have no owner.`,
            query: { view: 'data-quality', params: { metric: pods }, columns: ['newest_sample_age_seconds'] },
            reduce: 'min',
            steps: ageSteps,
            empty: 'No sample in the last 24 hours',
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Coverage of CPU samples',
            says: 'Five-minute buckets with a sample ÷ those in which the series was alive, in the last 24 hours of the range.',
            query: { view: 'data-quality', params: { metric: cpu }, columns: ['coverage'] },
            reduce: 'min',
            steps: coverageSteps,
            decimals: 1,
            empty: 'No sample in the last 24 hours',
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Samples refused',
            says: 'Samples refused in the last 24 hours of the range; the table says why.',
            query: { view: 'data-quality', params: only, columns: ['rejected'] },
            reduce: 'sum',
            steps: thresholds('green', [1, 'yellow']),
            decimals: 0,
          }),
        ],
      ),
      row(8, [
        24,
        table(board, {
          title: 'Sources',
          says: 'Every polled source: when it last worked, how often it failed since, and why. What it brought before stays.',
          query: {
            view: 'source-status',
            columns: [
              'source',
              'instance',
              'outcome',
              'failures_in_row',
              'last_good_at',
              'last_good_age_seconds',
              'runs',
              'failed_runs',
              'rows_written',
              'error_code',
              'error',
            ],
          },
          cells: {
            outcome: mapped({ ok: 'green', partial: 'yellow', refused: 'orange', failed: 'red' }),
            failures_in_row: text(thresholds('green', [1, 'yellow'], [3, 'red'])),
            error: wide(360),
          },
          empty: 'No source is polled yet',
        }),
      ]),
      row(14, [
        24,
        table(board, {
          title: 'Metrics',
          says: 'What arrived in the last 24 hours of the range, by job and metric. Facts that seldom change may be sent seldom: their coverage is low and nothing is wrong.',
          query: {
            view: 'data-quality',
            params: only,
            columns: [
              'job',
              'metric',
              'samples',
              'active_series',
              'series',
              'newest_sample_at',
              'newest_sample_age_seconds',
              'coverage',
              'rejected',
              'rejected_reasons',
            ],
          },
          cells: {
            metric: wide(330),
            coverage: gauge(coverageSteps),
            newest_sample_age_seconds: text(ageSteps),
            rejected: text(thresholds('green', [1, 'yellow'])),
          },
          empty: 'Nothing has arrived: does Prometheus write to this ingestor?',
        }),
      ]),
    ];
  },
};

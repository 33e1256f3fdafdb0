import { Type } from 'typebox';
import { summable, summableMerge } from '../money/cells.ts';
import { currencyParameter, priceFact, priceNotices } from '../money/parameters.ts';
import { segmentsOf } from '../money/segments.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import {
  allValues,
  attributeColumns,
  numberColumn,
  personAttributes,
  textColumn,
  timeColumn,
} from '../shared/columns.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView } from '../view.ts';
import { loadBatchRuns } from './facts.ts';

export const runsText =
  'Runs of AWS Batch that ended in the range, whole. A run is a job; an array job with its children is one. Cost = reserved resources × duration of every attempt (retries add up) × price as of then, {prices}. ' +
  'Attempts that still run, and what ended unseen (lost), have no cost. A price of the node type aws-batch holds for Batch only.';

export const batchRuns = defineView({
  id: 'batch-runs',
  title: 'Batch pipelines',
  topic: 'Cost',
  description: 'Runs of AWS Batch by pipeline over time: how many, how many fail, what they reserve and what they cost',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    split_by: Type.Union([Type.Literal('pipeline'), Type.Literal('none')], {
      default: 'pipeline',
      description: 'One row for each pipeline, or for all together',
    }),
    period: Type.Union(
      (['week', 'month', 'none'] as const).map((each) => Type.Literal(each)),
      {
        default: 'week',
        description: 'One row for each week (from Monday) or month in which runs ended, or for the range',
      },
    ),
    currency: currencyParameter,
  }),
  columns: [
    timeColumn('period_start', 'Period', 'Start of the period in which the runs ended'),
    ...attributeColumns.map((column) => ({
      ...column,
      description: `Of the submitter at the end of the run. ${column.description}`,
    })),
    textColumn('pipeline', 'Pipeline', 'Tag of the job, else its job definition'),
    numberColumn('runs', 'Runs', 'short', 'Ended in the period: succeeded, failed and lost'),
    numberColumn('failed_runs', 'Failed', 'short', 'Failed in the end, after all retries'),
    numberColumn('failed_share', 'Failed share', 'percentunit', 'failed_runs ÷ runs'),
    numberColumn('lost_runs', 'Lost', 'short', 'Vanished before their end was seen'),
    numberColumn('core_hours', 'Core-hours', 'count:core·h', 'Reserved, over all attempts'),
    numberColumn('failed_core_hours', 'Lost to failures', 'count:core·h', 'Of attempts that failed'),
    numberColumn('gb_hours', 'GB-hours', 'count:GB·h', 'Reserved, over all attempts (GB = 2³⁰ bytes)'),
    numberColumn('cost', 'Cost', 'none', 'Of all attempts; empty when a part has no price or is not known'),
    numberColumn('cost_per_run', 'Cost of a run', 'none', 'cost ÷ runs'),
    textColumn('currency', 'Currency', 'What the money is in'),
    numberColumn('mean_seconds', 'Mean duration', 's', 'From the first start to the end, retries included'),
    numberColumn('mean_wait_seconds', 'Mean wait', 's', 'From creation to the first start'),
    numberColumn('people', 'Submitters', 'short', 'People who submitted them, as far as known'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'pipeline' }],
    slices: ['period_start'],
    people: 'people',
    overlapping: true,
    dominance: ['runs', 'core_hours', 'gb_hours', 'cost'].map((sum) => ({ sum, largest: `largest_${sum}` })),
    merge: {
      runs: 'sum',
      failed_runs: 'sum',
      failed_share: { ratio: ['failed_runs', 'runs'] },
      lost_runs: 'sum',
      core_hours: 'sum',
      failed_core_hours: 'sum',
      gb_hours: 'sum',
      ...summableMerge('cost'),
      cost_per_run: { ratio: ['cost', 'runs'] },
      seconds: 'sum',
      timed_runs: 'sum',
      wait_seconds: 'sum',
      started_runs: 'sum',
      mean_seconds: { ratio: ['seconds', 'timed_runs'] },
      mean_wait_seconds: { ratio: ['wait_seconds', 'started_runs'] },
      people: 'max',
    },
  },
  howComputed: runsText,

  async run(context, { period, split_by: splitBy, currency }) {
    const { reader, config, range, attributes } = context;
    const zone = config.organisation.time_zone;
    const [{ runs, book }, people] = await Promise.all([
      loadBatchRuns(context, currency),
      PeopleHistory.load(reader, zone),
    ]);
    const periods = segmentsOf(range, zone, period, []);
    const cells = groupRows(
      runs.map((run) => {
        const person = people.keyOf(run.person);
        return {
          keys: {
            period_start: periods.findLast(({ from }) => from <= run.ended_at)?.period ?? range.from,
            ...people.columns(person, run.ended_at, attributes),
            pipeline: splitBy === 'pipeline' ? run.pipeline : allValues,
          },
          person,
          amounts: {
            runs: 1,
            failed_runs: Number(run.state === 'failed'),
            lost_runs: Number(run.state === 'lost'),
            core_hours: run.coreHours,
            failed_core_hours: run.failedCoreHours,
            gb_hours: run.gbHours,
            cost: run.cost ?? 0,
            unpriced: Number(run.cost === null),
            seconds: run.seconds ?? 0,
            timed_runs: Number(run.seconds !== null),
            wait_seconds: run.waitSeconds ?? 0,
            started_runs: Number(run.waitSeconds !== null),
          },
        };
      }),
    );
    const rows = cells.map((row) => {
      const ratio = (of: string, by: string): number | null =>
        Number(row[by]) > 0 ? Number(row[of]) / Number(row[by]) : null;
      const cost = Number(row['unpriced']) > 0 ? null : Number(row['cost']);
      return {
        ...row,
        failed_share: ratio('failed_runs', 'runs'),
        cost,
        ...summable('cost', cost),
        cost_per_run: cost === null ? null : cost / Number(row['runs']),
        currency: book.currency,
        mean_seconds: ratio('seconds', 'timed_runs'),
        mean_wait_seconds: ratio('wait_seconds', 'started_runs'),
      };
    });
    return {
      rows: sortRows(rows, ['period_start', ...personAttributes, 'pipeline']),
      coverage: null,
      facts: { prices: priceFact(book, range, zone) },
      notices: priceNotices(
        book,
        runs.some(({ cost }) => cost === null),
      ),
    };
  },
});

import { Type } from 'typebox';
import { currencyParameter, priceFact, priceNotices } from '../money/parameters.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView } from '../view.ts';
import { loadBatchRuns } from './facts.ts';
import { runsText } from './view.ts';

export const batchRunItems = defineView({
  id: 'batch-run-items',
  title: 'Batch runs, one by one',
  topic: 'Cost',
  description: 'Every run of AWS Batch that ended in the range: how it ended, how long it took and what it cost',
  parameters: Type.Object({
    pipeline: Type.String({ default: '', description: 'Only this pipeline; empty: all' }),
    state: Type.Union(
      (['', 'succeeded', 'failed', 'lost'] as const).map((each) => Type.Literal(each)),
      { default: '', description: 'Only runs that ended so; empty: all' },
    ),
    currency: currencyParameter,
  }),
  columns: [
    timeColumn('ended_at', 'Ended', 'End of the run; of a lost one its creation'),
    textColumn('region', 'Region', 'Of AWS'),
    textColumn('queue', 'Queue', 'Job queue'),
    textColumn('job_id', 'Job', 'Id at AWS; of an array job that of the parent'),
    textColumn('pipeline', 'Pipeline', 'Tag of the job, else its job definition'),
    textColumn('person', 'Submitter', 'Pseudonym; empty: not known'),
    textColumn('department', 'Department', 'Of the submitter at the end of the run'),
    textColumn('state', 'Outcome', 'succeeded, failed, lost (vanished before its end was seen)'),
    textColumn('failure', 'Failure', 'Why it failed'),
    numberColumn('array_size', 'Children', 'short', 'Of an array job'),
    numberColumn('attempts', 'Attempts', 'short', 'Tries of a job; empty for array jobs'),
    numberColumn('wait_seconds', 'Wait', 's', 'From creation to the first start'),
    numberColumn('seconds', 'Duration', 's', 'From the first start to the end, retries included'),
    numberColumn('core_hours', 'Core-hours', 'count:core·h', 'Reserved, over all attempts'),
    numberColumn('failed_core_hours', 'Lost to failures', 'count:core·h', 'Of attempts that failed'),
    numberColumn('gb_hours', 'GB-hours', 'count:GB·h', 'Reserved, over all attempts (GB = 2³⁰ bytes)'),
    numberColumn('cost', 'Cost', 'none', 'Of all attempts; empty when a part has no price or is not known'),
    textColumn('currency', 'Currency', 'What the money is in'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person' },
  howComputed: runsText,

  async run(context, { pipeline, state, currency }) {
    const zone = context.config.organisation.time_zone;
    const [{ runs, book }, people] = await Promise.all([
      loadBatchRuns(context, currency),
      PeopleHistory.load(context.reader, zone),
    ]);
    const found = runs.filter(
      (run) => (pipeline === '' || run.pipeline === pipeline) && (state === '' || run.state === state),
    );
    return {
      rows: found
        .map((run) => {
          const person = people.keyOf(run.person);
          return {
            ...run,
            run_key: null,
            person,
            department: people.columns(person, run.ended_at).department,
            wait_seconds: run.waitSeconds,
            core_hours: run.coreHours,
            failed_core_hours: run.failedCoreHours,
            gb_hours: run.gbHours,
            currency: book.currency,
          };
        })
        .sort((a, b) => b.ended_at.getTime() - a.ended_at.getTime()),
      coverage: null,
      facts: { prices: priceFact(book, context.range, zone) },
      notices: priceNotices(
        book,
        found.some(({ cost }) => cost === null),
      ),
    };
  },
});

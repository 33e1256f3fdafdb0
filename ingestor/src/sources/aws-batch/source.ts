import type { PollSource } from '../source.ts';
import { pollBatch } from './poll.ts';

/** AWS Batch: what ran, for whom, for how long and on which resources. */
export const awsBatchSource: PollSource = {
  kind: 'poll',
  id: 'aws-batch',
  description: 'jobs of AWS Batch with their attempts, array children, resources and submitters',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances: (context) =>
    context.config.aws_batch.regions.map((region) => ({
      name: region.name,
      schedule: region.schedule,
      poll: (run) => pollBatch(region, run, context),
    })),
};

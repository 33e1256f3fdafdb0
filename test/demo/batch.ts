import { FakeBatch } from '../support/fakes/aws-batch/server.ts';
import { createBatch } from '../support/organisation/batch/index.ts';
import { jobsAt } from '../support/organisation/batch/wire.ts';
import type { Organisation } from '../support/organisation/index.ts';
import type { Chapter } from './chapters.ts';
import { pollerSettled } from './poller.ts';
import type { DemoService } from './service.ts';

export interface DemoBatch {
  /** For the service's configuration: it polls at once. */
  readonly config: Readonly<Record<string, unknown>>;
  /** For the service's environment: what any client of AWS needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests until everything was read once. */
  settled(service: DemoService, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** AWS keeps what has ended for a week; this one for as long as the story, so that there are pipelines over time at once. */
const keptDays = 400;

/** The organisation's AWS Batch on a port of its own. It goes on with the clock. */
export async function startBatch({ frame, everybody }: Organisation): Promise<DemoBatch> {
  const world = createBatch({
    seed: frame.seed,
    from: frame.start,
    to: frame.horizon,
    people: everybody.filter(({ access, leftOn }) => access !== null && leftOn === null),
  });
  const fake = await new FakeBatch(world.queues).start();
  let shownAt = 0;
  fake.before = ({ path }) => {
    // A poll begins with the queues: within one nothing moves.
    if (path !== '/v1/describejobqueues' && shownAt > 0) return;
    shownAt = Date.now();
    fake.jobs.clear();
    fake.put(...jobsAt(world, shownAt, keptDays));
  };
  return {
    config: {
      aws_batch: {
        submitter_environment: 'SCE_USER',
        regions: [{ name: 'batch', region: 'eu-central-1', endpoint: fake.url }],
      },
    },
    environment: { AWS_ACCESS_KEY_ID: 'demo', AWS_SECRET_ACCESS_KEY: 'demo' },
    async settled(service, signal) {
      await pollerSettled(service, 'aws-batch', signal);
      return fake.requests.length;
    },
    close: () => fake.close(),
  };
}

/** What Batch adds to the story. */
export const batchChapters: readonly Chapter[] = [
  {
    view: 'batch-runs',
    sentence: 'AWS Batch: what each pipeline costs, week by week, retries included.',
    parameters: {},
    columns: ['period_start', 'pipeline', 'cost', 'runs', 'failed_share', 'core_hours', 'currency', 'people'],
    rows: 20,
  },
  {
    view: 'batch-run-items',
    sentence: 'Every run, with its submitter by tag.',
    parameters: {},
    columns: ['ended_at', 'pipeline', 'person', 'state', 'failure', 'attempts', 'core_hours', 'cost', 'currency'],
    rows: 8,
  },
];

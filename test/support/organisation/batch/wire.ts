import type { FakeBatchJob } from '../../fakes/aws-batch/server.ts';
import { DAY_MS, MINUTE_MS } from '../time.ts';
import type { BatchAttempt, BatchJob, BatchRunTruth, BatchWorld } from './model.ts';
import { endOf, hasFailed } from './model.ts';

const ACCOUNT = 'arn:aws:batch:eu-central-1:111122223333';
const IMAGE = 'registry.example.com/sce/simulation:2026.1';
const REASONS = {
  'host lost': { statusReason: 'Host EC2 (instance i-0abc) terminated.', container: {} },
  'out of memory': {
    statusReason: 'Essential container in task exited',
    container: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
  },
  'exit code': { statusReason: 'Essential container in task exited', container: { exitCode: 1 } },
};

/** What DescribeJobs would say at a time: nothing of the future, and what ended more than `keptDays` ago is forgotten. */
export function jobsAt(world: BatchWorld, at: number, keptDays = 7): FakeBatchJob[] {
  return world.runs
    .filter((run) => run.createdAt <= at && endOf(run) > at - keptDays * DAY_MS)
    .flatMap((run) => [
      ...(run.isArray ? [parentAt(world, run, at)] : []),
      ...run.jobs.map((job, index) => jobAt(world, run, job, index, at)),
    ]);
}

function common(world: BatchWorld, run: BatchRunTruth) {
  const user = world.people[run.person]?.rawUsername ?? '';
  const environment = [
    { name: 'TOKEN', value: 'secret' },
    ...(run.basis === 'environment' ? [{ name: 'SCE_USER', value: user }] : []),
  ];
  return {
    jobName: `${run.pipeline}-of-${user}`,
    jobQueue: run.queue,
    createdAt: run.createdAt,
    jobDefinition: `${ACCOUNT}:job-definition/${run.pipeline}:12`,
    retryStrategy: { attempts: 3 },
    tags: run.basis === 'tag' ? { 'sce:user': user, 'sce:study': 'x' } : {},
    container: {
      image: IMAGE,
      command: ['Rscript', 'run.R'],
      environment,
      resourceRequirements: [
        { type: 'VCPU', value: String(run.cores) },
        { type: 'MEMORY', value: String(run.memoryGb * 1024) },
      ],
    },
  };
}

/** Pending until its children have ended; it has no attempts of its own. */
function parentAt(world: BatchWorld, run: BatchRunTruth, at: number): FakeBatchJob {
  const isOver = endOf(run) <= at;
  return {
    ...common(world, run),
    jobId: run.id,
    status: !isOver ? 'PENDING' : hasFailed(run) ? 'FAILED' : 'SUCCEEDED',
    ...(isOver ? { startedAt: run.createdAt, stoppedAt: endOf(run) } : {}),
    ...(isOver && hasFailed(run) ? { statusReason: 'Array Child Job failed' } : {}),
    arrayProperties: { size: run.jobs.length, statusSummary: {} },
    attempts: [],
  };
}

function jobAt(world: BatchWorld, run: BatchRunTruth, job: BatchJob, index: number, at: number): FakeBatchJob {
  const over = job.attempts.filter(({ stoppedAt }) => stoppedAt <= at);
  const last = over.at(-1);
  const running = job.attempts.find(({ startedAt, stoppedAt }) => startedAt <= at && stoppedAt > at);
  const isOver = over.length === job.attempts.length;
  const base = common(world, run);
  const outcome = isOver && last ? outcomeOf(last) : null;
  return {
    ...base,
    jobId: job.id,
    status: isOver ? (last?.failure === null ? 'SUCCEEDED' : 'FAILED') : waiting(job, running, at),
    // The outer times are those of the last attempt.
    ...(running ? { startedAt: running.startedAt } : {}),
    ...(isOver && last ? { startedAt: last.startedAt, stoppedAt: last.stoppedAt } : {}),
    ...(outcome ? { statusReason: outcome.statusReason } : {}),
    container: { ...base.container, ...outcome?.container },
    ...(run.isArray ? { arrayProperties: { index } } : {}),
    attempts: over.map((attempt) => ({
      startedAt: attempt.startedAt,
      stoppedAt: attempt.stoppedAt,
      ...outcomeOf(attempt),
    })),
  };
}

function outcomeOf({ failure }: BatchAttempt): { readonly statusReason: string; readonly container: object } {
  return failure === null
    ? { statusReason: 'Essential container in task exited', container: { exitCode: 0 } }
    : REASONS[failure];
}

function waiting(job: BatchJob, running: BatchAttempt | undefined, at: number): string {
  if (running) return at - running.startedAt < MINUTE_MS ? 'STARTING' : 'RUNNING';
  return at - job.createdAt < MINUTE_MS ? 'SUBMITTED' : 'RUNNABLE';
}

import { Random, hashOf, uid } from '../random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, floorTo } from '../time.ts';
import type { BatchAttempt, BatchFailure, BatchJob, BatchPerson, BatchRunTruth, BatchWorld } from './model.ts';

export interface BatchOptions {
  readonly seed?: number;
  readonly from: number;
  readonly to: number;
  readonly people: readonly BatchPerson[];
  /** Runs a day, of which one in eight is an array (default 5). */
  readonly runsPerDay?: number;
}

interface Pipeline {
  readonly name: string;
  readonly queue: string;
  readonly weight: number;
  readonly cores: number;
  readonly memoryGb: number;
  /** Hours of one attempt. */
  readonly hours: readonly [number, number];
  /** Children of an array; null: a single job. */
  readonly children: readonly [number, number] | null;
  /** Of how many an attempt is lost with its spot instance, runs out of memory, or ends with an error. */
  readonly lost: number;
  readonly memory: number;
  readonly error: number;
}

/** Jobs of one to six hours, as in the talk; spot instances go away, bootstraps are arrays. */
const PIPELINES: readonly Pipeline[] = [
  {
    name: 'trial-simulation',
    queue: 'spot-c6',
    weight: 5,
    cores: 16,
    memoryGb: 64,
    hours: [1, 6],
    children: null,
    lost: 0.08,
    memory: 0.01,
    error: 0.03,
  },
  {
    name: 'model-fit',
    queue: 'on-demand-r6',
    weight: 3,
    cores: 8,
    memoryGb: 128,
    hours: [1, 3],
    children: null,
    lost: 0,
    memory: 0.06,
    error: 0.02,
  },
  {
    name: 'tlf-refresh',
    queue: 'on-demand-r6',
    weight: 3,
    cores: 4,
    memoryGb: 16,
    hours: [0.2, 1],
    children: null,
    lost: 0,
    memory: 0,
    error: 0.15,
  },
  {
    name: 'bootstrap',
    queue: 'spot-c6',
    weight: 1.5,
    cores: 4,
    memoryGb: 16,
    hours: [0.3, 1.5],
    children: [12, 40],
    lost: 0.05,
    memory: 0,
    error: 0.002,
  },
];
/** Tries that a job has. */
const MOST_ATTEMPTS = 3;

/** Makes the organisation's Batch. The same options give the same world. */
export function createBatch(options: BatchOptions): BatchWorld {
  const { from, to, people, seed = 2971, runsPerDay = 5 } = options;
  const runs: BatchRunTruth[] = [];
  for (let day = floorTo(from, DAY_MS); day < to; day += DAY_MS)
    for (let index = 0; index < runsPerDay; index++) {
      const random = new Random(hashOf(seed, 'aws batch', day / DAY_MS, index));
      const createdAt = day + random.int(0, DAY_MS - 1);
      const pipeline = random.weighted(PIPELINES.map((each) => [each, each.weight] as const));
      const run = makeRun(uid(hashOf(seed, 'aws batch job', day / DAY_MS, index)), pipeline, createdAt, people, random);
      if (createdAt >= from && createdAt < to) runs.push(run);
    }
  return {
    people,
    queues: [...new Set(PIPELINES.map(({ queue }) => queue))],
    runs: runs.sort((a, b) => a.createdAt - b.createdAt),
  };
}

function makeRun(
  id: string,
  pipeline: Pipeline,
  createdAt: number,
  people: readonly BatchPerson[],
  random: Random,
): BatchRunTruth {
  const { name, queue, cores, memoryGb, children } = pipeline;
  const count = children === null ? 0 : random.int(...children);
  const jobs: BatchJob[] = Array.from({ length: Math.max(1, count) }, (_, index) => ({
    id: count === 0 ? id : `${id}:${String(index)}`,
    createdAt,
    attempts: attemptsOf(pipeline, createdAt, random),
  }));
  return {
    id,
    pipeline: name,
    queue,
    person: random.int(0, people.length - 1),
    basis: random.weighted([
      ['tag', 85],
      ['environment', 10],
      ['none', 5],
    ]),
    createdAt,
    cores,
    memoryGb,
    isArray: count > 0,
    jobs,
  };
}

function attemptsOf(pipeline: Pipeline, createdAt: number, random: Random): BatchAttempt[] {
  const attempts: BatchAttempt[] = [];
  let startedAt = createdAt + random.int(1, 40 * 60) * 1000;
  while (attempts.length < MOST_ATTEMPTS) {
    const whole = Math.round((random.between(...pipeline.hours) * HOUR_MS) / 1000) * 1000;
    const failure = random.weighted<BatchFailure | null>([
      ['host lost', pipeline.lost],
      ['out of memory', pipeline.memory],
      ['exit code', pipeline.error],
      [null, 1 - pipeline.lost - pipeline.memory - pipeline.error],
    ]);
    const stoppedAt = startedAt + (failure === null ? whole : Math.round((whole * random.next()) / 1000) * 1000 + 1000);
    attempts.push({ startedAt, stoppedAt, failure });
    // Only what may go better next time is tried again.
    if (failure === null || failure === 'exit code') break;
    startedAt = stoppedAt + random.int(30, 20 * 60) * 1000 + MINUTE_MS;
  }
  return attempts;
}

export type * from './model.ts';
export { endOf, hasFailed } from './model.ts';

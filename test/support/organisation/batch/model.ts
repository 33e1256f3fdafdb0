/** The invented organisation's AWS Batch as it really is. Nothing here knows the product. Times are epoch ms. */

export interface BatchPerson {
  readonly username: string;
  readonly rawUsername: string;
}

export interface BatchAttempt {
  readonly startedAt: number;
  readonly stoppedAt: number;
  /** Null: it went well. */
  readonly failure: BatchFailure | null;
}

export type BatchFailure = 'host lost' | 'out of memory' | 'exit code';

/** What AWS calls a job: one that somebody submits, or a child of an array job. */
export interface BatchJob {
  readonly id: string;
  readonly createdAt: number;
  readonly attempts: readonly BatchAttempt[];
}

/** How a job says whose it is. */
export type SubmitterBasis = 'tag' | 'environment' | 'none';

/** One run: a job, or an array job with its children. */
export interface BatchRunTruth {
  readonly id: string;
  readonly pipeline: string;
  readonly queue: string;
  /** Index of the submitter. */
  readonly person: number;
  readonly basis: SubmitterBasis;
  readonly createdAt: number;
  readonly cores: number;
  readonly memoryGb: number;
  readonly isArray: boolean;
  /** The children of an array, else the one job. */
  readonly jobs: readonly BatchJob[];
}

export interface BatchWorld {
  readonly people: readonly BatchPerson[];
  readonly queues: readonly string[];
  /** In order of creation. */
  readonly runs: readonly BatchRunTruth[];
}

export function endOf(run: BatchRunTruth): number {
  return Math.max(...run.jobs.map(({ attempts }) => attempts.at(-1)?.stoppedAt ?? run.createdAt));
}

export function hasFailed(run: BatchRunTruth): boolean {
  return run.jobs.some(({ attempts }) => attempts.at(-1)?.failure !== null);
}

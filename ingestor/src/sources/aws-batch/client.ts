import type { BatchClient, JobDetail, JobStatus, ListJobsCommandInput } from '@aws-sdk/client-batch';
import { SceError, messageOf } from '../../errors.ts';
import type { BatchRegion } from './config.ts';

/**
 * In the order in which a job goes through them: one that moves on while states are listed is met again in a later one. Without
 * a state ListJobs tells of running jobs only.
 */
const states = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
const finalStates: ReadonlySet<string> = new Set<JobStatus>(['SUCCEEDED', 'FAILED']);
/** DescribeJobs refuses more. */
export const mostIds = 100;
const pageSize = 100;
/** Loading the SDK takes half a second of every start, and most have no Batch: it waits for the first poll. */
const loadSdk = () => import('@aws-sdk/client-batch');
type Sdk = Awaited<ReturnType<typeof loadSdk>>;
const needed = 'batch:ListJobs, batch:DescribeJobs and batch:DescribeJobQueues';

export interface JobQueue {
  readonly name: string;
  readonly arn: string;
}

/** AWS Batch in one region of one account, for reading. Throttling and failures of the server are retried by the SDK. */
export class BatchApi {
  readonly #sdk: Sdk;
  readonly #client: BatchClient;
  readonly #region: BatchRegion;
  readonly #signal: AbortSignal;
  requests = 0;

  static async open(region: BatchRegion, signal: AbortSignal): Promise<BatchApi> {
    return new BatchApi(await loadSdk(), region, signal);
  }

  private constructor(sdk: Sdk, region: BatchRegion, signal: AbortSignal) {
    this.#sdk = sdk;
    this.#region = region;
    this.#signal = signal;
    this.#client = new sdk.BatchClient({
      region: region.region,
      maxAttempts: region.max_attempts,
      ...(region.endpoint === '' ? {} : { endpoint: region.endpoint }),
      ...(region.profile === '' ? {} : { profile: region.profile }),
    });
  }

  /** The configured queues, or all. Throws `FEED_REFUSED` when one that is configured is not there. */
  async queues(): Promise<JobQueue[]> {
    const wanted = this.#region.queues;
    const found: JobQueue[] = [];
    for await (const page of this.#pages((nextToken) =>
      this.#ask('DescribeJobQueues', (options) =>
        this.#client.send(
          new this.#sdk.DescribeJobQueuesCommand({ ...(wanted.length > 0 && { jobQueues: wanted }), nextToken }),
          options,
        ),
      ),
    ))
      for (const { jobQueueName: name, jobQueueArn: arn } of page.jobQueues ?? [])
        if (name !== undefined && arn !== undefined) found.push({ name, arn });
    const missing = wanted.filter((each) => !found.some(({ name, arn }) => each === name || each === arn));
    if (missing.length > 0)
      throw new SceError(
        'FEED_REFUSED',
        `AWS Batch ${this.#region.name}: there is no job queue ${missing.join(', ')} in ${this.#region.region}; correct aws_batch.regions`,
      );
    return found;
  }

  /** Ids of all jobs of a queue, or of all children of an array job, and whether each was over when it was listed last. */
  async list(of: { readonly jobQueue: string } | { readonly arrayJobId: string }): Promise<Map<string, boolean>> {
    const jobs = new Map<string, boolean>();
    for (const jobStatus of states)
      for await (const page of this.#pages((nextToken) => this.#list({ ...of, jobStatus, nextToken })))
        for (const { jobId } of page.jobSummaryList ?? [])
          if (jobId !== undefined) jobs.set(jobId, finalStates.has(jobStatus));
    return jobs;
  }

  /** At most `mostIds` jobs. Ids that AWS no longer knows are not in the answer. */
  async describe(jobs: readonly string[]): Promise<JobDetail[]> {
    const answer = await this.#ask('DescribeJobs', (options) =>
      this.#client.send(new this.#sdk.DescribeJobsCommand({ jobs: [...jobs] }), options),
    );
    return answer.jobs ?? [];
  }

  close(): void {
    this.#client.destroy();
  }

  async #list(input: ListJobsCommandInput) {
    return this.#ask('ListJobs', (options) =>
      this.#client.send(new this.#sdk.ListJobsCommand({ ...input, maxResults: pageSize }), options),
    );
  }

  async *#pages<Page extends { readonly nextToken?: string | undefined }>(
    ask: (nextToken: string | undefined) => Promise<Page>,
  ): AsyncGenerator<Page> {
    const seen = new Set<string>();
    for (let next: string | undefined; ;) {
      const page = await ask(next);
      yield page;
      next = page.nextToken ?? undefined;
      if (next === undefined) return;
      if (seen.has(next))
        throw new SceError('SOURCE_FAILED', `AWS Batch ${this.#region.name}: a page says that it follows itself`);
      seen.add(next);
    }
  }

  async #ask<T>(call: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    this.requests++;
    try {
      return await send({ abortSignal: this.#signal });
    } catch (error) {
      this.#signal.throwIfAborted();
      const { name, $metadata: metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
      const status = metadata?.httpStatusCode;
      const hint = status === 401 || status === 403 ? `; its credentials need ${needed}` : '';
      throw new SceError(
        'SOURCE_FAILED',
        `AWS Batch ${this.#region.name}: ${call} failed (${name ?? 'Error'}${status === undefined ? '' : `, ${String(status)}`}): ${messageOf(error)}${hint}`,
        { cause: error, details: status === undefined ? {} : { status } },
      );
    }
  }
}

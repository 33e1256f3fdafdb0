import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A job as DescribeJobs shows it; `jobQueue` is a name here and an ARN on the wire. */
export interface FakeBatchJob {
  readonly jobId: string;
  readonly jobName?: string;
  readonly jobQueue: string;
  readonly status: string;
  readonly createdAt: number;
  readonly [field: string]: unknown;
}

interface Body {
  readonly jobQueue?: string;
  readonly jobQueues?: readonly string[];
  readonly jobStatus?: string;
  readonly arrayJobId?: string;
  readonly jobs?: readonly string[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface FakeBatchRequest {
  readonly path: string;
  readonly body: Body;
}

/** HTTP status to fail with, or null. */
export type Fault = (request: FakeBatchRequest) => number | null;

const errorTypes: Readonly<Record<number, string>> = {
  400: 'ClientException',
  403: 'AccessDeniedException',
  429: 'TooManyRequestsException',
  500: 'ServerException',
};

/**
 * AWS Batch as it is on the wire: without a state it lists running jobs only, refuses more than 100 ids, leaves unknown ids out,
 * lists children of arrays only when asked for them, and names its errors in a header.
 */
export class FakeBatch {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly jobs = new Map<string, FakeBatchJob>();
  readonly queues: string[];
  readonly requests: FakeBatchRequest[] = [];
  pageSize = 100;
  fault: Fault = () => null;
  /** Called with every request that is answered, before it is. */
  before: (request: FakeBatchRequest) => void = () => undefined;

  readonly #arnPrefix: string;

  constructor(queues: readonly string[], region = 'eu-central-1') {
    this.queues = [...queues];
    this.#arnPrefix = `arn:aws:batch:${region}:111122223333`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  put(...jobs: readonly FakeBatchJob[]): void {
    for (const job of jobs) this.jobs.set(job.jobId, job);
  }

  count(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked: FakeBatchRequest = { path: request.url ?? '', body: JSON.parse(text || '{}') as Body };
    this.requests.push(asked);
    if (!String(request.headers.authorization).startsWith('AWS4-HMAC-SHA256 ')) {
      refuse(response, 403, 'Missing Authentication Token');
      return;
    }
    const status = this.fault(asked);
    if (status !== null) {
      refuse(response, status, 'as the test wants');
      return;
    }
    this.before(asked);
    const answer = this.#answer(asked);
    if (typeof answer === 'string') refuse(response, 400, answer);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  /** A text is what is wrong with the request. */
  #answer({ path, body }: FakeBatchRequest): object | string {
    if (path === '/v1/describejobqueues') {
      const asked = this.queues.filter((name) => body.jobQueues?.includes(name) ?? true);
      return {
        jobQueues: asked.map((name) => ({
          jobQueueName: name,
          jobQueueArn: `${this.#arnPrefix}:job-queue/${name}`,
          state: 'ENABLED',
          priority: 1,
        })),
      };
    }
    if (path === '/v1/describejobs') {
      if ((body.jobs ?? []).length > 100) return 'Error executing request, more than 100 jobs';
      return { jobs: (body.jobs ?? []).flatMap((id) => this.jobs.get(id) ?? []).map((job) => this.#onWire(job)) };
    }
    if (path !== '/v1/listjobs') return `no ${path}`;
    if (body.arrayJobId === undefined && !this.queues.includes(body.jobQueue ?? ''))
      return `${body.jobQueue ?? 'nothing'} is not a valid queue`;
    const found = [...this.jobs.values()].filter(
      (job) =>
        job.status === (body.jobStatus ?? 'RUNNING') &&
        (body.arrayJobId === undefined
          ? job.jobQueue === body.jobQueue && !job.jobId.includes(':')
          : job.jobId.startsWith(`${body.arrayJobId}:`)),
    );
    const from = Number(body.nextToken ?? 0);
    const to = from + Math.min(this.pageSize, body.maxResults ?? 100);
    return {
      jobSummaryList: found
        .slice(from, to)
        .map(({ jobId, jobName, createdAt, status }) => ({ jobId, jobName, createdAt, status })),
      nextToken: to < found.length ? String(to) : null,
    };
  }

  #onWire(job: FakeBatchJob): object {
    return {
      jobArn: `${this.#arnPrefix}:job/${job.jobId}`,
      jobName: `job-${job.jobId}`,
      jobDefinition: `${this.#arnPrefix}:job-definition/sim:12`,
      ...job,
      jobQueue: `${this.#arnPrefix}:job-queue/${job.jobQueue}`,
    };
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'x-amzn-errortype': errorTypes[status] ?? 'ServerException',
    })
    .end(JSON.stringify({ message }));
}

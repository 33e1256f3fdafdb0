import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { pollBatch, type BatchPollOptions } from '../../../../test/support/batch-poll.ts';
import { FakeBatch, type FakeBatchJob } from '../../../../test/support/fakes/aws-batch/server.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import type { CellValue } from '../../warehouse/warehouse.ts';
import type { PollOutcome } from '../source.ts';

const now = Date.parse('2026-10-01T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

let warehouse: QuestdbWarehouse;
let fake: FakeBatch;

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return () => vi.unstubAllEnvs();
});
beforeEach(async () => {
  warehouse = await useWarehouse();
  fake = await new FakeBatch(['spot', 'on-demand']).start();
}, 120_000);
afterEach(() => fake.close());

const poll = (options: Partial<BatchPollOptions> = {}): Promise<PollOutcome> =>
  pollBatch({ fake, warehouse, at: now, ...options });

type StoredRow = Record<string, CellValue>;
async function rows(table: 'aws_batch_jobs' | 'aws_batch_attempts'): Promise<StoredRow[]> {
  await warehouse.settle([table]);
  return warehouse.reader.rows<StoredRow>(`select * from ${table} order by timestamp, job_key`);
}
async function job(id: string): Promise<StoredRow | undefined> {
  return (await rows('aws_batch_jobs')).find((row) => row['job_id'] === id);
}
const text = (all: readonly StoredRow[]): string[] =>
  all
    .map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
    .sort();

/** One that ran for an hour on 16 cores and 64 GiB. */
function done(jobId: string, fields: Partial<FakeBatchJob> = {}): FakeBatchJob {
  const start = now - 3 * hour;
  return {
    jobId,
    jobQueue: 'spot',
    status: 'SUCCEEDED',
    createdAt: start - 5 * minute,
    startedAt: start,
    stoppedAt: start + hour,
    attempts: [{ startedAt: start, stoppedAt: start + hour, container: { exitCode: 0 } }],
    container: {
      image: 'registry.example.com/sim:4.4.1',
      exitCode: 0,
      command: ['Rscript', 'secret.R'],
      environment: [{ name: 'PASSWORD', value: 'secret' }],
      resourceRequirements: [
        { type: 'VCPU', value: '16' },
        { type: 'MEMORY', value: '65536' },
      ],
    },
    tags: { 'sce:user': 'MeierK@example.com' },
    ...fields,
  };
}
const waiting = (jobId: string, status: string, jobQueue = 'on-demand'): FakeBatchJob => ({
  jobId,
  jobQueue,
  status,
  createdAt: now - hour,
  tags: { 'sce:user': 'meierk' },
});

describe('what is stored', () => {
  it('all states of all queues, over many pages, with submitter and resources and without names and secrets', async () => {
    fake.pageSize = 7;
    for (let index = 0; index < 120; index++) fake.put(done(`d${index}`));
    for (const state of ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING']) fake.put(waiting(state, state));
    fake.put(done('failed', { status: 'FAILED', tags: {} }));
    expect(await poll()).toMatchObject({ complete: true, rowsRead: 126 });
    const stored = await rows('aws_batch_jobs');
    expect(stored).toHaveLength(126);
    expect(new Set(stored.map((row) => row['status']))).toEqual(
      new Set(['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED']),
    );
    const person = stored.find((row) => row['job_id'] === 'RUNNING')?.['person'];
    expect(person).toMatch(/^u_[0-9a-f]{16}$/);
    expect(await job('d1')).toMatchObject({
      person,
      submitter_basis: 'tag',
      queue: 'spot',
      pipeline: 'sim',
      job_definition_revision: 12,
      cpu_cores: 16,
      memory_bytes: 2 ** 36,
      attempts: 1,
      is_final: true,
      account: '111122223333',
    });
    expect(await job('failed')).toMatchObject({ person: null, submitter_basis: 'none', failure: 'other' });
    expect(text(stored).join()).not.toMatch(/meierk|secret/iu);
    expect(text(stored).join()).not.toContain('job-d1');
  });

  it.each([
    ['old form', { container: { vcpus: 4, memory: 2048 } }, 4, 2 ** 31],
    ['Fargate', { container: { resourceRequirements: [{ type: 'VCPU', value: '0.25' }] } }, 0.25, null],
    [
      'ECS task',
      {
        container: undefined,
        ecsProperties: {
          taskProperties: [
            { containers: ['1', '2'].map((value) => ({ resourceRequirements: [{ type: 'VCPU', value }] })) },
          ],
        },
      },
      3,
      null,
    ],
    [
      'EKS pod',
      {
        container: undefined,
        eksProperties: {
          podProperties: { containers: [{ resources: { limits: { cpu: '500m', memory: '2048Mi' } } }] },
        },
      },
      0.5,
      2 ** 31,
    ],
    [
      'nodes',
      {
        container: undefined,
        nodeProperties: {
          numNodes: 4,
          mainNode: 0,
          nodeRangeProperties: [
            { targetNodes: '0:0', container: { vcpus: 2, memory: 1024 } },
            { targetNodes: '1:', container: { vcpus: 8, memory: 1024 } },
          ],
        },
      },
      26,
      2 ** 32,
    ],
  ])('resources: %s', async (_, fields, cores, memory) => {
    fake.put(done('one', fields));
    await poll();
    expect(await job('one')).toMatchObject({ cpu_cores: cores, memory_bytes: memory });
    expect(await rows('aws_batch_attempts')).toMatchObject([{ cpu_cores: cores, memory_bytes: memory }]);
  });

  it('retries: every attempt that is over, each with its reason, also while the next one runs', async () => {
    const start = now - 2 * hour;
    const lost = { startedAt: start, stoppedAt: start + minute, statusReason: 'Host EC2 (instance i-1) terminated.' };
    const memory = {
      startedAt: start + 5 * minute,
      stoppedAt: start + 10 * minute,
      container: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    };
    const neverStarted = { statusReason: 'Task failed to start', container: { reason: 'CannotPullContainerError' } };
    const running = done('retried', {
      status: 'RUNNING',
      startedAt: start + 20 * minute,
      stoppedAt: undefined,
      attempts: [lost, memory, neverStarted],
    });
    fake.put(running);
    await poll();
    expect(await job('retried')).toMatchObject({ status: 'RUNNING', is_final: false, attempts: 3 });
    expect(await rows('aws_batch_attempts')).toHaveLength(2);
    const last = { startedAt: start + 20 * minute, stoppedAt: start + 80 * minute, container: { exitCode: 0 } };
    fake.put({
      ...running,
      status: 'SUCCEEDED',
      stoppedAt: last.stoppedAt,
      attempts: [lost, memory, neverStarted, last],
    });
    await poll();
    expect(await job('retried')).toMatchObject({ status: 'SUCCEEDED', attempts: 4, started_at: new Date(start) });
    expect(await rows('aws_batch_attempts')).toMatchObject([
      { attempt: 1, is_failed: true, failure: 'host lost' },
      { attempt: 2, is_failed: true, failure: 'out of memory' },
      { attempt: 4, is_failed: false, failure: '', stopped_at: new Date(last.stoppedAt) },
    ]);
  });

  it('array jobs: their children, as parts of one run; the parent has no attempts', async () => {
    fake.put(done('array', { arrayProperties: { size: 250 }, attempts: [] }));
    for (let index = 0; index < 250; index++)
      fake.put(done(`array:${index}`, { arrayProperties: { index }, ...(index % 10 === 0 && { status: 'FAILED' }) }));
    await poll();
    const stored = await rows('aws_batch_jobs');
    expect(stored).toHaveLength(251);
    const parent = stored.find((row) => row['job_id'] === 'array');
    expect(parent).toMatchObject({ array_size: 250, children_seen: 250, is_child: false });
    expect(new Set(stored.map((row) => row['run_key']))).toEqual(new Set([parent?.['job_key']]));
    const attempts = await rows('aws_batch_attempts');
    expect(attempts).toHaveLength(250);
    expect(attempts.filter((row) => row['is_failed'] === true)).toHaveLength(25);
    const before = fake.requests.length;
    expect(await poll()).toMatchObject({ rowsWritten: 0 });
    expect(fake.requests.length - before).toBe(1 + 2 * 7);
  });

  it('submitters by variable and share, where they are configured', async () => {
    const environment = [{ name: 'SCE_USER', value: 'kim' }];
    fake.put(done('variable', { tags: {}, container: { vcpus: 1, memory: 1, environment } }));
    fake.put(done('share', { tags: {}, shareIdentifier: 'kim' }));
    await poll({ config: { submitter_environment: 'SCE_USER', submitter_share: true } });
    const [variable, share] = [await job('variable'), await job('share')];
    expect([variable?.['submitter_basis'], share?.['submitter_basis']]).toEqual(['environment', 'share']);
    expect(variable?.['person']).toBe(share?.['person']);
  });
});

describe('several regions', () => {
  it('each is polled for itself; the same job id in two of them is two jobs; one that is away does not keep the others', async () => {
    const second = await new FakeBatch(['spot'], 'us-east-1').start();
    try {
      fake.put(done('same'), done('first'));
      second.put(done('same', { tags: {} }), waiting('second', 'RUNNING', 'spot'));
      const regions = [
        { name: 'prod', region: 'eu-central-1', endpoint: fake.url },
        { name: 'research', region: 'us-east-1', endpoint: second.url },
      ];
      expect(await Promise.all([poll({ regions, name: 'prod' }), poll({ regions, name: 'research' })])).toMatchObject([
        { complete: true, rowsRead: 2 },
        { complete: true, rowsRead: 2 },
      ]);
      const stored = await rows('aws_batch_jobs');
      expect(stored.map((row) => `${String(row['region'])} ${String(row['job_id'])}`).sort()).toEqual([
        'eu-central-1 first',
        'eu-central-1 same',
        'us-east-1 same',
        'us-east-1 second',
      ]);
      expect(new Set(stored.map((row) => row['job_key'])).size).toBe(4);
      // What is missing in one region says nothing of the other's jobs.
      fake.put(done('later'));
      second.fault = () => 403;
      const [first, away] = await Promise.allSettled([
        poll({ regions, name: 'prod' }),
        poll({ regions, name: 'research' }),
      ]);
      expect([first.status, away.status]).toEqual(['fulfilled', 'rejected']);
      expect(await rows('aws_batch_jobs')).toHaveLength(5);
      expect(await job('second')).toMatchObject({ status: 'RUNNING', is_lost: false });
    } finally {
      await second.close();
    }
  });
});

describe('what goes wrong', () => {
  it('throttling and server errors are asked for again', async () => {
    for (let index = 0; index < 5; index++) fake.put(done(`d${index}`));
    let calls = 0;
    fake.fault = () => (++calls % 4 === 0 ? 429 : calls % 7 === 0 ? 500 : null);
    expect(await poll({ region: { max_attempts: 8 } })).toMatchObject({ complete: true, rowsRead: 5 });
    expect(calls).toBeGreaterThan(16);
  }, 120_000);

  it('a page that fails: the poll fails, nothing is concluded, other queues are read, the next poll has it all', async () => {
    fake.pageSize = 2;
    fake.put(waiting('moves', 'RUNNING'));
    await poll();
    for (let index = 0; index < 5; index++) fake.put(done(`d${index}`));
    fake.put(done('other', { jobQueue: 'on-demand' }));
    fake.jobs.delete('moves');
    fake.fault = ({ body }) => (body.jobQueue === 'spot' && body.nextToken === '2' ? 400 : null);
    await expect(poll()).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: /ListJobs failed \(ClientException, 400\)/,
    });
    expect(await job('other')).toBeDefined();
    expect(await job('moves')).toMatchObject({ is_lost: false, is_final: false });
    fake.fault = () => null;
    await poll();
    expect(await rows('aws_batch_jobs')).toHaveLength(7);
    expect(await job('moves')).toMatchObject({ is_lost: true, is_final: true, status: 'RUNNING' });
  });

  it('a job that vanishes between two calls is no error, and an ended one that vanishes later stays what it was', async () => {
    fake.put(done('stays'), done('vanishes'));
    fake.before = ({ path }) => path === '/v1/describejobs' && fake.jobs.delete('vanishes');
    expect(await poll()).toMatchObject({ complete: false, rowsRead: 1 });
    const stored = text(await rows('aws_batch_jobs'));
    fake.jobs.clear();
    expect(await poll()).toMatchObject({ complete: true, rowsWritten: 0 });
    expect(text(await rows('aws_batch_jobs'))).toEqual(stored);
  });

  it('a job that moves on while states are listed is met in a later one', async () => {
    fake.put(waiting('moves', 'RUNNABLE'));
    fake.before = ({ body }) => body.jobStatus === 'RUNNABLE' && fake.put(done('moves', { jobQueue: 'on-demand' }));
    await poll();
    expect(await job('moves')).toMatchObject({ status: 'SUCCEEDED', is_final: true });
  });

  it('no rights, and a queue that is not there, say what to do', async () => {
    await expect(poll({ region: { queues: ['spot', 'gone'] } })).rejects.toMatchObject({
      code: 'FEED_REFUSED',
      message: /no job queue gone/,
    });
    fake.fault = () => 403;
    await expect(poll()).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: /batch:ListJobs/ });
  });

  it('stopped at every third request and run again: the tables are those of an undisturbed run', async () => {
    const fill = (): void => {
      fake.put(done('array', { arrayProperties: { size: 150 }, attempts: [] }), waiting('waits', 'RUNNABLE'));
      for (let index = 0; index < 150; index++) fake.put(done(`array:${index}`, { arrayProperties: { index } }));
      for (let index = 0; index < 130; index++) fake.put(done(`d${index}`));
    };
    fill();
    await poll();
    const undisturbed = [text(await rows('aws_batch_jobs')), text(await rows('aws_batch_attempts'))];
    const total = fake.requests.length;
    warehouse = await useWarehouse();
    for (let stop = 1; stop <= total; stop += 3) {
      const controller = new AbortController();
      let left = stop;
      fake.before = () => {
        if (--left === 0) controller.abort(new Error('killed'));
      };
      await poll({ signal: controller.signal }).catch((error: unknown) =>
        expect(String(error)).toMatch(/killed|abort/iu),
      );
    }
    fake.before = () => undefined;
    await poll();
    expect([text(await rows('aws_batch_jobs')), text(await rows('aws_batch_attempts'))]).toEqual(undisturbed);
  }, 180_000);
});

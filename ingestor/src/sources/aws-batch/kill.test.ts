import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Child } from '../../../../test/support/child.ts';
import { FakeBatch, type FakeBatchJob } from '../../../../test/support/fakes/aws-batch/server.ts';
import { startPoll } from '../../../../test/support/poll-process.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';

const directory = mkdtempSync(join(tmpdir(), 'sce-batch-kill-'));
const start = Date.now() - 6 * 3_600_000;
const fake = await new FakeBatch(['spot', 'on-demand']).start();
afterAll(async () => {
  await fake.close();
  rmSync(directory, { recursive: true, force: true });
});

const done = (jobId: string, fields: Partial<FakeBatchJob> = {}): FakeBatchJob => ({
  jobId,
  jobQueue: 'spot',
  status: 'SUCCEEDED',
  createdAt: start,
  startedAt: start + 60_000,
  stoppedAt: start + 3_600_000,
  attempts: [{ startedAt: start + 60_000, stoppedAt: start + 3_600_000, container: { exitCode: 0 } }],
  container: { image: 'sim:1', exitCode: 0, resourceRequirements: [{ type: 'VCPU', value: '16' }] },
  tags: { 'sce:user': 'meierk' },
  ...fields,
});

it('a poll that is killed again and again leaves the tables of one that nobody disturbed', async () => {
  fake.put(
    done('array', { arrayProperties: { size: 150 }, attempts: [] }),
    ...Array.from({ length: 150 }, (_, index) => done(`array:${index}`, { arrayProperties: { index } })),
    ...Array.from({ length: 130 }, (_, index) => done(`d${index}`)),
    ...Array.from({ length: 20 }, (_, index) => done(`f${index}`, { jobQueue: 'on-demand', status: 'FAILED' })),
  );
  const warehouse = await useWarehouse();
  const tables = ['aws_batch_jobs', 'aws_batch_attempts'];
  const stored = async (): Promise<string[][]> => {
    await warehouse.settle(tables);
    return Promise.all(
      tables.map(async (table) =>
        (await warehouse.reader.rows(`select * from ${table}`))
          .map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
          .sort(),
      ),
    );
  };
  const poll = (name: string): Child =>
    startPoll(
      {
        source: 'aws-batch',
        connection: warehouse.connection,
        dataDir: join(directory, name),
        config: { regions: [{ name: 'prod', region: 'eu-central-1', endpoint: fake.url }] },
      },
      { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    );
  const quiet = poll('quiet');
  expect(await quiet.ended).toBe('exit code 0');
  expect(quiet.output).toContain('"outcome":"ok"');
  const expected = await stored();
  expect(expected.map((rows) => rows.length)).toEqual([301, 300]);
  const total = fake.requests.length;

  for (const table of [...tables, 'poll_runs']) await warehouse.reader.execute(`truncate table ${table}`);
  // In the lists, between details, among the children of the array.
  for (const share of [0.2, 0.5, 0.7, 0.5]) {
    const child = poll('killed');
    let left = Math.round(total * share);
    fake.before = () => {
      if (--left === 0) child.signal('SIGKILL');
    };
    expect(await child.ended).toBe('SIGKILL');
    fake.before = () => undefined;
  }
  expect(await stored()).not.toEqual(expected);
  fake.requests.length = 0;
  const last = poll('killed');
  expect(await last.ended).toBe('exit code 0');
  expect(await stored()).toEqual(expected);
  expect(fake.requests.length).toBeLessThanOrEqual(total);
}, 600_000);

import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchPseudonymiser, pollBatch } from '../../../../test/support/batch-poll.ts';
import { FakeBatch } from '../../../../test/support/fakes/aws-batch/server.ts';
import {
  createBatch,
  endOf,
  hasFailed,
  type BatchAttempt,
  type BatchRunTruth,
} from '../../../../test/support/organisation/batch/index.ts';
import { jobsAt } from '../../../../test/support/organisation/batch/wire.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import { everybodyShown, priceOf } from '../money/test-rows.ts';
import { askView, store } from '../shared/test-rows.ts';
import { batchRunItems } from './items-view.ts';
import { batchRuns } from './view.ts';

const hour = 3_600_000;
const day = 24 * hour;
const from = Date.UTC(2026, 2, 2);
const to = from + 14 * day;
const changesAt = from + 9 * day;
const prices = { before: 0.5, after: 0.8, memory: 0.01 };
const people = Array.from({ length: 12 }, (_, index) => ({
  username: `user${String(index)}`,
  rawUsername: `User${String(index)}@example.com`,
}));

let warehouse: QuestdbWarehouse;
let fake: FakeBatch;
beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return () => vi.unstubAllEnvs();
});
beforeEach(async () => {
  warehouse = await useWarehouse();
  fake = await new FakeBatch(['spot-c6', 'on-demand-r6']).start();
}, 120_000);
afterEach(() => fake.close());

const poll = async (at: number) => {
  const outcome = await pollBatch({ fake, warehouse, at, config: { submitter_environment: 'SCE_USER' } });
  await warehouse.settle(['aws_batch_jobs', 'aws_batch_attempts']);
  return outcome;
};
const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
const shown = testConfig(everybodyShown);
const platform = { scope: 'platform' } as const;

const hours = ({ startedAt, stoppedAt }: BatchAttempt): number => (stoppedAt - startedAt) / hour;
function costOf(run: BatchRunTruth): number {
  const attempts = run.jobs.flatMap((job) => job.attempts);
  return attempts.reduce((sum, attempt) => {
    const before = Math.max(0, Math.min(attempt.stoppedAt, changesAt) - attempt.startedAt) / hour;
    const cpu = run.cores * (before * prices.before + (hours(attempt) - before) * prices.after);
    return sum + cpu + hours(attempt) * run.memoryGb * prices.memory;
  }, 0);
}

/** What really happened, by week and pipeline. */
function truthOf(runs: readonly BatchRunTruth[]): Record<string, Record<string, number>> {
  const cells: Record<string, Record<string, number>> = {};
  for (const run of runs) {
    const week = new Date(from + Math.floor((endOf(run) - from) / (7 * day)) * 7 * day).toISOString();
    const cell = (cells[`${week.slice(0, 10)} ${run.pipeline}`] ??= {
      runs: 0,
      failed_runs: 0,
      core_hours: 0,
      failed_core_hours: 0,
      cost: 0,
    });
    const attempts = run.jobs.flatMap((job) => job.attempts);
    const add = (name: string, amount: number): void => void (cell[name] = (cell[name] ?? 0) + amount);
    add('runs', 1);
    add('failed_runs', Number(hasFailed(run)));
    for (const attempt of attempts) {
      add('core_hours', run.cores * hours(attempt));
      if (attempt.failure !== null) add('failed_core_hours', run.cores * hours(attempt));
    }
    add('cost', costOf(run));
  }
  return cells;
}

describe('the invented organisation’s Batch', () => {
  it('polled once a day, forgotten after a week: every run, its people and its cost are what they were', async () => {
    const world = createBatch({ from: from - 2 * day, to, people });
    expect(world.runs.filter(({ isArray }) => isArray).length).toBeGreaterThan(2);
    await store(warehouse, {
      prices: [
        priceOf('2026-01-01', 'cpu', prices.before),
        priceOf(new Date(changesAt).toISOString(), 'cpu', prices.after),
        priceOf('2026-01-01', 'memory', prices.memory),
      ],
    });
    const states = new Set<string>();
    // At four in the morning arrays of the night are under way.
    for (let at = from + 4 * hour; at <= to + 2 * day; at += day) {
      fake.jobs.clear();
      fake.put(...jobsAt(world, at));
      for (const { status } of fake.jobs.values()) states.add(status);
      expect(await poll(at)).toMatchObject({ complete: true });
    }
    expect([...states]).toEqual(expect.arrayContaining(['PENDING', 'RUNNABLE', 'RUNNING', 'SUCCEEDED', 'FAILED']));

    const ended = world.runs.filter((run) => endOf(run) >= from && endOf(run) < to);
    const { objects } = await askView(warehouse, shown, { view: batchRuns, ...range });
    const truth = truthOf(ended);
    const found = Object.fromEntries(
      objects.map((row) => [
        `${(row['period_start'] as Date).toISOString().slice(0, 10)} ${String(row['pipeline'])}`,
        row,
      ]),
    );
    expect(Object.keys(found).sort()).toEqual(Object.keys(truth).sort());
    for (const [cell, amounts] of Object.entries(truth))
      for (const [name, amount] of Object.entries(amounts))
        expect(Number(found[cell]?.[name]), `${cell} ${name}`).toBeCloseTo(amount, 4);
    expect(objects.reduce((sum, row) => sum + Number(row['failed_runs']), 0)).toBeGreaterThan(0);

    const items = (await askView(warehouse, shown, { view: batchRunItems, principal: platform, ...range })).objects;
    const byId = new Map(items.map((row) => [row['job_id'], row]));
    const pseudonymiser = batchPseudonymiser();
    expect(items).toHaveLength(ended.length);
    for (const run of ended) {
      const row = byId.get(run.id);
      expect(row).toMatchObject({
        ended_at: new Date(endOf(run)),
        pipeline: run.pipeline,
        queue: run.queue,
        state: hasFailed(run) ? 'failed' : 'succeeded',
        person: run.basis === 'none' ? null : pseudonymiser.person(people[run.person]?.username ?? ''),
        array_size: run.isArray ? run.jobs.length : null,
        attempts: run.isArray ? null : run.jobs[0]?.attempts.length,
      });
      expect(Number(row?.['cost']), run.id).toBeCloseTo(costOf(run), 4);
    }
  }, 300_000);

  it('nobody polled for nine days: what was running then is lost, and the rest is what AWS still knows', async () => {
    const world = createBatch({ from, to, people, runsPerDay: 12 });
    const [first, next] = [from + 3 * day + 15 * hour, from + 12 * day + 15 * hour];
    fake.put(...jobsAt(world, first));
    await poll(first);
    fake.jobs.clear();
    fake.put(...jobsAt(world, next));
    await poll(next);
    const { objects } = await askView(warehouse, shown, { view: batchRunItems, principal: platform, ...range });
    const lost = world.runs.filter(
      (run) => run.createdAt <= first && endOf(run) > first && endOf(run) <= next - 7 * day,
    );
    expect(lost.length).toBeGreaterThan(0);
    const idsOf = (state: string) => objects.filter((row) => row['state'] === state).map((row) => row['job_id']);
    expect(idsOf('lost').sort()).toEqual(lost.map(({ id }) => id).sort());
    const known = world.runs.filter(
      (run) => endOf(run) <= first || (endOf(run) <= next && endOf(run) > next - 7 * day),
    );
    expect(objects).toHaveLength(known.length + lost.length);
  }, 120_000);
});

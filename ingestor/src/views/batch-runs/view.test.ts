import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { everybodyShown, priceOf } from '../money/test-rows.ts';
import { askView, person, pick, store } from '../shared/test-rows.ts';
import { batchRunItems } from './items-view.ts';
import { batchRuns } from './view.ts';

const hour = 3_600_000;
const at = (text: string): Date => new Date(`2026-03-${text}Z`);
const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-16T00:00:00Z' };
let keys = 0;

/** A run and its attempts: [start, hours, failed]. Created half an hour before the first start. */
function run(
  who: string | null,
  pipeline: string,
  attempts: readonly (readonly [string, number, boolean?])[],
  fields: Row = {},
): { jobs: Row[]; attempts: Row[] } {
  const key = ++keys;
  const first = at(attempts[0]?.[0] ?? '03T00:00');
  const [lastStart = '03T00:00', lastHours = 0, hasFailed = false] = attempts.at(-1) ?? [];
  const place = { account: '1', region: 'eu', job_key: key, run_key: key };
  return {
    jobs: [
      {
        ...place,
        timestamp: new Date(first.getTime() - hour / 2),
        job_id: `job-${String(key)}`,
        is_child: false,
        queue: 'spot',
        pipeline,
        person: who,
        status: hasFailed ? 'FAILED' : 'SUCCEEDED',
        is_final: true,
        is_lost: false,
        started_at: attempts.length > 0 ? first : null,
        stopped_at: new Date(at(lastStart).getTime() + lastHours * hour),
        attempts: attempts.length,
        ...fields,
      },
    ],
    attempts: attempts.map(([start, hours, isFailed = false], index) => ({
      ...place,
      timestamp: at(start),
      attempt: index + 1,
      stopped_at: new Date(at(start).getTime() + hours * hour),
      is_failed: isFailed,
      cpu_cores: 16,
      memory_bytes: 32 * 2 ** 30,
      gpus: 0,
    })),
  };
}

/** An array of two children, 1 h each on 16 cores, one of them tried twice. */
function array(who: string, pipeline: string): { jobs: Row[]; attempts: Row[] } {
  const parent = run(who, pipeline, [], { array_size: 2, started_at: at('04T08:00'), stopped_at: at('04T10:00') });
  const runKey = parent.jobs[0]?.['job_key'] ?? null;
  const children = [
    run(who, pipeline, [['04T08:00', 1]], { is_child: true }),
    run(
      who,
      pipeline,
      [
        ['04T08:00', 1, true],
        ['04T09:00', 1],
      ],
      { is_child: true },
    ),
  ].map((child) => ({
    jobs: child.jobs.map((row) => ({ ...row, run_key: runKey })),
    attempts: child.attempts.map((row) => ({ ...row, run_key: runKey })),
  }));
  return {
    jobs: [...parent.jobs, ...children.flatMap(({ jobs }) => jobs)],
    attempts: children.flatMap(({ attempts }) => attempts),
  };
}

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await useWarehouse();
  const runs = [
    run('u_a', 'sim', [['03T08:00', 2]]), // 32 core-hours, 64 GB-hours
    run('u_b', 'sim', [
      ['03T08:00', 1, true],
      ['03T10:00', 1],
    ]), // retries add up
    array('u_a', 'sim'),
    run('u_b', 'sim', [['10T23:00', 2]]), // over the night in which the price changes
    run('u_c', 'report', [['05T00:00', 1, true]]),
    run(null, 'report', [['05T00:00', 4]]),
    run('u_c', 'report', [], { status: 'RUNNING', is_lost: true, stopped_at: null }),
    run('u_c', 'report', [['05T00:00', 1]], { status: 'RUNNING', is_final: false, stopped_at: null }),
    run('u_c', 'report', [['01T20:00', 2]]), // ended before
    run('u_c', 'early', [['01T23:00', 2]]), // began before, ended within: whole
  ];
  await store(warehouse, {
    aws_batch_jobs: runs.flatMap(({ jobs }) => jobs),
    aws_batch_attempts: runs.flatMap(({ attempts }) => attempts),
    people: [
      person('u_a', '2026-01-01'),
      person('u_b', '2026-01-01', { department: 'B' }),
      person('u_c', '2026-01-01', { department: 'B' }),
    ],
    prices: [
      priceOf('2026-01-01', 'cpu', 0.5, { node_type: 'aws-batch' }),
      priceOf('2026-03-11', 'cpu', 1, { node_type: 'aws-batch' }),
      priceOf('2026-01-01', 'cpu', 99),
      priceOf('2026-01-01', 'memory', 0.01),
    ],
  });
}, 120_000);

const shown = testConfig(everybodyShown);
const measures = ['runs', 'failed_runs', 'lost_runs', 'core_hours', 'failed_core_hours', 'gb_hours', 'cost', 'people'];

describe('batch-runs', () => {
  it('golden rows: pipelines by week, retries and children added up, price as of then', async () => {
    const { objects, meta } = await askView(warehouse, shown, { view: batchRuns, ...range });
    expect(pick(objects, ['period_start', 'pipeline', ...measures])).toEqual([
      [at('02T00:00'), 'early', 1, 0, 0, 32, 0, 64, 16.64, 1],
      [at('02T00:00'), 'report', 3, 1, 1, 80, 16, 160, null, 1],
      [at('02T00:00'), 'sim', 3, 0, 0, 112, 32, 224, 58.24, 2],
      [at('09T00:00'), 'sim', 1, 0, 0, 32, 0, 64, 24.64, 1],
    ]);
    expect(meta.notices).toContainEqual(expect.stringMatching(/Money is empty/));
    const [, , sim] = pick(objects, ['mean_seconds', 'mean_wait_seconds', 'failed_share', 'cost_per_run']);
    expect(sim).toEqual([(7200 + 10_800 + 7200) / 3, (1800 + 1800 + 117_000) / 3, 0, 19.413333]);
  });

  it('by department, all pipelines and the whole range; parts sum to the whole', async () => {
    const params = { group_by: ['department'], split_by: 'none', period: 'none' };
    const { objects } = await askView(warehouse, shown, { view: batchRuns, params, ...range });
    expect(pick(objects, ['department', 'pipeline', 'runs', 'core_hours', 'cost'])).toEqual([
      ['A', 'all', 2, 80, 41.6],
      ['B', 'all', 5, 112, null],
      ['unattributed', 'all', 1, 64, 33.28],
    ]);
  });

  it('few submitters are not shown', async () => {
    const params = { group_by: ['department'] };
    const { objects } = await askView(warehouse, testConfig(), { view: batchRuns, params, ...range });
    expect(objects.filter((row) => Number(row['people']) > 0)).toEqual([]);
  });
});

describe('batch-run-items', () => {
  it('every run, newest first; a person sees their own only', async () => {
    const own = { scope: 'self', personKey: 'u_b' } as const;
    const { objects } = await askView(warehouse, shown, { view: batchRunItems, principal: own, ...range });
    expect(pick(objects, ['ended_at', 'person', 'state', 'attempts', 'seconds', 'core_hours', 'cost'])).toEqual([
      [at('11T01:00'), 'u_b', 'succeeded', 1, 7200, 32, 24.64],
      [at('03T11:00'), 'u_b', 'succeeded', 2, 10_800, 32, 16.64],
    ]);
    const all = await askView(warehouse, shown, { view: batchRunItems, principal: { scope: 'platform' }, ...range });
    expect(all.objects).toHaveLength(8);
    const failed = {
      view: batchRunItems,
      params: { state: 'failed' },
      principal: { scope: 'platform' },
      ...range,
    } as const;
    expect(pick((await askView(warehouse, shown, failed)).objects, ['pipeline', 'cost'])).toEqual([['report', 8.32]]);
    await expect(askView(warehouse, shown, { view: batchRunItems, ...range })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

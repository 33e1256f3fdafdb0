import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { saveNames } from '../../identity/names.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { askView, pick, store } from '../shared/test-rows.ts';
import { nodesOverDays, usersOverDays, type TestUser } from '../sizing/test-usage.ts';
import { rightSizeExceptions } from './exceptions.ts';
import { rightSize } from './view.ts';

const from = '2026-01-01T00:00:00Z';
const days = 56;
const to = '2026-02-26T00:00:00Z';
const testStart = 42;
let warehouse: Warehouse;

const many = (
  count: number,
  prefix: string,
  role: string,
  cores: TestUser['cores'],
  more: Partial<TestUser> = {},
): TestUser[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `u_${prefix}${String(index).padStart(2, '0')}`,
    role,
    cores,
    ...more,
  }));
/** The last buckets are idle: an hour of work in a longer day. */
const oneHour =
  (cores: number): TestUser['cores'] =>
  (_, bucket) =>
    bucket < 6 ? cores : 0.02;

const users: TestUser[] = [
  ...many(99, 'a', 'Analyst', oneHour(0.5), { memoryGb: 4 }),
  { key: 'u_big', role: 'Analyst', cores: oneHour(12), memoryGb: 40, department: 'B' },
  ...many(6, 's', 'Statistician', oneHour(16), { node: 'node-2' }),
  // Their future is not as their past was.
  ...many(20, 'p', 'Programmer', (day, bucket) => (bucket < 6 ? (day < testStart ? 0.5 : 12) : 0.02), {
    node: 'node-2',
  }),
  ...many(4, 'i', 'Intern', oneHour(3)),
  // Under 100 active buckets in 28 days.
  ...many(7, 'r', 'Rare', (day, bucket) => (day >= 40 && bucket < 6 ? 2 : 0.02)),
  ...many(6, 'l', 'Limited', (_, bucket) => (bucket < 6 ? 1.95 : 0.02), { limitCores: 2, limitGb: 8, memoryGb: 2 }),
];

beforeAll(async () => {
  warehouse = await useWarehouse();
  const tables = usersOverDays(users, { from, days, buckets: 8 });
  await store(warehouse, { ...tables, nodes: nodesOverDays(['node-1', 'node-2'], { from, days }) });
});

const ask = (params: Record<string, unknown> = {}) =>
  askView(warehouse, testConfig(), { view: rightSize, params, from: '2026-02-01', to });

describe('right-size', () => {
  it('golden rows by role', async () => {
    const { objects, meta } = await ask();
    expect(
      pick(objects, ['role', 'default_cores', 'default_memory_gb', 'today_cores', 'users', 'exceptions', 'note']),
    ).toEqual([
      ['Analyst', 1, 5, 16, 100, 1, ''],
      // Four interns are too few: one advice for both, of ten users. Four of them need 3 cores: 2 covers 60 %.
      ['Intern + Limited', 3, 3, 16, 10, 0, ''],
      // A third of the weight is on the new days: the advice has followed.
      ['Programmer', 12, 2, 16, 20, 0, ''],
      ['Rare', null, null, null, null, null, 'not enough data'],
      // 16 cores in half an hour a day is a need of 16.
      ['Statistician', 16, 2, 16, 6, 0, ''],
    ]);
    expect(meta.howComputed).toContain('tried on the 14 complete days until 2026-02-26T00:00Z');
  });
  it('thresholds are configuration, and the answer says which held', async () => {
    const config = testConfig({ sizing: { covered_users: 1, active_days: 14, least_active_buckets: 80 } });
    const { objects, meta } = await askView(warehouse, config, { view: rightSize, params: {}, from: '2026-02-01', to });
    // One of the hundred analysts needs 12: she is no exception any more.
    expect(pick(objects, ['role', 'default_cores', 'exceptions'])[0]).toEqual(['Analyst', 12, 0]);
    expect(meta.howComputed).toContain('last 14 active days');
    expect(meta.howComputed).toContain('covers 100 % of the users');
  });
  it('back-test: a future that differs from the past is throttled, one that does not is not', async () => {
    const { objects } = await ask();
    expect(pick(objects, ['role', 'throttled_share', 'throttled_share_upper'])).toEqual([
      ['Analyst', 0, 0],
      ['Intern + Limited', 0, 0],
      // 20 × 12 cores and 6 × 16 on nodes of 64, packed for 0.5 cores each.
      ['Programmer', expect.closeTo(1, 6), 1],
      ['Rare', null, null],
      ['Statistician', 0, 0],
    ]);
  });
  it('one group for all; two attributes show few with others', async () => {
    const all = await ask({ group_by: [] });
    expect(pick(all.objects, ['department', 'role', 'users'])).toEqual([['all', 'all', 136]]);
    const both = await ask({ group_by: ['department', 'role'] });
    // One Analyst in B: the advice is that of both departments.
    expect(
      pick(both.objects, ['department', 'role', 'default_cores', 'users', 'exceptions']).filter(
        ([, role]) => role === 'Analyst',
      ),
    ).toEqual([['A + B', 'Analyst', 1, 100, 1]]);
  });
  it('without 28 days before the test there is no back-test, and it says so', async () => {
    const early = await askView(warehouse, testConfig(), { view: rightSize, from: '2026-01-20', to: '2026-02-10' });
    expect(pick(early.objects, ['role', 'default_cores', 'throttled_share', 'note'])[0]).toEqual([
      'Analyst',
      1,
      null,
      'no back-test: not enough data',
    ]);
    expect(early.meta.notices.join()).toContain('No back-test');
  });
  it('nobody is there: no rows', async () => {
    const none = await askView(warehouse, testConfig(), { view: rightSize, from: '2020-01-01', to: '2020-02-01' });
    expect(none.objects).toEqual([]);
  });
});

describe('right-size-exceptions', () => {
  it('golden rows, with the name of the last HR feed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sce-'));
    await saveNames(dataDir, 'hr', [{ key: 'u_big', name: 'Ada Big', email: 'ada@example.com' }]);
    const askAs = (principal: object) =>
      askView(
        warehouse,
        { ...testConfig(), dataDir },
        { view: rightSizeExceptions, from: '2026-02-01', to, principal },
      );
    const { objects } = await askAs({ scope: 'platform' });
    expect(
      pick(objects, [
        'person',
        'name',
        'department',
        'role',
        'p95_cores',
        'default_cores',
        'need_memory_gb',
        'default_memory_gb',
      ]),
    ).toEqual([['u_big', 'Ada Big', 'B', 'Analyst', 12, 1, 46, 5]]);
    expect((await askAs({ scope: 'self', personKey: 'u_a00' })).objects).toEqual([]);
    expect((await askAs({ scope: 'self', personKey: 'u_big' })).objects).toHaveLength(1);
    await expect(askAs({ scope: 'aggregate' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { askView, container, person, pick, store, workspace } from '../shared/test-rows.ts';
import { containerSurvival } from './view.ts';

const open = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
const at = (days: number): Date => new Date(begin + days * day);
const range = { from: at(0).toISOString(), to: at(100).toISOString() };
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await useWarehouse();
  const life = (id: string, created: number, ended: number | null, by: string | null, fields: Row = {}): Row =>
    workspace(id, { created_at: at(created), ended_at: ended === null ? null : at(ended), ended_by: by, ...fields });
  await store(warehouse, {
    containers: [container('any', { created_at: at(-300), first_seen_at: at(0) })],
    workspaces: [
      // Twelve from the first day: four end after ten days, by three causes.
      ...['user', 'user', 'rule', null].map((by, index) => life(`s${index}`, 0, 10, by)),
      ...Array.from({ length: 8 }, (_, index) => life(`l${index}`, 0, null, null)),
      // Two that were 50 days old when the data began: at risk from then on only. One of them ends aged 60.
      life('old1', -50, 10, 'oom'),
      life('old2', -50, null, null),
      // Ended before the data began, created after the range, another kind.
      life('gone', -80, -1, 'user'),
      life('later', 101, null, null),
      life('batch', 0, 1, 'completed', { kind: 'batch' }),
    ],
    people: [
      ...Array.from({ length: 8 }, (_, index) => person(`u_l${index}`, '2025-01-01', { department: 'B' })),
      ...['u_s0', 'u_s1'].map((key) => person(key, '2025-01-01', { department: 'A' })),
    ],
  });
});

describe('container-survival', () => {
  const ask = (params: Record<string, unknown> = {}, config = open, maxDataPoints?: number) =>
    askView(warehouse, config, {
      view: containerSurvival,
      params: { kind: 'interactive', ...params },
      ...range,
      ...(maxDataPoints ? { maxDataPoints } : {}),
    });
  const columns = [
    'age_days',
    'at_risk',
    'survival',
    'ended_user',
    'ended_rule',
    'ended_oom',
    'ended_unknown',
    'workspaces',
    'people',
  ];

  it('golden rows: 4 of 12 end at ten days; at 60 there are 10 at risk, one of them seen since it was 50 days old', async () => {
    const { objects, meta } = await ask();
    const s = 8 / 12;
    expect(pick(objects, columns)).toEqual([
      [0, 12, 1, 0, 0, 0, 0, 14, 14],
      [10, 12, 0.666667, 0.166667, 0.083333, 0, 0.083333, 14, 14],
      [60, 10, Math.round(s * 0.9 * 1e6) / 1e6, 0.166667, 0.083333, 0.066667, 0.083333, 14, 14],
    ]);
    expect(objects[0]).toMatchObject({ survival_lower: null, group: 'all', department: 'all' });
    // s^exp(±1.96 √(4/(12·8)) ÷ −ln s)
    const width = Math.exp((1.959964 * Math.sqrt(4 / 96)) / -Math.log(s));
    expect(Number(objects[1]?.['survival_lower'])).toBeCloseTo(s ** width, 6);
    expect(Number(objects[1]?.['survival_upper'])).toBeCloseTo(s ** (1 / width), 6);
    expect(meta.howComputed).toContain('14 workspaces, 5 ended');
  });

  it('observed in the range only: what entered it old', async () => {
    const { objects } = await askView(warehouse, open, {
      view: containerSurvival,
      params: { observed: 'range', kind: 'interactive' },
      from: at(5).toISOString(),
      to: at(20).toISOString(),
    });
    expect(pick(objects, ['age_days', 'at_risk'])).toEqual([
      [5, 12],
      [10, 12],
    ]);
  });

  it('by kind: under ten at risk no line, and the answer says so', async () => {
    const { objects, meta } = await ask({ kind: '', by: 'kind' });
    expect([...new Set(objects.map((row) => row['group']))]).toEqual(['interactive']);
    expect(meta.notices).toEqual(['1 of 2 groups have no line: never 10 workspaces at risk']);
  });

  it('small groups are joined before the curve is computed', async () => {
    const { objects, meta } = await ask({ group_by: 'department' }, testConfig());
    expect([...new Set(objects.map((row) => row['department']))].every((name) => name !== 'A')).toBe(true);
    expect(objects.every((row) => row['survival'] !== null && Number(row['people']) >= 5)).toBe(true);
    expect(meta.coverage).toBeNull();
  });

  it('a filter by a department that was merged gives the group it is in, and says so', async () => {
    const all = await ask({ group_by: 'department' }, testConfig());
    const group = all.objects.map((row) => String(row['department'])).find((name) => name.split(' + ').includes('A'));
    expect(group).toContain(' + ');
    const { objects, meta } = await ask({ department: 'A' }, testConfig());
    expect(new Set(objects.map((row) => row['department']))).toEqual(new Set([group]));
    expect(meta.notices.join()).toContain(`(department): ${String(group)}`);
  });

  it('a filter on containers that few people are left out of is merged with them; platform sees them', async () => {
    // One batch workspace: without it the interactive ones would be all less one person.
    const merged = await ask({}, testConfig());
    expect(merged.objects[0]).toMatchObject({ workspaces: 15 });
    expect(merged.meta.notices.join()).toContain('(filter_part): batch + interactive');
    expect(merged.meta.howComputed).toContain('15 workspaces');
    const platform = await askView(warehouse, testConfig(), {
      view: containerSurvival,
      params: { kind: 'interactive' },
      ...range,
      principal: { scope: 'platform' },
    });
    expect(platform.objects[0]).toMatchObject({ workspaces: 14 });
  });

  it('compares with the period before: the same curve as it was then', async () => {
    const asked = {
      view: containerSurvival,
      params: { kind: 'interactive', compare: 'previous' },
      from: at(9).toISOString(),
      to: at(18).toISOString(),
    };
    const { objects } = await askView(warehouse, open, asked);
    // At nine days nothing had ended, and of ten days nothing was known.
    expect(pick(objects, ['age_days', 'survival', 'previous_survival', 'workspaces', 'previous_workspaces'])).toEqual([
      [0, 1, 1, 14, 14],
      [10, 0.666667, null, 14, 14],
    ]);
  });

  it('no more points than asked for', async () => {
    expect((await ask({}, open, 2)).objects.map((row) => row['age_days'])).toEqual([0, 60]);
  });
});

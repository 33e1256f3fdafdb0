import { beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/test-config.ts';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { views } from './index.ts';
import { askView, container, person, store, usageDay, workspace } from './shared/test-rows.ts';

/** What every view on containers and people can be sliced by: half of 24 people lie in each slice. */
const config = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-30T00:00:00Z' };
const count = 24;
const image = (half: number): string => `registry.example.com/r:4.${String(half)}.1`;
let warehouse: Warehouse;

/** Which half a person is in, by a bit of the number. */
const half = (index: number, bit: number): 0 | 1 => ((index >> bit) & 1) as 0 | 1;

beforeAll(async () => {
  warehouse = await useWarehouse();
  const all = Array.from({ length: count }, (_, index) => {
    const id = `p${String(index)}`;
    const created = new Date('2026-03-03T00:00:00Z');
    const fields = {
      // Some have containers under another key of theirs.
      user_key: index % 3 === 0 ? `other_${id}` : `u_${id}`,
      created_at: created,
      kind: half(index, 0) ? 'interactive' : 'batch',
      component: half(index, 0) ? 'interactive' : 'batch',
      cluster: half(index, 1) ? 'prod' : 'dev',
      image: image(half(index, 2)),
      node: half(index, 1) ? 'node-1' : 'node-2',
    };
    const use = usageDay(id, '2026-03-10T00:00:00Z', { used: 2, requested: 4, hours: 10 });
    return { index, id, fields, use };
  });
  await store(warehouse, {
    people: all.map(({ index, id }) =>
      person(`u_${id}`, '2025-01-01', {
        department: half(index, 0) ? 'A' : 'B',
        role: half(index, 1) ? 'Analyst' : 'Statistician',
        is_manager: half(index, 2) === 1,
      }),
    ),
    identities: all.map(({ id }) => ({
      timestamp: new Date('2026-01-01'),
      source: 'hr',
      key: `other_${id}`,
      person_key: `u_${id}`,
      how: 'email',
    })),
    containers: all.map(({ id, fields }) => container(id, fields)),
    workspaces: all.map(({ id, fields }) =>
      workspace(id, { ...fields, last_visit_at: fields.created_at, visit_days: 1 }),
    ),
    container_usage_1d: all.map(({ use }) => use.day),
    container_usage_bins_1d: all.map(({ use }) => use.bin),
    user_days: all.map(({ index, id }) => ({
      timestamp: new Date('2026-03-10T00:00:00Z'),
      user_key: `u_${id}`,
      component: half(index, 0) ? 'interactive' : 'batch',
      day: '2026-03-10',
      alive_seconds: 1000,
      basis: 'both',
    })),
    images: [0, 1].map((each) => ({
      timestamp: new Date('2026-01-01'),
      image: image(each),
      image_digest: '',
      r_version: `4.${String(each)}.1`,
    })),
    volume_usage_1d: all.map(({ id, fields }) => ({
      timestamp: new Date('2026-03-10T00:00:00Z'),
      day: '2026-03-10',
      cluster: fields.cluster,
      namespace: 'jhub',
      claim: `claim_${id}`,
      used_bytes: 1,
      capacity_bytes: 2,
    })),
    series: all.map(({ index, id, fields }) => ({
      timestamp: new Date('2026-03-03T00:00:00Z'),
      series: BigInt(index + 1),
      metric: 'kube_pod_spec_volumes_persistentvolumeclaims_info',
      cluster: fields.cluster,
      namespace: 'jhub',
      uid: id,
      labels: JSON.stringify({ persistentvolumeclaim: `claim_${id}` }),
    })),
  });
});

const people = { department: 'A', role: 'Analyst', is_manager: 'true' };
const things = { kind: 'interactive', cluster: 'prod', component: 'interactive', image: image(1), node: 'node-1' };
const everything = { ...people, ...things };
/** View → the figure that a slice halves, what it is sliced by, and what else is asked. */
const table: readonly (readonly [
  string,
  string,
  Readonly<Record<string, string>>,
  Readonly<Record<string, string>>,
])[] = [
  ['idle-cores', 'container_hours', everything, {}],
  ['idle-cores-summary', 'container_hours', everything, {}],
  ['container-lifecycle', 'instances', everything, {}],
  ['lifecycle-patterns', 'workspaces', everything, {}],
  ['container-churn', 'workspaces', everything, {}],
  ['container-survival', 'workspaces', everything, {}],
  ['runtime-versions', 'alive_workspaces', everything, { interval: 'none' }],
  ['department-frequency', 'people', people, { component: 'any' }],
  ['user-activity', 'active_28d', people, { component: 'any' }],
  ['user-activity', 'active_28d', { component: 'interactive' }, {}],
  ['storage', 'claims', { ...people, cluster: 'prod' }, {}],
];
const cases = table.flatMap(([id, measure, slices, more]) =>
  Object.entries(slices).map(([name, value]) => ({ id, measure, name, value, more })),
);

async function sum(id: string, measure: string, params: Record<string, unknown>): Promise<number> {
  const view = views.find((each) => each.id === id);
  if (!view) throw new Error(`there is no view ${id}`);
  const scope = { principal: { scope: 'platform' } } as const;
  const { objects } = await askView(warehouse, config, { view, params, ...range, ...scope, maxDataPoints: 2 });
  // Of weeks and of points of a curve one: they say the same again.
  const last = objects.at(-1);
  if (id === 'user-activity' || id === 'container-survival') return Number(last?.[measure] ?? 0);
  return objects.reduce((so, row) => so + Number(row[measure] ?? 0), 0);
}

describe('slices', () => {
  it.each(cases)('$id by $name', async ({ id, measure, name, value, more }) => {
    const total = await sum(
      id,
      measure,
      name === 'component' ? { ...more, component: id === 'user-activity' ? 'any' : '' } : more,
    );
    expect(total).toBeGreaterThan(0);
    expect(await sum(id, measure, { ...more, [name]: value })).toBe(total / 2);
  });
  it.each(cases.filter(({ name, id }) => !(name === 'component' && id === 'user-activity')))(
    '$id: nothing where $name is something else',
    async ({ id, measure, name, more }) => {
      expect(await sum(id, measure, { ...more, [name]: 'nobody' })).toBe(0);
    },
  );
});

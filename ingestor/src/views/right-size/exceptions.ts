import { Type } from 'typebox';
import { loadNames } from '../../identity/names.ts';
import { numberColumn, textColumn } from '../shared/columns.ts';
import { isAbove } from '../sizing/recommend.ts';
import { defineView, type ViewRow } from '../view.ts';
import { loadSizing } from './sizing.ts';

const gb = 2 ** 30;

export const rightSizeExceptions = defineView({
  id: 'right-size-exceptions',
  title: 'Who needs more than the default of the role',
  topic: 'Cost',
  description: 'Users whose own need is above the default request that fits their role: they keep a larger one',
  parameters: Type.Object({ role: Type.String({ default: '', description: 'Only this role; empty: all' }) }),
  columns: [
    textColumn('person', 'Person key', 'Pseudonym'),
    textColumn('name', 'Name', 'From the last good HR feed of this ingestor; empty when it has none'),
    textColumn('department', 'Department', 'As of the end of the range'),
    textColumn('role', 'Role', 'As of the end of the range'),
    numberColumn(
      'p95_cores',
      'Own P95',
      'suffix:cores',
      'Smallest value that holds 95 % of the weight of their active buckets',
    ),
    numberColumn('need_cores', 'Need', 'suffix:cores', 'Own P95, or the CPU limit that held them back'),
    numberColumn('default_cores', 'Default of the role', 'suffix:cores', 'Covers 80 % of the users of the role'),
    numberColumn(
      'need_memory_gb',
      'Memory need',
      'suffix:GB',
      'max(1.15 × highest sample, 1.25 × limit at an OOM kill), or the limit that held them back',
    ),
    numberColumn(
      'default_memory_gb',
      'Default memory of the role',
      'suffix:GB',
      'Covers 80 % of the users of the role',
    ),
    textColumn('held_by', 'Held by', 'cpu limit, memory limit: used ≥ 95 % of it in 5 % of active buckets'),
    numberColumn('active_buckets', 'Active buckets', 'short', 'Active container-buckets of the last 28 active days'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person', widenTo: 'day' },
  howComputed:
    'Needs as in right-size: last {active_days} active days before {to}, weight halves every {half_life_days} active days. Above the default of the role, in cores or memory. ' +
    'Roles without enough data have no default and no exceptions.',

  async run(context, { role }) {
    const sizing = await loadSizing(context, ['role']);
    const names = await loadNames(context.config.dataDir);
    const rows: ViewRow[] = [...sizing.needs].flatMap(([person, need]) => {
      const group = sizing.personOf(person);
      const advice = sizing.advice.get(sizing.unionOf(sizing.cellOf(person)));
      if ((context.person !== null && person !== context.person) || (role !== '' && group.role !== role)) return [];
      if (!advice || !isAbove(need, advice)) return [];
      return {
        person,
        name: names.get(person)?.name ?? null,
        department: group.department,
        role: group.role,
        p95_cores: need.p95Cores,
        need_cores: need.cores,
        default_cores: advice.cores,
        need_memory_gb: need.memoryBytes === null ? null : need.memoryBytes / gb,
        default_memory_gb: advice.memoryGb,
        held_by: [need.heldByCpuLimit && 'cpu limit', need.heldByMemoryLimit && 'memory limit']
          .filter(Boolean)
          .join(', '),
        active_buckets: need.activeBuckets,
      };
    });
    rows.sort(
      (a, b) =>
        Number(b['need_cores']) - Number(a['need_cores']) || (String(a['person']) < String(b['person']) ? -1 : 1),
    );
    return {
      rows,
      coverage: null,
      facts: {
        to: sizing.to.toISOString().slice(0, 16) + 'Z',
        active_days: sizing.rules.activeDays,
        half_life_days: sizing.rules.halfLifeDays,
      },
    };
  },
});

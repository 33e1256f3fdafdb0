import { batchChapters } from './batch.ts';
import { connectChapters } from './connect.ts';
import { costChapters } from './costs.ts';
import { gitChapters } from './git.ts';
import type { Organisation } from '../support/organisation/index.ts';

/** One question of the summary. A view that is not in the catalogue is left out; one without a chapter is shown as it is. */
export interface Chapter {
  readonly view: string;
  /** What to see in the answer. */
  readonly sentence: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Columns to show, of those that exist, the one with the bars first among the numbers; default: the first few. */
  readonly columns?: readonly string[];
  /** Default: the last 30 days. */
  readonly range?: { readonly from: number; readonly to: number };
  /** Points of a curve. */
  readonly points?: number;
  readonly rows?: number;
}

const DAY_MS = 86_400_000;
const interactive = { kind: 'interactive' };

/** The story in its order. */
export function chapters(organisation: Organisation): readonly Chapter[] {
  const { frame } = organisation;
  const all = { from: frame.start, to: frame.now };
  return [
    {
      view: 'idle-cores-summary',
      sentence: 'Statisticians reserve sixteen cores and use a twentieth of one; data scientists use theirs.',
      parameters: { ...interactive, group_by: ['role'] },
      columns: ['role', 'idle_share', 'requested_core_hours', 'used_core_hours', 'people'],
    },
    {
      // What is about one person is shown to that person, and to the platform by pseudonym; this token is the platform's.
      view: 'person-cost',
      sentence: 'One simulation scientist used 2,971 CPU-hours in the last complete month: $62.00.',
      // By month: a range about a person is widened to whole weeks.
      parameters: { basis: 'used', period: 'month', image: 'registry.example.com/sce/simulation:2026.1' },
      columns: ['period_start', 'person', 'core_hours', 'cpu_cost', 'currency'],
      range: frame.month,
    },
    {
      view: 'idle-cores',
      sentence: 'The idle-core histogram: hours of containers by the cores they really use.',
      parameters: interactive,
      columns: ['bin', 'container_hours', 'share', 'requested_container_hours', 'people'],
      rows: 20,
    },
    {
      view: 'user-activity',
      sentence: 'Active users by week.',
      parameters: {},
      columns: ['week', 'active_7d', 'active_1d', 'active_28d', 'people_with_access', 'stickiness'],
      range: { from: frame.now - 63 * DAY_MS, to: frame.now },
    },
    {
      view: 'department-frequency',
      sentence: 'Who is here daily, weekly, monthly, less.',
      parameters: { group_by: [] },
      columns: ['until', 'class', 'people', 'share', 'people_with_access'],
    },
    {
      view: 'department-frequency',
      sentence: 'The same by division: groups under five people join another.',
      parameters: { group_by: ['division'] },
      columns: ['division', 'class', 'people', 'share', 'people_with_access'],
    },
    {
      view: 'lifecycle-patterns',
      sentence: 'What becomes of workspaces.',
      parameters: interactive,
      columns: ['pattern', 'workspaces', 'share', 'alive', 'mean_age_seconds', 'people'],
      range: all,
    },
    {
      view: 'container-lifecycle',
      sentence: 'Workspaces that are kept alive: a five-year-old R 4.0.0 among them, which outlived its nodes.',
      parameters: { ...interactive, pattern: 'kept alive' },
      columns: ['user', 'role', 'age_seconds', 'visit_days', 'evictions', 'r_version', 'last_visit_day'],
      range: all,
      rows: 8,
    },
    {
      view: 'container-churn',
      sentence:
        'Workspaces thrown away after a day, over and over (one user: eleven in the month), and what they waste.',
      parameters: interactive,
      columns: [
        'workspaces',
        'one_day',
        'disposable',
        'disposable_users',
        'waste_core_hours',
        'waste_cost',
        'currency',
      ],
      range: frame.month,
    },
    {
      view: 'container-survival',
      sentence: 'How long workspaces live.',
      parameters: interactive,
      columns: ['age_days', 'survival', 'survival_lower', 'survival_upper', 'ended_user', 'ended_rule', 'at_risk'],
      range: all,
      points: 10,
    },
    {
      view: 'runtime-versions',
      sentence: 'R 4.3 gives way to 4.4 …',
      parameters: { ...interactive, interval: 'week', release: true },
      columns: ['period', 'version', 'active_workspaces', 'share', 'users', 'end_of_life'],
      range: all,
      rows: 30,
    },
    {
      view: 'storage',
      sentence: 'Home drives, how they grow, and what leavers have left behind.',
      parameters: {},
      columns: ['owner', 'used_bytes', 'growth_bytes', 'capacity_bytes', 'used_share', 'claims', 'people'],
    },
    {
      view: 'cost',
      sentence: 'What it costs, and who pays.',
      parameters: { group_by: ['department'] },
      columns: ['department', 'payer', 'cost', 'cpu_cost', 'memory_cost', 'currency', 'people'],
      range: frame.month,
    },
    {
      view: 'idle-cost',
      sentence: 'What nobody used, in money.',
      parameters: { by_node_type: false },
      columns: ['payer', 'part', 'cost', 'core_hours', 'core_share', 'currency'],
      range: frame.month,
    },
    {
      view: 'right-size',
      sentence: 'What to reserve instead.',
      parameters: {},
      columns: ['role', 'default_cores', 'today_cores', 'default_memory_gb', 'today_memory_gb', 'users', 'exceptions'],
    },
    {
      view: 'what-if',
      sentence: 'What that would save in whole nodes: statisticians with one core and 8 GB.',
      parameters: { candidates: ['Statistician=1/8'] },
      columns: ['pool', 'saving', 'currency', 'nodes_today', 'nodes_candidate', 'throttled_share', 'binding'],
    },
    {
      view: 'savings',
      sentence: 'What it did save: six weeks ago statistical programmers went from sixteen cores to four.',
      parameters: {},
      columns: ['change', 'projected_saving', 'measured_saving', 'currency', 'users', 'note'],
    },
    ...costChapters(organisation),
    ...connectChapters,
    ...batchChapters,
    ...gitChapters,
    {
      view: 'data-quality',
      sentence:
        'What arrived, how complete it is, and what was refused. In the history, what is sent every hour fills one bucket in twelve.',
      parameters: {},
      columns: ['metric', 'samples', 'active_series', 'newest_sample_age_seconds', 'coverage', 'rejected'],
      rows: 10,
    },
  ];
}

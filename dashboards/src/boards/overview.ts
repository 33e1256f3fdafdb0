import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, budgetSteps, coverageSteps, fixed, gauge, idleSteps, series, stat, table } from '../lib/panels/index.ts';
import { department } from '../lib/variables.ts';
import { uids } from './uids.ts';

export const overview: BoardDefinition = {
  uid: uids.overview,
  title: 'Platform overview',
  description: 'What is the platform used for, what does it cost, and what lies idle?',
  says: ({ audience }) =>
    `**What is the platform used for, what does it cost, and what lies idle?** One figure for each question${
      audience === 'team' ? '; the link beside a title leads to the dashboard that explains it' : ''
    }.`,
  variables: [department],
  marks: ['gap', 'price'],
  rows: (board) => {
    const only = board.of(department);
    return [
      row(
        4,
        [
          4,
          stat(board, {
            title: 'Active people',
            says: 'People with an active day (five minutes at 0.1 core, or a visit) in the four weeks up to the last complete week.',
            query: { view: 'user-activity', params: { department: only }, columns: ['week', 'active_28d'] },
            more: uids.departments,
          }),
        ],
        [
          4,
          stat(board, {
            title: 'Idle share',
            says: 'Σ max(0, requested − used) ÷ requested, per container and five minutes, where use is known: a gap is not idle.',
            query: { view: 'idle-cores-summary', params: { department: only }, columns: ['idle_share'] },
            steps: idleSteps,
            decimals: 1,
            more: uids.idle,
          }),
        ],
        [
          4,
          stat(board, {
            title: 'Cost',
            says: 'What the range costs at the prices of the time: reserved hours of people and services, and what nobody reserved.',
            query: {
              view: 'cost',
              params: { department: only, group_by: ['department'] },
              columns: ['department', 'cost'],
            },
            reduce: 'sum',
            decimals: 1,
            empty: 'No price is configured',
            more: uids.cost,
          }),
        ],
        [
          4,
          stat(board, {
            title: 'Month ÷ budget',
            says: 'What the month will have cost by its end ÷ the budget of the platform. Empty without a budget.',
            query: { view: 'cost-forecast', columns: ['budget_share'] },
            steps: budgetSteps,
            decimals: 0,
            empty: 'No budget is configured',
            more: uids.cost,
          }),
        ],
        [
          4,
          stat(board, {
            title: 'Carbon',
            says: 'kg CO2e with the low and with the high set of coefficients; in use, idle and embodied together. A range, because one figure would pretend to know.',
            query: {
              view: 'carbon',
              params: { department: only, group_by: ['department'] },
              columns: ['kg_low', 'kg_high'],
            },
            reduce: 'sum',
            color: 'green',
            decimals: 0,
            empty: 'No coefficients are configured',
            more: uids.carbon,
          }),
        ],
        [
          4,
          stat(board, {
            title: 'Coverage',
            says: 'Covered ÷ alive hours of the containers behind these figures. Below 90 % read them with care.',
            query: { view: 'idle-cores-summary', params: { department: only }, columns: ['coverage'] },
            steps: coverageSteps,
            decimals: 1,
            more: uids.quality,
          }),
        ],
      ),
      row(
        9,
        [
          12,
          series(board, {
            title: 'Where the reserved cores go',
            says: 'Core-hours per week that containers reserve, divided into used, idle and unknown (gaps in the data).',
            query: {
              view: 'idle-cores-summary',
              params: { period: 'week', department: only },
              columns: ['period_start', 'within_core_hours', 'idle_core_hours', 'unknown_core_hours'],
            },
            stack: 'normal',
            looks: {
              within_core_hours: fixed('green'),
              idle_core_hours: fixed('orange'),
              unknown_core_hours: fixed('text'),
            },
            more: uids.idle,
          }),
        ],
        [
          12,
          series(board, {
            title: 'Active people',
            says: 'People active on a working day (mean), in the week and in four weeks, beside those with access. Weeks of local days.',
            query: {
              view: 'user-activity',
              params: { department: only },
              columns: ['week', 'active_1d', 'active_7d', 'active_28d', 'people_with_access'],
            },
            more: uids.departments,
          }),
        ],
      ),
      row(
        9,
        [
          12,
          table(board, {
            title: 'Cost by department',
            says: 'Reserved core-hours and GB-hours × price, by the department of the person at the time. Infra idle is what nobody reserved.',
            query: {
              view: 'cost',
              params: { group_by: ['department'], department: only },
              columns: ['department', 'payer', 'cost', 'people'],
            },
            sortBy: 'cost',
            cells: { cost: gauge(undefined, null) },
            empty: 'No price is configured',
            more: uids.cost,
          }),
        ],
        [
          12,
          table(board, {
            title: 'Idle by role',
            says: 'What each role reserves and does not use, its share, and the share of container-hours under 0.1 core.',
            query: {
              view: 'idle-cores-summary',
              params: { group_by: ['role'], department: only },
              columns: ['role', 'idle_core_hours', 'idle_share', 'under_tenth_share', 'people'],
            },
            sortBy: 'idle_core_hours',
            cells: { idle_share: gauge(idleSteps), under_tenth_share: gauge(idleSteps) },
            more: uids.idle,
          }),
        ],
      ),
      heading('Workspaces and runtimes'),
      row(
        8,
        [
          8,
          bars(board, {
            title: 'Workspaces by pattern',
            says: 'People’s workspaces alive in the range by what became of them: too new, kept alive, never visited, abandoned, one day, returning.',
            query: {
              view: 'lifecycle-patterns',
              params: { department: only, kind: 'interactive' },
              columns: ['pattern', 'workspaces'],
            },
            isLying: true,
            more: uids.lifeCycle,
          }),
        ],
        [
          8,
          bars(board, {
            title: 'R in use',
            says: 'People’s workspaces that were active with each minor release of R in the range.',
            query: {
              view: 'runtime-versions',
              params: { runtime: 'r', interval: 'none', release: true, department: only, kind: 'interactive' },
              columns: ['version', 'active_workspaces'],
            },
            isLying: true,
            color: 'blue',
            more: uids.runtimes,
          }),
        ],
        [
          8,
          bars(board, {
            title: 'How often people come',
            says: 'People with access by how often they were active in the last 28 complete days.',
            query: {
              view: 'department-frequency',
              params: { group_by: [], department: only },
              columns: ['class', 'people'],
            },
            isLying: true,
            color: 'purple',
            more: uids.departments,
          }),
        ],
      ),
    ];
  },
};

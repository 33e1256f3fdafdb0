import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, curve, fixed, gauge, series, stat, table, thresholds } from '../lib/panels/index.ts';
import { choiceOf, department, interactiveKind, role } from '../lib/variables.ts';
import { uids } from './uids.ts';

const by = choiceOf('by', {
  label: 'Survival by',
  values: { Everything: 'none', Kind: 'kind', Component: 'component', Image: 'image' },
  says: 'One curve for each of these',
});
const disposableSteps = thresholds('green', [0.1, 'yellow'], [0.25, 'orange'], [0.5, 'red']);

const band = [...fixed('light-blue'), { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 6] } }];

export const lifeCycle: BoardDefinition = {
  uid: uids.lifeCycle,
  title: 'Container life cycle and churn',
  description: 'How long do workspaces live, who ends them, and how many are created to be thrown away?',
  from: 'now-90d',
  says: ({ audience }) =>
    `**How long do workspaces live, who ends them, and how many are created to be thrown away?** A workspace is what a user calls “my container”: instances that follow each other after an eviction are one.${
      audience === 'team'
        ? ` One row for each workspace: [Workspaces one by one](/d/${uids.workspaces}?\${__url_time_range}).`
        : ''
    }`,
  variables: [department, role, interactiveKind, by],
  marks: ['deletion', 'gap'],
  rows: (board) => {
    const only = { department: board.of(department), role: board.of(role), kind: board.of(interactiveKind) };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Workspaces',
            says: 'Workspaces alive in the range, and those of them that still are.',
            query: { view: 'lifecycle-patterns', params: only, columns: ['pattern', 'workspaces', 'alive'] },
            reduce: 'sum',
            decimals: 0,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Cores they hold',
            says: 'Σ cores requested by workspaces alive at the end of the range.',
            query: { view: 'lifecycle-patterns', params: only, columns: ['pattern', 'requested_cores'] },
            reduce: 'sum',
            decimals: 0,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Disposable',
            says: 'Share of the created workspaces that belong to five or more one-day workspaces of the same user within 30 days.',
            query: { view: 'container-churn', params: only, columns: ['disposable_share'] },
            steps: disposableSteps,
            decimals: 1,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Waste of disposable ones',
            says: 'Requested cores × hours from the last visit to the deletion, and what that cost.',
            query: { view: 'container-churn', params: only, columns: ['waste_core_hours', 'waste_cost'] },
            color: 'orange',
          }),
        ],
      ),
      row(
        10,
        [
          9,
          bars(board, {
            title: 'What becomes of workspaces',
            says: 'First match: too new (under 7 days), kept alive (over 180 days old, visited in the last 30), never visited, abandoned (alive, unvisited for 30 days), one day, returning.',
            query: { view: 'lifecycle-patterns', params: only, columns: ['pattern', 'workspaces', 'alive'] },
            isLying: true,
          }),
        ],
        [
          15,
          curve(board, {
            title: 'How long they live',
            says: 'Kaplan–Meier with delayed entry: share of workspaces that live longer than an age, its 95 % band, and by what the others ended (Aalen–Johansen). Running ones are censored; no line under ten at risk.',
            query: {
              view: 'container-survival',
              params: only,
              columns: [
                'age_days',
                'survival',
                'survival_lower',
                'survival_upper',
                'ended_user',
                'ended_rule',
                'ended_completed',
                'ended_eviction',
                'ended_oom',
              ],
            },
            x: 'age_days',
            looks: { survival: fixed('blue'), survival_lower: band, survival_upper: band },
            empty: 'fewer than ten workspaces',
          }),
        ],
      ),
      heading('Churn'),
      row(
        9,
        [
          12,
          series(board, {
            title: 'Created, one day, disposable',
            says: 'Workspaces by the week of their creation: all, those with exactly one visit day, and those thrown away in series.',
            query: {
              view: 'container-churn',
              params: { ...only, split_by: ['week'] },
              columns: ['week', 'workspaces', 'one_day', 'disposable'],
            },
          }),
        ],
        [
          12,
          table(board, {
            title: 'Churn by department',
            says: 'Disposable workspaces and what they cost from the last visit to their deletion. Departments of fewer than five people, or of which one person stands for most, are shown together or not at all.',
            query: {
              view: 'container-churn',
              params: { role: only.role, kind: only.kind, group_by: ['department'] },
              columns: [
                'department',
                'workspaces',
                'one_day',
                'disposable',
                'disposable_share',
                'waste_core_hours',
                'waste_cost',
                'people',
              ],
            },
            sortBy: 'disposable',
            cells: { disposable_share: gauge(disposableSteps) },
          }),
        ],
      ),
      row(9, [
        24,
        table(board, {
          title: 'How long they live, in figures',
          says: 'The same estimate by kind, component or image: share alive at each age, its 95 % band, and by what the others ended.',
          query: {
            view: 'container-survival',
            params: { ...only, by: board.of(by) },
            columns: [
              'group',
              'age_days',
              'survival',
              'survival_lower',
              'survival_upper',
              'ended_user',
              'ended_rule',
              'ended_eviction',
              'ended_oom',
              'ended_completed',
              'ended_unknown',
              'at_risk',
            ],
          },
          points: 20,
          cells: { survival: gauge(), age_days: [{ id: 'unit', value: 'suffix:d' }] },
          empty: 'fewer than ten workspaces',
        }),
      ]),
      row(
        9,
        [
          12,
          table(board, {
            title: 'Churn by image',
            says: 'Which images are started for a day and thrown away.',
            query: {
              view: 'container-churn',
              params: { ...only, split_by: ['image'] },
              columns: ['image', 'workspaces', 'one_day', 'disposable', 'disposable_share', 'waste_core_hours'],
            },
            sortBy: 'workspaces',
            cells: { disposable_share: gauge(disposableSteps) },
          }),
        ],
        [
          12,
          bars(board, {
            title: 'Patterns by department',
            says: 'Workspaces alive in the range by department and pattern.',
            query: {
              view: 'lifecycle-patterns',
              params: { role: only.role, kind: only.kind, group_by: ['department'] },
              columns: ['department', 'pattern', 'workspaces'],
            },
            isLying: true,
            stackBy: 'pattern',
          }),
        ],
      ),
    ];
  },
};

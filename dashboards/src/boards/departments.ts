import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, gauge, series, stat, table } from '../lib/panels/index.ts';
import { choiceOf, department } from '../lib/variables.ts';
import { uids } from './uids.ts';

const component = choiceOf('component', {
  label: 'Active in',
  values: { 'Interactive sessions': 'interactive', Connect: 'connect', Batch: 'batch', Git: 'git', Anything: 'any' },
});
const basis = choiceOf('basis', {
  label: 'Active by',
  values: { 'Use or visit': 'both', Use: 'cpu', Visit: 'visit' },
  says: 'Five minutes of at least 0.1 core, a visit, or either; use at night is no presence',
});

export const departments: BoardDefinition = {
  uid: uids.departments,
  title: 'Departments and frequency',
  description: 'Which departments use the platform, and how often do their people come?',
  says: '**Which departments use the platform, and how often do their people come?** Of people with access, over whole weeks: the activity of people is never shown by the day. Groups of fewer than five people are shown together.',
  from: 'now-90d',
  variables: [department, component, basis],
  marks: ['release', 'gap'],
  rows: (board) => {
    const how = { component: board.of(component), basis: board.of(basis) };
    const only = { ...how, department: board.of(department) };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Active in 28 days',
            says: 'People active on a day of the last complete week or the three before.',
            query: { view: 'user-activity', params: only, columns: ['week', 'active_28d'] },
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Of people with access',
            says: 'Active in 28 days ÷ people with access: dated group membership, else accounts seen in 365 days.',
            query: { view: 'user-activity', params: only, columns: ['week', 'share_28d'] },
            decimals: 0,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Active in the week',
            says: 'People active on a day of the last complete week.',
            query: { view: 'user-activity', params: only, columns: ['week', 'active_7d'] },
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Stickiness',
            says: 'Active on a working day (mean) ÷ active in 28 days: how often those who come at all come on a day.',
            query: { view: 'user-activity', params: only, columns: ['week', 'stickiness'] },
            decimals: 0,
          }),
        ],
      ),
      row(
        11,
        [
          14,
          bars(board, {
            title: 'How often, by department',
            says: 'People with access by frequency in the last 28 complete days, first match: new, daily (on half of their working days), weekly (3 of 4 weeks), monthly, less.',
            query: {
              view: 'department-frequency',
              params: { ...only, group_by: ['department'] },
              columns: ['department', 'class', 'people'],
            },
            isLying: true,
            stackBy: 'class',
          }),
        ],
        [
          10,
          bars(board, {
            title: 'How often, over time',
            says: 'The same over the 28 days before every Monday of the range, for all departments or the chosen one.',
            query: {
              view: 'department-frequency',
              params: { ...only, group_by: [], over_time: true },
              columns: ['until', 'class', 'people'],
            },
            stackBy: 'class',
          }),
        ],
      ),
      heading('Active people'),
      row(
        10,
        [
          12,
          series(board, {
            title: 'Active over 1, 7 and 28 days',
            says: 'Mean of a working day, of the week, and of four weeks, beside people with access.',
            query: {
              view: 'user-activity',
              params: only,
              columns: ['week', 'active_1d', 'active_7d', 'active_28d', 'people_with_access'],
            },
          }),
        ],
        [
          12,
          series(board, {
            title: 'Share of people with access who came in the week, by department',
            says: 'Active in the week ÷ people with access.',
            query: {
              view: 'user-activity',
              params: { ...how, group_by: ['department'] },
              columns: ['week', 'department', 'share_7d'],
            },
            by: 'department',
            min: 0,
            max: 1,
            legend: 'right',
          }),
        ],
      ),
      row(10, [
        24,
        table(board, {
          title: 'Departments and roles',
          says: 'People with access by department, role and frequency.',
          query: {
            view: 'department-frequency',
            params: { ...only, group_by: ['department', 'role'] },
            columns: ['department', 'role', 'class', 'people', 'share', 'people_with_access'],
          },
          cells: { share: gauge() },
        }),
      ]),
    ];
  },
};

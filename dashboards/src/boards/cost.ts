import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, budgetSteps, fixed, gauge, linked, series, stat, table, thresholds } from '../lib/panels/index.ts';
import { choiceOf, department, role } from '../lib/variables.ts';
import { uids } from './uids.ts';

const basis = choiceOf('basis', {
  label: 'Basis',
  values: { Requested: 'requested', Used: 'used', 'Higher of both': 'max' },
  says: 'What is charged: what was reserved, what was really used, or the higher of both',
});
const noPrice = 'No price is configured: add prices: to the configuration of the ingestor';

export const cost: BoardDefinition = {
  uid: uids.cost,
  title: 'Cost',
  description: 'Who pays how much for what, what will the month cost, and what is paid for nothing?',
  says: '**Who pays how much for what, what will the month cost, and what is paid for nothing?** Every hour is charged at the price of its day; an hour without a price is empty, never 0. What nobody reserved is a row of its own.',
  from: 'now-90d',
  variables: [department, role, basis],
  marks: ['price', 'gap'],
  rows: (board) => {
    const [only, ofRole, by] = [board.of(department), board.of(role), board.of(basis)];
    const filtered = { department: only, role: ofRole, basis: by };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Cost of the range',
            says: 'People, services, infra idle and the difference to the invoice together, or the filtered part of it.',
            query: { view: 'cost', params: { ...filtered, group_by: ['department'] }, columns: ['department', 'cost'] },
            reduce: 'sum',
            empty: noPrice,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'This month by its end',
            says: 'So far + forecast of the days left, with its 90 % interval: weekday medians with the trend of the last 84 complete days.',
            query: {
              view: 'cost-forecast',
              params: { basis: by },
              columns: ['forecast_low', 'forecast_cost', 'forecast_high'],
            },
            decimals: 1,
            empty: noPrice,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Share of the budget',
            says: 'Forecast of the month ÷ budget of the platform.',
            query: { view: 'cost-forecast', params: { basis: by }, columns: ['budget_share'] },
            steps: budgetSteps,
            decimals: 0,
            empty: 'No budget of the platform is configured',
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Days that cost more than usual',
            says: 'Days of the range above the median of their weekday + max(4 · s, 50): the points of the chart below that are above the line.',
            query: { view: 'cost-anomalies', columns: ['is_anomaly'] },
            reduce: 'sum',
            asNumber: 'is_anomaly',
            steps: thresholds('green', [1, 'orange']),
            decimals: 0,
          }),
        ],
      ),
      row(
        10,
        [
          14,
          bars(board, {
            title: 'Cost by month and department',
            says: 'What people were charged, by their department on the day: who moves in mid-month is in both. Departments of fewer than five people are shown together. Services and what nobody reserved are in the tables below.',
            query: {
              view: 'cost',
              params: { ...filtered, period: 'month', group_by: ['department'] },
              columns: ['period_start', 'department', 'cost'],
              periods: 'text',
            },
            stackBy: 'department',
            // Services and what nobody reserved have no department; the tables below have them.
            without: { department: '–' },
            empty: noPrice,
          }),
        ],
        [
          10,
          series(board, {
            title: 'Cost by day, and what was expected',
            says: 'What the platform offered × price, each day beside the median of its weekday and the threshold above which it is an anomaly.',
            query: { view: 'cost-anomalies', columns: ['day', 'cost', 'expected_cost', 'threshold'] },
            looks: {
              expected_cost: [...fixed('text'), { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } }],
              threshold: [...fixed('red'), { id: 'custom.lineStyle', value: { fill: 'dash', dash: [2, 6] } }],
            },
            empty: noPrice,
          }),
        ],
      ),
      row(
        10,
        [
          14,
          table(board, {
            title: 'Forecast by department',
            says: 'The month by its end with its 90 % interval, beside the department’s budget.',
            query: {
              view: 'cost-forecast',
              params: { group_by: ['department'], department: only, basis: by },
              columns: [
                'department',
                'cost_so_far',
                'forecast_cost',
                'forecast_low',
                'forecast_high',
                'budget',
                'budget_share',
                'people',
              ],
            },
            sortBy: 'forecast_cost',
            cells: {
              budget_share: gauge(budgetSteps, 1.5),
              department: board.audience === 'team' ? departmentLink : [],
            },
            empty: noPrice,
          }),
        ],
        [
          10,
          table(board, {
            title: 'Departments, yesterday',
            says: 'What the reservations of the last complete day cost, beside what such a weekday usually costs. Above 0: an anomaly.',
            query: {
              view: 'department-cost-anomalies',
              params: { department: only },
              columns: ['department', 'cost', 'expected_cost', 'threshold', 'excess_cost'],
            },
            sortBy: 'excess_cost',
            empty: noPrice,
          }),
        ],
      ),
      heading('What for'),
      row(10, [
        24,
        table(board, {
          title: 'Paid for nothing',
          says: 'Money by what became of it. Workload idle: reserved and not used. Infra idle: offered and not reserved by anybody. Unknown: reserved in a gap of the data. Borrowed stands beside: used beyond the request.',
          query: {
            view: 'idle-cost',
            params: { by_node_type: false },
            columns: ['payer', 'part', 'core_hours', 'gb_hours', 'cost', 'core_share'],
          },
          sortBy: 'cost',
          cells: { core_share: gauge() },
          empty: noPrice,
        }),
      ]),
      row(
        9,
        [
          12,
          table(board, {
            title: 'By kind',
            says: 'What interactive, Connect, batch and service containers cost, by who pays.',
            query: {
              view: 'cost',
              params: { ...filtered, split_by: 'kind', group_by: [] },
              columns: ['kind', 'payer', 'core_hours', 'cost'],
            },
            sortBy: 'cost',
            empty: noPrice,
          }),
        ],
        [
          12,
          table(board, {
            title: 'By node type',
            says: 'What was paid for each type of node, by who pays.',
            query: {
              view: 'cost',
              params: { ...filtered, split_by: 'node_type', group_by: [] },
              columns: ['node_type', 'payer', 'core_hours', 'cost'],
            },
            sortBy: 'cost',
            empty: noPrice,
          }),
        ],
      ),
      heading('Moving data'),
      row(
        9,
        [
          14,
          bars(board, {
            title: 'Data transfer by month and direction',
            says: 'What the provider billed for moving data, by where it went. A charge lies on its first day, UTC.',
            query: { view: 'data-transfer', columns: ['period', 'direction', 'cost'], periods: 'text' },
            stackBy: 'direction',
            empty: 'No cost export was imported: npx sce-voice import-costs <files>',
          }),
        ],
        [
          10,
          table(board, {
            title: 'Data transfer by service',
            says: 'Bytes where the export tells them, what was billed, and what a GB came to.',
            query: {
              view: 'data-transfer',
              params: { interval: 'none', split_by: ['service', 'direction'] },
              columns: ['service', 'direction', 'bytes', 'cost', 'cost_per_gb'],
            },
            sortBy: 'cost',
            empty: 'No cost export was imported: npx sce-voice import-costs <files>',
          }),
        ],
      ),
      heading('Storage'),
      row(8, [
        24,
        table(board, {
          title: 'Volumes by department',
          says: 'What home and other volumes hold at the end of the range, how they grew, and what belongs to people who have left.',
          query: {
            view: 'storage',
            params: { group_by: ['department'], department: only, role: ofRole },
            columns: [
              'department',
              'owner',
              'claims',
              'used_bytes',
              'capacity_bytes',
              'used_share',
              'growth_bytes',
              'nearly_full',
              'unmounted',
              'people',
            ],
          },
          sortBy: 'used_bytes',
          cells: { used_share: gauge() },
          empty: 'No volume is known: kubelet_volume_stats_* of the kubelet are needed',
        }),
      ]),
    ];
  },
};

const departmentLink = linked(
  'Idle cores of this department',
  `/d/${uids.idle}?\${__url_time_range}&var-department=\${__value.raw:percentencode}`,
);

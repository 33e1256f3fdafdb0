import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, stat, table } from '../lib/panels/index.ts';
import { department } from '../lib/variables.ts';
import { uids } from './uids.ts';

const none = 'No coefficients or no grid intensity are configured';

export const carbon: BoardDefinition = {
  uid: uids.carbon,
  title: 'Carbon',
  description: 'How much carbon does the platform emit, and how much of it for nothing?',
  says: '**How much carbon does the platform emit, and how much of it for nothing?** Always a range between a low and a high set of coefficients: the same work differs by more than that between grids and boundaries. Below 1 kg a month a person is shown money instead.',
  from: 'now-90d',
  variables: [department],
  rows: (board) => {
    const only = { department: board.of(department), group_by: ['department'] };
    return [
      row(
        7,
        [
          8,
          stat(board, {
            title: 'All of it',
            says: 'In use, idle and embodied, kg CO2e with the low and the high set of coefficients.',
            query: { view: 'carbon', params: only, columns: ['kg_low', 'kg_high'] },
            reduce: 'sum',
            color: 'green',
            decimals: 1,
            empty: none,
          }),
        ],
        [
          16,
          bars(board, {
            title: 'In use, idle, embodied',
            says: 'kWh = (W_min · max(requested, used) + (W_max − W_min) · used + W_GB · GB-hours) × PUE ÷ 1000; kg = kWh × grid intensity. Idle is the W_min part of idle cores; embodied is what making the devices took.',
            query: { view: 'carbon', params: only, columns: ['part', 'kg_low', 'kg_high'] },
            isLying: true,
            isSummed: true,
            empty: none,
          }),
        ],
      ),
      row(
        10,
        [
          12,
          bars(board, {
            title: 'By month and part, high',
            says: 'kg CO2e with the high set of coefficients, by month.',
            query: {
              view: 'carbon',
              params: { ...only, period: 'month' },
              columns: ['period_start', 'part', 'kg_high'],
              periods: 'text',
            },
            stackBy: 'part',
            isSummed: true,
            empty: none,
          }),
        ],
        [
          12,
          bars(board, {
            title: 'By department, low and high',
            says: 'In use and idle of each department’s people; what nobody reserved is in the table below.',
            query: { view: 'carbon', params: only, columns: ['department', 'kg_low', 'kg_high'] },
            isLying: true,
            without: { department: '–' },
            isSummed: true,
            empty: none,
          }),
        ],
      ),
      heading('Every row'),
      row(10, [
        24,
        table(board, {
          title: 'Carbon by department and part',
          says: 'The rows behind the charts. The inspector names the versions of the coefficients and the region.',
          query: {
            view: 'carbon',
            params: only,
            columns: ['payer', 'department', 'part', 'kg_low', 'kg_high', 'people'],
          },
          sortBy: 'kg_high',
          empty: none,
        }),
      ]),
    ];
  },
};

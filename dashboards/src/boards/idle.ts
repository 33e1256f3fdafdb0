import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, gauge, idleSteps, ownPanel, series, stat, table, thresholds, wide } from '../lib/panels/index.ts';
import { choiceOf, cluster, department, kind, role } from '../lib/variables.ts';
import { uids } from './uids.ts';

const cores = choiceOf('cores', {
  label: 'What if',
  values: { '2 cores': '2', '1 core': '1', '4 cores': '4', '8 cores': '8', '16 cores': '16' },
  says: 'The request of cores that the what-if table packs',
});
const memory = choiceOf('memory', {
  label: 'and',
  values: { '16 GB': '16', '4 GB': '4', '8 GB': '8', '32 GB': '32', '64 GB': '64' },
  says: 'The request of memory that the what-if table packs, in GB of 2^30 bytes',
});

const partColors = {
  'used within request': 'green',
  'workload idle': 'orange',
  'infra idle': 'blue',
  unknown: 'text',
  borrowed: 'purple',
};

export const idle: BoardDefinition = {
  uid: uids.idle,
  title: 'Idle cores and right-sizing',
  description: 'How much of what is reserved is never used, by whom, and which request would do?',
  says: '**How much of what is reserved is never used, by whom, and which request would do?** Idle is what was requested and not used, per container and five minutes; a gap in the data is never idle.',
  variables: [department, role, kind, cluster, cores, memory],
  marks: ['deletion', 'gap'],
  rows: (board) => {
    const only = {
      department: board.of(department),
      role: board.of(role),
      kind: board.of(kind),
      cluster: board.of(cluster),
    };
    const people = { department: only.department, role: only.role };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Idle share',
            says: 'Σ max(0, requested − used) ÷ requested, where use is known.',
            query: { view: 'idle-cores-summary', params: only, columns: ['idle_share'] },
            steps: idleSteps,
            decimals: 1,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Hours under 0.1 core',
            says: 'Share of covered container-hours in which less than a tenth of a core was used.',
            query: { view: 'idle-cores-summary', params: only, columns: ['under_tenth_share'] },
            steps: idleSteps,
            decimals: 1,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Idle core-hours',
            says: 'Core-hours that were reserved and not used.',
            query: { view: 'idle-cores-summary', params: only, columns: ['idle_core_hours'] },
            color: 'orange',
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Nodes saved',
            says: 'With the request above. Whole nodes that today’s requests need when packed, minus those that the what-if request needs: mean over the five-minute buckets. Interactive containers of all roles get the request; never compared with the real, worse-packed nodes.',
            query: {
              view: 'what-if',
              params: { candidates: [`*=${board.of(cores)}/${board.of(memory)}`] },
              columns: ['nodes_saved'],
            },
            reduce: 'sum',
            color: 'green',
            decimals: 1,
          }),
        ],
      ),
      row(15, [
        24,
        ownPanel(board, 'scevoice-idlecores-panel', {
          title: 'Cores used, and requested',
          says: 'Container-hours by mean cores used per five minutes, for each role, with what is requested drawn over it. Drag the request to see nodes, money and the throttled share change.',
          query: { view: 'idle-cores', params: { ...only, group_by: ['role'] } },
          // What fits, to be taken with a click.
          also: { view: 'right-size', params: { ...people, group_by: ['role'] } },
        }),
      ]),
      heading('Who, and since when'),
      row(
        9,
        [
          14,
          table(board, {
            title: 'By role',
            says: 'What each role reserved and did not use. Roles with fewer than five people are shown together.',
            query: {
              view: 'idle-cores-summary',
              params: { ...only, group_by: ['role'] },
              columns: [
                'role',
                'idle_core_hours',
                'idle_share',
                'under_tenth_share',
                'container_hours',
                'coverage',
                'containers',
                'people',
              ],
            },
            sortBy: 'idle_core_hours',
            cells: { idle_share: gauge(idleSteps), under_tenth_share: gauge(idleSteps) },
          }),
        ],
        [
          10,
          series(board, {
            title: 'Idle share by week',
            says: 'Idle share and the share of hours under 0.1 core, by week.',
            query: {
              view: 'idle-cores-summary',
              params: { ...only, period: 'week' },
              columns: ['period_start', 'idle_share', 'under_tenth_share'],
            },
            min: 0,
            max: 1,
          }),
        ],
      ),
      row(
        9,
        [
          14,
          bars(board, {
            title: 'Idle and used by department',
            says: 'Core-hours that the people of each department reserved: used within the request, and idle.',
            query: {
              view: 'idle-cores-summary',
              params: { kind: only.kind, cluster: only.cluster, role: only.role, group_by: ['department'] },
              columns: ['department', 'within_core_hours', 'idle_core_hours'],
            },
            isLying: true,
            isStacked: true,
            colors: { within_core_hours: 'green', idle_core_hours: 'orange' },
            sortBy: 'idle_core_hours',
          }),
        ],
        [
          10,
          bars(board, {
            title: 'Everything that is offered',
            says: 'allocatable = infra idle (nobody reserved it) + workload idle + used within request + unknown. Infra idle is shown only without a filter on containers.',
            query: {
              view: 'idle-cost',
              params: { by_node_type: true, cluster: only.cluster },
              columns: ['node_type', 'part', 'core_hours'],
            },
            isLying: true,
            stackBy: 'part',
            isSummed: true,
            colors: partColors,
          }),
        ],
      ),
      heading('Right-sizing'),
      row(9, [
        24,
        table(board, {
          title: 'Request that fits, by role',
          says: 'The smallest whole-core request that covers the own P95 of 80 % of the role’s users, one vote each, with a back-test on the last 14 days: the throttled share is on a simulated node.',
          query: {
            view: 'right-size',
            params: people,
            columns: [
              'role',
              'today_cores',
              'default_cores',
              'today_memory_gb',
              'default_memory_gb',
              'users',
              'exceptions',
              'throttled_share',
              'throttled_share_upper',
            ],
          },
          empty: 'Not enough data: five users with 100 active buckets each are needed',
          cells: { throttled_share: gauge(thresholds('green', [0.01, 'yellow'], [0.05, 'red'])) },
        }),
      ]),
      row(6, [
        24,
        table(board, {
          title: 'What if everybody’s default were the request above',
          says: 'Whole nodes, packed with today’s requests and with the candidate’s, for each pool; what binds; what it costs; how often somebody would have been throttled.',
          query: {
            view: 'what-if',
            params: { candidates: [`*=${board.of(cores)}/${board.of(memory)}`] },
            columns: [
              'cluster',
              'pool',
              'part',
              'containers',
              'nodes_today',
              'nodes_candidate',
              'nodes_saved',
              'saving',
              'throttled_share',
              'throttled_share_upper',
              'binding',
              'currency',
            ],
          },
          cells: { throttled_share: gauge(thresholds('green', [0.01, 'yellow'], [0.05, 'red'])) },
        }),
      ]),
      row(9, [
        24,
        table(board, {
          title: 'Nodes',
          says: 'Each node over whole days: what nobody reserved, and what was idle of all that is known. A node that is idle for a day can be drained.',
          query: {
            view: 'node-idle',
            params: { cluster: only.cluster },
            columns: [
              'node',
              'node_type',
              'node_hours',
              'requested_share',
              'infra_idle_share',
              'idle_share',
              'containers_max',
            ],
          },
          sortBy: 'idle_share',
          cells: {
            node: wide(330),
            requested_share: gauge(),
            infra_idle_share: gauge(),
            idle_share: gauge(idleSteps),
          },
        }),
      ]),
      row(6, [
        24,
        table(board, {
          title: 'What a smaller request saved',
          says: 'For each dated change of a default request: what packing projected, beside what was measured (node money per active user-day, 28 days on each side, less a control role).',
          query: {
            view: 'savings',
            columns: [
              'change',
              'date',
              'roles',
              'control_role',
              'users',
              'projected_saving',
              'measured_saving',
              'currency',
              'note',
            ],
          },
          empty: 'No change of a request is configured: add it under changes:',
        }),
      ]),
    ];
  },
};

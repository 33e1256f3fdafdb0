import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, gauge, named, series, stat, table, text, thresholds, wide } from '../lib/panels/index.ts';
import { choiceOf, department, interactiveKind, runtime } from '../lib/variables.ts';
import { uids } from './uids.ts';

const release = choiceOf('release', {
  label: 'Versions',
  values: { 'Minor releases': 'true', 'Every version': 'false' },
  says: '4.4, or 4.4.1 and 4.4.2 apart',
});

const noContent = 'No Connect server is configured, or none of its content uses this runtime';

export const runtimes: BoardDefinition = {
  uid: uids.runtimes,
  title: 'Runtime versions',
  description:
    'Which versions of R, Python and Quarto are really used, how fast do people move on, and what is out of support?',
  says: '**Which versions are really used, how fast do people move on, and what is out of support?** A workspace counts on days on which it was active, not when it merely runs. Versions come from its image; an image with several counts as “several” unless an event names one.',
  from: 'now-90d',
  variables: [runtime, release, department, interactiveKind],
  marks: ['release'],
  rows: (board) => {
    const which = board.of(runtime);
    const deployed = { of: 'content', runtime: which, release: board.of(release), department: board.of(department) };
    const only = {
      runtime: which,
      release: board.of(release),
      department: board.of(department),
      kind: board.of(interactiveKind),
    };
    return [
      row(
        4,
        [
          8,
          stat(board, {
            title: 'Containers on a release past its end of life',
            says: 'Containers that run now a release of R, Python or Quarto whose support has ended, by configuration; one with two old runtimes counts for both.',
            query: { view: 'end-of-life', params: { by_release: false }, columns: ['release', 'containers'] },
            reduce: 'sum',
            steps: thresholds('green', [1, 'orange']),
            decimals: 0,
            empty: 'None, or no end of life is configured',
          }),
        ],
        [
          8,
          stat(board, {
            title: 'Active workspaces',
            says: 'Workspaces that were active in the range, with any version of the chosen runtime.',
            query: {
              view: 'runtime-versions',
              params: { ...only, interval: 'none' },
              columns: ['version', 'active_workspaces'],
            },
            reduce: 'sum',
            decimals: 0,
          }),
        ],
        [
          8,
          stat(board, {
            title: 'Alive workspaces',
            says: 'Workspaces that ran in the range, active or not, with any version of the chosen runtime.',
            query: {
              view: 'runtime-versions',
              params: { ...only, interval: 'none' },
              columns: ['version', 'alive_workspaces'],
            },
            reduce: 'sum',
            decimals: 0,
          }),
        ],
      ),
      row(
        11,
        [
          14,
          series(board, {
            title: 'Share of active workspaces by version',
            says: 'Workspaces active in the week by version, as shares of all.',
            query: {
              view: 'runtime-versions',
              params: { ...only, interval: 'week' },
              columns: ['period', 'version', 'active_workspaces'],
            },
            by: 'version',
            stack: 'percent',
            legend: 'right',
          }),
        ],
        [
          10,
          table(board, {
            title: 'Over the whole range',
            says: 'Workspaces and people by version, and when its support ends.',
            query: {
              view: 'runtime-versions',
              params: { ...only, interval: 'none' },
              columns: ['version', 'active_workspaces', 'share', 'alive_workspaces', 'users', 'end_of_life'],
              periods: 'text',
            },
            cells: { share: gauge(), end_of_life: wide(100) },
          }),
        ],
      ),
      heading('Moving on'),
      row(
        9,
        [
          14,
          table(board, {
            title: 'Migration away from minor releases',
            says: 'The clock starts on the fifth user’s first day on the successor. Cohort: users of the 90 days before; left: 90 days without it. Leavers are censored.',
            query: {
              view: 'runtime-migration',
              params: { runtime: which },
              columns: [
                'release',
                'successor',
                'clock_start',
                'cohort_people',
                'left_people',
                'left_share',
                'days_to_half',
                'days_to_ninety',
                'median_days_on',
                'end_of_life',
              ],
              periods: 'text',
            },
            cells: { release: wide(80), left_share: gauge(), clock_start: wide(100), end_of_life: wide(100) },
            empty: 'No successor has five users yet',
          }),
        ],
        [
          10,
          table(board, {
            title: 'Past, or within half a year of, the end of life',
            says: 'Containers that run now, by release, with the days since its support ended (before it: negative).',
            query: {
              view: 'end-of-life',
              params: { notice_days: 183 },
              columns: ['release', 'end_of_life', 'overdue_days', 'containers', 'people'],
              periods: 'text',
            },
            cells: { end_of_life: wide(100), overdue_days: text(thresholds('yellow', [0, 'orange'], [365, 'red'])) },
            empty: 'None, or no end of life is configured',
          }),
        ],
      ),
      row(10, [
        24,
        bars(board, {
          title: 'Versions by department',
          says: 'Active workspaces of the range by department and version. Departments of fewer than five people are shown together.',
          query: {
            view: 'runtime-versions',
            params: {
              runtime: which,
              release: only.release,
              kind: only.kind,
              interval: 'none',
              group_by: ['department'],
            },
            columns: ['department', 'version', 'active_workspaces'],
          },
          isLying: true,
          stackBy: 'version',
        }),
      ]),
      heading('Deployed on Connect'),
      row(
        9,
        [
          14,
          series(board, {
            title: 'Share of deployed content by version',
            says: 'Content items that were there at the end of the week by the version that the server runs them with, as shares of all.',
            query: {
              view: 'runtime-versions',
              params: { ...deployed, interval: 'week' },
              columns: ['period', 'version', 'alive_workspaces'],
            },
            by: 'version',
            stack: 'percent',
            legend: 'right',
            empty: noContent,
          }),
        ],
        [
          10,
          table(board, {
            title: 'Deployed content over the whole range',
            says: 'Content items by version: those that somebody looked at, those that are there, and their owners.',
            query: {
              view: 'runtime-versions',
              params: { ...deployed, interval: 'none' },
              columns: ['version', 'active_workspaces', 'alive_workspaces', 'users', 'end_of_life'],
              periods: 'text',
            },
            cells: {
              active_workspaces: named('Looked at'),
              alive_workspaces: named('Deployed'),
              users: named('Owners'),
              end_of_life: wide(100),
            },
            empty: noContent,
          }),
        ],
      ),
    ];
  },
};

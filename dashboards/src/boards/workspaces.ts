import { row, type BoardDefinition } from '../lib/board.ts';
import { ownPanel, table, wide } from '../lib/panels/index.ts';
import { choiceOf, cluster, interactiveKind } from '../lib/variables.ts';
import { uids } from './uids.ts';

const patterns = ['too new', 'kept alive', 'never visited', 'never active', 'abandoned', 'one day', 'returning'];
const pattern = choiceOf('pattern', {
  label: 'Pattern',
  values: { All: 'All', ...Object.fromEntries(patterns.map((name) => [name, name])) },
});
const state = choiceOf('state', { label: 'State', values: { All: 'all', Alive: 'alive', Ended: 'ended' } });

export const workspaces: BoardDefinition = {
  uid: uids.workspaces,
  title: 'Workspaces one by one',
  description: 'When was each workspace created, visited and ended, and by whom?',
  says: '**When was each workspace created, visited and ended, and by whom?** You see your own; those who run the platform see all, by pseudonym, and every such look is logged. Without a signed-in identity there is nothing to see.',
  tags: ['persons'],
  isShared: false,
  marks: ['deletion', 'gap'],
  variables: [interactiveKind, cluster, pattern, state],
  rows: (board) => {
    const params = {
      kind: board.of(interactiveKind),
      cluster: board.of(cluster),
      pattern: board.of(pattern),
      state: board.of(state),
    };
    return [
      row(20, [
        24,
        ownPanel(board, 'scevoice-lifecycle-panel', {
          title: 'Life of each workspace',
          says: 'One row for each workspace: created, first to last visit, ended and by what. Days are local days of the user; activity is never shown by the hour.',
          query: { view: 'container-lifecycle', params },
          empty: 'No workspace of yours in this range',
        }),
      ]),
      row(12, [
        24,
        table(board, {
          title: 'The same as a table',
          says: 'What became of each workspace, what it requests, and with which versions.',
          query: {
            view: 'container-lifecycle',
            params,
            columns: [
              'user',
              'department',
              'kind',
              'created_at',
              'last_visit_day',
              'visit_days',
              'ended_at',
              'ended_by',
              'age_seconds',
              'pattern',
              'cpu_request_cores',
              'memory_request_bytes',
              'r_version',
              'python_version',
              'image',
            ],
            periods: 'text',
          },
          cells: {
            user: wide(175),
            department: wide(170),
            kind: wide(95),
            last_visit_day: wide(100),
            visit_days: wide(70),
            ended_by: wide(95),
            age_seconds: wide(90),
            pattern: wide(110),
            cpu_request_cores: wide(85),
            memory_request_bytes: wide(85),
            r_version: wide(65),
            python_version: wide(75),
            image: wide(320),
          },
          empty: 'No workspace of yours in this range',
        }),
      ]),
    ];
  },
};

import { heading, row, type BoardDefinition } from '../lib/board.ts';
import { bars, gauge, stat, table, thresholds } from '../lib/panels/index.ts';
import { choiceOf, department } from '../lib/variables.ts';
import { uids } from './uids.ts';

const none = 'No forge is configured, or it has no repository yet';
const noUse = 'No lock file, content or image is known, or fewer than five people use each package';
const language = choiceOf('language', {
  label: 'Language',
  values: { All: 'All', R: 'r', Python: 'python' },
  says: 'Packages of R, of Python, or both',
});
const behindSteps = thresholds('green', [0.25, 'yellow'], [0.5, 'orange'], [0.8, 'red']);
const lockedSteps = thresholds('red', [0.25, 'orange'], [0.5, 'yellow'], [0.8, 'green']);

export const packages: BoardDefinition = {
  uid: uids.packages,
  title: 'Packages and repositories',
  description: 'What is written in which language, which of it can be reproduced, and what lies idle?',
  says: '**What is written in which language, which of it can be reproduced, and what lies idle?** A repository counts for the department of whoever committed most to it in the last year. Locked: a lock file says the exact version of every package.',
  variables: [department, language],
  rows: (board) => {
    const only = { department: board.of(department) };
    const all = { ...only, group_by: [], split_by_language: false };
    const inUse = { language: board.of(language), split_by: [] };
    return [
      row(
        4,
        [
          6,
          stat(board, {
            title: 'Repositories',
            says: 'That exist at the end of the range, and those with activity in the range.',
            query: { view: 'repositories', params: all, columns: ['repositories', 'active'] },
            decimals: 0,
            empty: none,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'With a lock file',
            says: 'Repositories with an exact lock file (renv.lock, uv.lock, poetry.lock) ÷ those whose files could be looked through.',
            query: { view: 'repositories', params: all, columns: ['lock_file_share'] },
            color: 'green',
            decimals: 0,
            empty: none,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Without activity for a year',
            says: 'Repositories that are not archived and had no activity for 365 days.',
            query: { view: 'repositories', params: all, columns: ['idle_year'] },
            color: 'orange',
            decimals: 0,
            empty: none,
          }),
        ],
        [
          6,
          stat(board, {
            title: 'Lock files that cannot be read',
            says: 'Broken, or of a kind that is not known: their packages are not counted.',
            query: { view: 'repositories', params: all, columns: ['broken_lock_files'] },
            steps: thresholds('green', [1, 'yellow']),
            decimals: 0,
            empty: none,
          }),
        ],
      ),
      row(
        11,
        [
          12,
          bars(board, {
            title: 'Languages by department',
            says: 'Repositories by their main language (the one with the largest share) and the department of the main committer. Small departments are shown together.',
            query: {
              view: 'repositories',
              params: { ...only, group_by: ['department'] },
              columns: ['department', 'language', 'repositories'],
            },
            isLying: true,
            stackBy: 'language',
            empty: none,
          }),
        ],
        [
          12,
          bars(board, {
            title: 'Repositories by language',
            says: 'Those with activity in the range, and those that had none for a year.',
            query: {
              view: 'repositories',
              params: { ...only, group_by: [] },
              columns: ['language', 'repositories', 'active', 'idle_year'],
            },
            isLying: true,
            sortBy: 'repositories',
            colors: { repositories: 'blue', active: 'green', idle_year: 'orange' },
            empty: none,
          }),
        ],
      ),
      heading('Can it be reproduced?'),
      row(11, [
        24,
        table(board, {
          title: 'Repositories by department',
          says: 'What there is, what is used, and which of it says the exact versions of its packages.',
          query: {
            view: 'repositories',
            params: { ...only, group_by: ['department'], split_by_language: false },
            columns: [
              'department',
              'repositories',
              'active',
              'idle_year',
              'archived',
              'readable',
              'with_lock_file',
              'lock_file_share',
              'broken_lock_files',
              'people',
            ],
          },
          sortBy: 'repositories',
          cells: { lock_file_share: gauge(lockedSteps) },
          empty: none,
        }),
      ]),
      heading('Packages'),
      row(
        12,
        [
          15,
          table(board, {
            title: 'Packages in use',
            says: 'Repositories, content on Connect and images that use a package, in any version, and how many of them are behind the newest. Packages that fewer than five people use are not shown.',
            query: {
              view: 'package-use',
              params: { ...inUse, kind_of_package: 'package' },
              columns: [
                'package',
                'language',
                'newest_version',
                'uses',
                'repositories',
                'content',
                'behind_share',
                'is_internal',
                'people',
              ],
            },
            sortBy: 'uses',
            cells: { behind_share: gauge(behindSteps) },
            empty: noUse,
          }),
        ],
        [
          9,
          bars(board, {
            title: 'R, Python and Quarto themselves',
            says: 'Repositories, content and images by the release of the language that they name.',
            query: {
              view: 'package-use',
              params: { language: board.of(language), split_by: ['version'], kind_of_package: 'runtime' },
              columns: ['package', 'version', 'uses'],
            },
            isLying: true,
            stackBy: 'version',
            empty: noUse,
          }),
        ],
      ),
      row(11, [
        24,
        table(board, {
          title: 'Packages of our own',
          says: 'Packages of one’s own registry by version: who is still on an old one. Neighbouring versions that few people use are shown together.',
          query: {
            view: 'package-use',
            params: { language: board.of(language), origin: 'internal' },
            columns: [
              'package',
              'version',
              'newest_version',
              'versions_behind',
              'uses',
              'repositories',
              'content',
              'people',
            ],
          },
          empty: 'No registry of one’s own is polled, or fewer than five people use each package',
        }),
      ]),
    ];
  },
};

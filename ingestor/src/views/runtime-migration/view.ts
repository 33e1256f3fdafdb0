import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { loadImageVersions } from '../shared/image-versions.ts';
import { defineView, type ViewRow } from '../view.ts';
import { medianDaysOn, migrationOf, migrationRules, type Stay } from './migration.ts';

const useSql = readSql(import.meta.url, 'use.sql');
const leaversSql = readSql(import.meta.url, 'leavers.sql');
const endOfLifeSql = readSql(import.meta.url, 'end-of-life.sql');

interface UseRow {
  readonly user_key: string;
  readonly image: string | null;
  readonly image_digest: string | null;
  readonly first_at: Date;
  readonly last_at: Date;
}
interface EndOfLife {
  readonly runtime: string;
  readonly release: string;
  readonly end_of_life: Date | null;
  readonly successor: string | null;
}

export const runtimeMigration = defineView({
  id: 'runtime-migration',
  title: 'Migration to newer runtimes',
  topic: 'Runtimes',
  description: 'How long people take to leave a minor release once its successor is in use, and when its support ends',
  parameters: Type.Object({
    runtime: Type.Union([Type.Literal('r'), Type.Literal('python'), Type.Literal('quarto')], {
      default: 'r',
      description: 'Which runtime',
    }),
    kind: Type.String({ default: 'interactive', description: 'Containers of this kind; empty: all' }),
  }),
  columns: [
    textColumn('runtime', 'Runtime', 'r, python or quarto'),
    textColumn('release', 'Release', 'Minor release that people leave'),
    textColumn('successor', 'Successor', 'As configured, else the next minor release that is used'),
    timeColumn('clock_start', 'Start', 'First day of the fifth user of the successor'),
    numberColumn('cohort_people', 'Cohort', 'short', 'Users of the release in the 90 days before the start'),
    numberColumn(
      'left_people',
      'Have left',
      'short',
      'Of the cohort: 90 days without the release; empty while it, or the rest, is fewer than five people',
    ),
    numberColumn('left_share', 'Share', 'percentunit', 'left_people ÷ cohort_people'),
    numberColumn(
      'unknown_people',
      'Not left',
      'short',
      'Of the cohort: used it in the last 90 days, or left the organisation first (censored)',
    ),
    numberColumn(
      'days_to_half',
      'Days to 50 %',
      'd',
      'From the start until half of the cohort had left; empty: not reached',
    ),
    numberColumn(
      'days_to_ninety',
      'Days to 90 %',
      'd',
      'From the start until 90 % of the cohort had left; empty: not reached',
    ),
    numberColumn(
      'median_days_on',
      'Time on it',
      'd',
      'Median over all its users, from first use to the last before 90 days without it; empty: not reached',
    ),
    timeColumn('end_of_life', 'End of life', 'As configured; empty: not known'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: [],
    slices: ['runtime', 'release'],
    people: 'cohort_people',
    overlapping: true,
    merge: {},
    widenTo: 'week',
  },
  howComputed:
    'Use: a day with five active minutes of a container, or a visit to it; versions of its image (several versions: left out). The clock starts on the first day of user number {users} of the successor; cohort: users of the release in the {cohort_days} days before; ' +
    'left: {gone_days} days without it, counted from the last use. Shares over time by Kaplan–Meier; who left the organisation, or used it in the last {gone_days} days, counts as long as known. Use is known up to {until}.',

  async run({ reader, range, now, config }, { runtime, kind }) {
    const leastPeople = config.views.small_groups.min_people;
    const end = new Date(Math.min(range.to.getTime(), now.getTime()));
    const [rows, versions, leavers, ends] = await Promise.all([
      reader.rows<UseRow>(useSql, [end, kind]),
      loadImageVersions(reader),
      reader.rows<{ person_key: string; left_on: Date }>(leaversSql),
      reader.rows<EndOfLife>(endOfLifeSql),
    ]);
    const leftOn = new Map(leavers.map((row) => [row.person_key, row.left_on.getTime()]));
    const releases = new Map<string, Map<string, Stay[]>>();
    for (const row of rows) {
      const release = minorOf(versions(row.image, row.image_digest)[`${runtime}_version`]);
      if (release === null) continue;
      const people = releases.get(release) ?? new Map<string, Stay[]>();
      releases.set(release, people);
      const stay = { first: row.first_at.getTime(), last: row.last_at.getTime() };
      people.set(row.user_key, [...(people.get(row.user_key) ?? []), stay]);
    }
    const ordered = [...releases.keys()].sort(byRelease);
    const known = new Map(ends.filter((row) => row.runtime === runtime).map((row) => [row.release, row]));
    const shown = ordered.flatMap((release, index): ViewRow[] => {
      const successor = known.get(release)?.successor || ordered[index + 1];
      const [old, next] = [releases.get(release), successor === undefined ? undefined : releases.get(successor)];
      const migration = old && next ? migrationOf(old, next, end.getTime(), leftOn) : null;
      if (!old || !migration) return [];
      // Few who have left, or few who have not, are not told apart from the others.
      const isTold = [migration.left, migration.unknown].every((count) => count === 0 || count >= leastPeople);
      return [
        {
          runtime,
          release,
          successor: successor ?? null,
          clock_start: new Date(migration.start),
          cohort_people: migration.cohort,
          left_people: isTold ? migration.left : null,
          left_share: isTold && migration.cohort > 0 ? migration.left / migration.cohort : null,
          unknown_people: isTold ? migration.unknown : null,
          days_to_half: isTold ? migration.daysToHalf : null,
          days_to_ninety: isTold ? migration.daysToNinety : null,
          median_days_on: medianDaysOn(old, end.getTime(), leftOn),
          end_of_life: known.get(release)?.end_of_life ?? null,
        },
      ];
    });
    return {
      rows: shown,
      coverage: null,
      facts: {
        users: migrationRules.startUsers,
        cohort_days: migrationRules.cohortDays,
        gone_days: migrationRules.goneDays,
        until: end.toISOString().slice(0, 10),
      },
      notices: shown.length === 0 ? [`No successor of a ${runtime} release has five users yet`] : [],
    };
  },
});

function minorOf(version: string | null): string | null {
  return /^\d+\.\d+/.exec(version ?? '')?.[0] ?? null;
}

function byRelease(a: string, b: string): number {
  const [[x = 0, y = 0], [v = 0, w = 0]] = [a.split('.').map(Number), b.split('.').map(Number)];
  return x - v || y - w;
}

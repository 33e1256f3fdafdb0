import { hashKey } from '../../warehouse/hash-key.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { ForgeCommit, ForgeRepository } from './forge.ts';
import { firstWeek, weekOf, type GitRun, type StoredDetails } from './run.ts';

/** As long as other sources tell when somebody was here. */
const bucketMs = 300_000;

interface Week {
  readonly at: number;
  /** '' = robots and addresses that name nobody. */
  readonly person: string;
  commits: number;
  bots: number;
  /** When, epoch ms, in steps of five minutes. */
  readonly times: Set<number>;
}

export interface CommitRows {
  readonly weeks: readonly Row[];
  /** Commits as activity of the component git: of weeks that have changed, so that nothing is told twice. */
  readonly activity: readonly Row[];
}

/** Commits of a repository by person and week, where they are not what is stored. */
export async function commitRows(run: GitRun, { id }: ForgeRepository, stored: StoredDetails): Promise<CommitRows> {
  const since = firstWeek(run, run.state.read[id] === undefined);
  const commits = await run.client.commits(id, since, run.run.startedAt);
  if (commits === null) return { weeks: [], activity: [] };
  const weeks = countWeeks(run, commits.items, since);
  const before = new Map((stored.weeks.get(id) ?? []).map((known) => [`${known.week} ${known.person}`, known]));
  // Rewritten history: what was counted and is no longer there is nothing. Not so when the list was cut off.
  if (commits.isWhole)
    for (const [key, { week: at, person }] of before)
      if (at >= since.getTime() && !weeks.has(key))
        weeks.set(key, { at, person, commits: 0, bots: 0, times: new Set() });
  const changed = [...weeks].flatMap(([key, week]) => {
    const known = before.get(key);
    return known?.commits === week.commits && known.bots === week.bots ? [] : [week];
  });
  return {
    weeks: changed.map(({ at, person, commits: count, bots }) => ({
      timestamp: new Date(at),
      forge: run.forge.name,
      repository_id: id,
      person,
      commits: count,
      bot_commits: bots,
    })),
    activity: changed.flatMap(({ person, times }) =>
      person === '' ? [] : [...times].map((at) => activityRow(run, person, at)),
    ),
  };
}

function countWeeks({ people }: GitRun, commits: readonly ForgeCommit[], since: Date): Map<string, Week> {
  const weeks = new Map<string, Week>();
  for (const { authorName, authorEmail, at } of commits) {
    // Commits may be dated into the future; a forge that does not know `since` sends older ones.
    if (at < since) continue;
    const isBot = people.isBot(authorName, authorEmail.split('@')[0] ?? '');
    const person = isBot ? '' : people.byAddress(authorEmail);
    const key = `${weekOf(at)} ${person}`;
    let week = weeks.get(key);
    if (week === undefined) weeks.set(key, (week = { at: weekOf(at), person, commits: 0, bots: 0, times: new Set() }));
    week.commits += 1;
    week.times.add(Math.floor(at.getTime() / bucketMs) * bucketMs);
    if (isBot) week.bots += 1;
  }
  return weeks;
}

/** Whatever the repository: who commits to two at once is here once. */
function activityRow({ forge, run }: GitRun, person: string, at: number): Row {
  return {
    timestamp: new Date(at),
    event_key: hashKey('git', forge.name, person, String(at)),
    source: 'git',
    server: forge.name,
    kind: 'visit',
    component: 'git',
    person,
    is_bot: false,
    activity: 'other',
    received_at: run.startedAt,
  };
}

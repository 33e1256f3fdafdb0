import type { Config } from '../../config.ts';
import { dayMs, itemKey, type ConnectFacts, type ContentItem, type RecentJob } from './facts.ts';
import { exemptReason } from './exempt.ts';
import { seenIn, type SeenAnswer } from './seen.ts';

export const findingRules = [
  'never deployed',
  'repeated failed publish',
  'unseen',
  'retention',
  'forgotten schedule',
  'failing',
] as const;
export type FindingRule = (typeof findingRules)[number];

export type Proposal = 'delete' | 'warn owner' | 'stop schedule' | 'repair';

export interface Finding {
  readonly item: ContentItem;
  readonly rule: FindingRule;
  readonly proposal: Proposal;
  /** What the rule was decided by, in words and as values. */
  readonly evidence: string;
  readonly facts: Readonly<Record<string, string | number | null>>;
  readonly seen: SeenAnswer;
  readonly exemptReason: string | null;
}

type Rules = Config['connect']['cleanup'];
/** Whether a rule holds for an item. */
type Verdict = Pick<Finding, 'rule' | 'proposal' | 'evidence' | 'facts'> | null;

const scheduledRunsThatFail = 3;
const crashesThatFail = 3;

/** Every rule that holds for every item (definitions: Posit Connect). An item may have several findings; exempt ones are among them. */
export function connectFindings(facts: ConnectFacts, rules: Rules): Finding[] {
  const dead = deadTries(facts.items, rules);
  return facts.items.flatMap((item) => {
    const seen = seenIn(item, rules.unseen_days, facts);
    const verdicts = [
      neverDeployed(item, facts, rules),
      dead.get(itemKey(item)) ?? null,
      unseen(item, seen, facts, rules),
      retention(item, facts, rules),
      forgottenSchedule(item, facts, rules),
      failing(item, facts),
    ];
    const exempt = exemptReason(item, rules);
    return verdicts
      .filter((verdict): verdict is NonNullable<Verdict> => verdict !== null)
      .map((verdict) => ({ item, ...verdict, seen, exemptReason: exempt }));
  });
}

function neverDeployed(item: ContentItem, { until }: ConnectFacts, rules: Rules): Verdict {
  const age = daysSince(item.created_at, until);
  if (item.bundle_id !== null || age <= rules.never_deployed_days) return null;
  return {
    rule: 'never deployed',
    proposal: 'delete',
    evidence: `created ${date(item.created_at)}, ${Math.floor(age)} days ago, and never successfully deployed`,
    facts: { created_at: item.created_at.toISOString(), bundle_id: null, age_days: Math.floor(age) },
  };
}

/** Same owner and name (lower case, trailing digits dropped), each try within the gap of the one before. */
function deadTries(items: readonly ContentItem[], rules: Rules): Map<string, NonNullable<Verdict>> {
  const dead = new Map<string, NonNullable<Verdict>>();
  const names = new Map<string, ContentItem[]>();
  for (const item of items) {
    // Tries of nobody known are not tries of one person.
    if (item.owner === null || item.name === null) continue;
    const key = `${item.server} ${item.owner} ${baseName(item.name)}`;
    names.set(key, [...(names.get(key) ?? []), item]);
  }
  for (const tries of names.values())
    for (const chain of chains(tries, rules.retry_gap_days)) {
      if (chain.length < 2) continue;
      const deployed = chain.filter(({ bundle_id: bundle }) => bundle !== null).length;
      const failed = chain.filter(({ bundle_id: bundle }) => bundle === null);
      for (const item of deployed > 0 ? failed : failed.slice(0, -1))
        dead.set(itemKey(item), {
          rule: 'repeated failed publish',
          proposal: 'delete',
          evidence: `one of ${chain.length} tries of “${baseName(item.name ?? '')}”, ${date(chain[0]?.created_at)} to ${date(chain.at(-1)?.created_at)}; ${deployed === 0 ? 'none was deployed, the newest stays' : `${deployed} deployed`}`,
          facts: {
            tries: chain.length,
            deployed,
            name: baseName(item.name ?? ''),
            created_at: item.created_at.toISOString(),
          },
        });
    }
  return dead;
}

export function baseName(name: string): string {
  return name.toLowerCase().replace(/\d+$/u, '');
}

function chains(tries: readonly ContentItem[], gapDays: number): ContentItem[][] {
  const sorted = tries.toSorted((a, b) => a.created_at.getTime() - b.created_at.getTime());
  const result: ContentItem[][] = [];
  for (const item of sorted) {
    const chain = result.at(-1);
    const last = chain?.at(-1);
    if (chain && last && item.created_at.getTime() - last.created_at.getTime() <= gapDays * dayMs) chain.push(item);
    else result.push([item]);
  }
  return result;
}

/** What was never deployed has its own rule, and what is younger than the window could not be unseen for so long. */
function unseen(item: ContentItem, { seen, lastSeenAt }: SeenAnswer, { until }: ConnectFacts, rules: Rules): Verdict {
  if (item.bundle_id === null || daysSince(item.created_at, until) < rules.unseen_days || seen !== 'no') return null;
  return {
    rule: 'unseen',
    proposal: 'delete',
    evidence:
      lastSeenAt === null
        ? `nobody has looked at it since the log begins, nor in ${rules.unseen_days} days`
        : `last looked at ${date(lastSeenAt)}, ${Math.floor(daysSince(lastSeenAt, until))} days ago`,
    facts: { last_seen_at: lastSeenAt?.toISOString() ?? null, window_days: rules.unseen_days },
  };
}

function retention(item: ContentItem, { until }: ConnectFacts, rules: Rules): Verdict {
  const deployedAt = item.last_deployed_at;
  // The time says nothing of an item that was never deployed.
  if (item.bundle_id === null || deployedAt === null) return null;
  const age = daysSince(deployedAt, until);
  if (age <= rules.retention_days) return null;
  const isDue = age > rules.retention_days + rules.retention_notice_days;
  return {
    rule: 'retention',
    proposal: isDue ? 'delete' : 'warn owner',
    evidence: `last deployed ${date(deployedAt)}, ${Math.floor(age)} days ago${isDue ? `; the ${rules.retention_notice_days} days of notice have passed` : ''}`,
    facts: { last_deployed_at: deployedAt.toISOString(), age_days: Math.floor(age) },
  };
}

/** Active, mailed to nobody else, and nobody looks. */
export function forgottenSchedule(item: ContentItem, facts: ConnectFacts, rules: Rules): Verdict {
  const active = (facts.schedules.get(itemKey(item)) ?? []).filter(({ is_active: isActive }) => isActive);
  const days = rules.forgotten_schedule_days;
  if (active.length === 0 || active.some(({ mailed_to: to }) => to !== 'nobody' && to !== 'owner')) return null;
  const startedAt = Math.max(
    item.created_at.getTime(),
    ...active.map(({ starts_at: at }) => (at === null || at > facts.until ? 0 : at.getTime())),
  );
  if (daysSince(new Date(startedAt), facts.until) < days) return null;
  const { seen, lastSeenAt } = seenIn(item, days, facts);
  if (seen !== 'no') return null;
  const runs = facts.scheduledRuns.get(itemKey(item));
  const year = runs ? Math.round(runs.runs * runs.toYear) : 0;
  return {
    rule: 'forgotten schedule',
    proposal: 'stop schedule',
    evidence: `runs ${year} times a year, mailed to nobody else, ${lastSeenAt === null ? 'never looked at' : `last looked at ${date(lastSeenAt)}`}`,
    facts: {
      schedules: active.length,
      runs_a_year: year,
      last_seen_at: lastSeenAt?.toISOString() ?? null,
      window_days: days,
    },
  };
}

/** The last three scheduled runs failed, or three of the last five jobs crashed. Needs neither looks nor runs. */
export function failing(item: ContentItem, facts: ConnectFacts): Verdict {
  const jobs = facts.recentJobs.get(itemKey(item)) ?? [];
  const isScheduled = (facts.schedules.get(itemKey(item)) ?? []).some(({ is_active: isActive }) => isActive);
  const scheduled = jobs.filter((job) => job.is_scheduled && job.of_kind <= scheduledRunsThatFail);
  // Older servers do not say which runs were scheduled: of what has a schedule, renders are.
  const renders =
    scheduled.length > 0
      ? scheduled
      : jobs.filter(({ tag }) => tag.startsWith('build_')).slice(0, scheduledRunsThatFail);
  if (isScheduled && renders.length === scheduledRunsThatFail && renders.every(hasFailed))
    return verdictOf('the last three scheduled runs failed', renders);
  const last = jobs.filter(({ of_all: number }) => number <= 5);
  const crashes = last.filter(({ tag, outcome }) => tag.startsWith('run_') && outcome === 'failed');
  if (crashes.length >= crashesThatFail)
    return verdictOf(`${crashes.length} of the last ${last.length} jobs crashed`, crashes);
  return null;
}

function verdictOf(evidence: string, jobs: readonly RecentJob[]): Verdict {
  return {
    rule: 'failing',
    proposal: 'repair',
    evidence: `${evidence}, the newest on ${date(jobs[0]?.timestamp)}`,
    facts: { jobs: jobs.map(({ job_key: key }) => key).join(' '), newest_at: jobs[0]?.timestamp.toISOString() ?? null },
  };
}

function hasFailed({ outcome }: RecentJob): boolean {
  return outcome === 'failed' || outcome === 'killed' || outcome === 'lost';
}

function daysSince(at: Date, until: Date): number {
  return (until.getTime() - at.getTime()) / dayMs;
}

function date(at: Date | undefined): string {
  return at === undefined ? '' : at.toISOString().slice(0, 10);
}

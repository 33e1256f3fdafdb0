import { DateTime } from 'luxon';
import { SHAPES } from '../cluster.ts';
import { ORGANISATION_ZONE } from '../options.ts';
import type { Organisation } from '../organisation.ts';
import { recomputeActiveDates } from './activity.ts';
import { attributesAt } from './attributes.ts';
import { midnightOf } from './calendar.ts';
import { CORE_HOUR, GB_HOUR, GIB } from './money.ts';
import { CHANGE, SCRAPE_SECONDS } from './story.ts';

export interface Side {
  readonly perUserDay: number;
  readonly users: number;
  readonly days: number;
}

/** Node money per active user-day of a role on both sides of a date, of those who were active on both. */
export function recomputeSides(
  organisation: Organisation,
  date: string,
  role: string,
): { readonly before: Side; readonly after: Side } {
  const change = DateTime.fromISO(date, { zone: ORGANISATION_ZONE });
  const active = recomputeActiveDates(organisation, 'both');
  const sides = [-CHANGE.days, 0].map((first) => {
    const [from, to] = [change.plus({ days: first }), change.plus({ days: first + CHANGE.days })];
    const [fromDate, toDate] = [from.toFormat('yyyy-MM-dd'), to.toFormat('yyyy-MM-dd')];
    const days = new Map<number, number>();
    for (const [person, dates] of active) {
      const count = [...dates].filter((one) => one >= fromDate && one < toDate).length;
      if (count > 0) days.set(person, count);
    }
    return { days, money: nodeMoney(organisation, from.toMillis(), to.toMillis()) };
  });
  const [before, after] = sides;
  const users = [...(before?.days.keys() ?? [])].filter(
    (person) => after?.days.has(person) && attributesAt(organisation, person, change.toMillis()).role === role,
  );
  const sideOf = (side: (typeof sides)[number] | undefined): Side => {
    const sum = (of: ReadonlyMap<number, number> | undefined): number =>
      users.reduce((total, person) => total + (of?.get(person) ?? 0), 0);
    const days = sum(side?.days);
    return { users: users.length, days, perUserDay: sum(side?.money) / days };
  };
  return { before: sideOf(before), after: sideOf(after) };
}

/** What each pool's nodes cost on a day, split by the larger of core and memory share that containers reserved of the pool. */
function nodeMoney(organisation: Organisation, from: number, to: number): ReadonlyMap<number, number> {
  const money = new Map<number, number>();
  for (let day = from; day < to;) {
    const next = midnightOf(day + 30 * 3_600_000);
    const reserved = new Map<string, { pool: 'large' | 'small'; person: number | null; cores: number; gb: number }>();
    for (const row of organisation.usage({ from: day, to: next, scrapeSeconds: SCRAPE_SECONDS })) {
      const { plan, node, uid } = row.pod;
      if (node === null || plan.key.startsWith('daemon/')) continue;
      const key = `${uid} ${row.container.name}`;
      const person = plan.kind === 'interactive' ? plan.person : null;
      const own = reserved.get(key) ?? { pool: node.pool, person, cores: 0, gb: 0 };
      reserved.set(key, own);
      own.cores += (row.requestCores * row.aliveSeconds) / 3600;
      own.gb += ((row.requestBytes / GIB) * row.aliveSeconds) / 3600;
    }
    for (const pool of ['large', 'small'] as const) {
      const hours = organisation
        .nodes()
        .filter((node) => node.pool === pool)
        .reduce(
          (sum, node) => sum + Math.max(0, Math.min(next, node.removedAt) - Math.max(day, node.createdAt)) / 3_600_000,
          0,
        );
      const { allocatableCores, allocatableBytes } = SHAPES[pool];
      const [cores, gb] = [hours * allocatableCores, (hours * allocatableBytes) / GIB];
      const own = [...reserved.values()]
        .filter((each) => each.pool === pool)
        .map((each) => ({ person: each.person, share: Math.max(each.cores / cores, each.gb / gb) }));
      const whole = own.reduce((sum, { share }) => sum + share, 0);
      for (const { person, share } of own)
        if (person !== null)
          money.set(person, (money.get(person) ?? 0) + ((cores * CORE_HOUR + gb * GB_HOUR) * share) / whole);
    }
    day = next;
  }
  return money;
}

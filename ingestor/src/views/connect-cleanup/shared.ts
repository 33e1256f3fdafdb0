import { Type } from 'typebox';
import { numberColumn, textColumn } from '../shared/columns.ts';
import { PeopleHistory } from '../shared/people.ts';
import type { ViewContext } from '../view.ts';
import { itemKey, type ConnectFacts, type ContentItem } from './facts.ts';
import { findingRules } from './findings.ts';

export const serverParameter = Type.String({ default: '', description: 'Only this Connect server; empty: all' });
export const ruleParameter = Type.Union(
  (['', ...findingRules] as const).map((rule) => Type.Literal(rule)),
  { default: '', description: 'Only findings of this rule; empty: all' },
);

export const moneyColumns = [
  numberColumn(
    'run_cost_year',
    'Runs a year',
    'none',
    'Cost of its runs: resources × duration × price as of then, of the year before; of younger items carried on to a year; empty without a price',
  ),
  numberColumn('storage_cost_year', 'Storage a year', 'none', 'bytes × price of storage × 12; empty without a price'),
  textColumn('currency', 'Currency', 'What the money is in'),
];

export interface ItemMoney {
  readonly run_cost_year: number | null;
  readonly storage_cost_year: number | null;
}

/** What an item costs in a year. Without any run that is nothing, where there is a price. */
export function moneyOf(item: ContentItem, facts: ConnectFacts): ItemMoney {
  const runs = facts.runs.get(itemKey(item));
  const nothing = facts.book.isCharged('cpu') ? 0 : null;
  return {
    run_cost_year: runs === undefined ? nothing : runs.cost === null ? null : runs.cost * runs.toYear,
    storage_cost_year: facts.storageCost(item),
  };
}

/** Whether the owner is still here: `left` by the directory; `unknown`: not in it. */
export function ownerState(people: PeopleHistory, owner: string | null, at: Date): 'employed' | 'left' | 'unknown' {
  const person = owner === null ? null : people.asOf(owner, at);
  if (person === null) return 'unknown';
  const hasLeft =
    person.active === false || (person.left_on !== null && person.left_on.getTime() + 86_400_000 <= at.getTime());
  return hasLeft ? 'left' : 'employed';
}

export function loadPeople({ reader, config }: ViewContext): Promise<PeopleHistory> {
  return PeopleHistory.load(reader, config.organisation.time_zone);
}

/** Notices beside every figure about who looks at what. */
export function logNotices(facts: ConnectFacts): string[] {
  const servers = new Set(facts.items.map(({ server }) => server));
  const notices: string[] = [];
  for (const server of servers)
    for (const name of ['visits', 'sessions'] as const) {
      const log = facts.logs.get(`${server} ${name}`);
      if (!log?.is_available || log.begins_at === null)
        notices.push(`${server}: there is no log of ${name}; what it covers is unknown`);
      else if (facts.until.getTime() - log.begins_at.getTime() < 365 * 86_400_000)
        notices.push(
          `${server}: the log of ${name} begins on ${log.begins_at.toISOString().slice(0, 10)}, less than a year ago`,
        );
    }
  return notices;
}

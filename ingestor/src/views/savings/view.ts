import { DateTime } from 'luxon';
import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { loadPriceBook, type PriceBook } from '../money/price-book.ts';
import { priceFact, priceNotices } from '../money/parameters.ts';
import { fewest } from '../shared/compare.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { loadGroups, type GroupAsOf } from '../sizing/roles.ts';
import { defineView, type TimeRange, type ViewContext, type ViewRow } from '../view.ts';
import { poolRows } from '../what-if/answer.ts';
import { loadRange } from '../what-if/pools.ts';
import type { Change } from './config.ts';
import { lessControl, measure, type Side } from './measure.ts';
import { nodeMoney } from './node-money.ts';

const daysSql = readSql(import.meta.url, 'active-days.sql');
const dayMs = 86_400_000;

export const savings = defineView({
  id: 'savings',
  title: 'What a smaller request saved',
  topic: 'Cost',
  description:
    'For each dated change of a default request: the saving that packing projected, beside the one that was measured',
  parameters: Type.Object({
    change: Type.String({
      default: '',
      description: 'Only this change, by name; empty: all before the end of the range',
    }),
  }),
  columns: [
    textColumn('change', 'Change', 'Its name in the configuration'),
    timeColumn('date', 'Date', 'First day of the new request'),
    textColumn('roles', 'Roles', 'Whose default request changed'),
    textColumn('control_role', 'Control', 'The role whose change is taken off'),
    numberColumn('users', 'Users', 'short', 'Of the changed roles, with active days on both sides'),
    numberColumn(
      'projected_saving',
      'Projected',
      'none',
      'Packed nodes of the days before with the requests of then, less with the new ones, in money',
    ),
    numberColumn(
      'measured_saving',
      'Measured',
      'none',
      'measured_per_user_day × active user-days of these users in the days after',
    ),
    numberColumn(
      'projected_per_user_day',
      'Projected per user-day',
      'none',
      'projected_saving ÷ active user-days of the roles in the days before',
    ),
    numberColumn(
      'measured_per_user_day',
      'Measured per user-day',
      'none',
      '(before − after) of the roles, less (before − after) of the control role',
    ),
    numberColumn('per_user_day_before', 'Before', 'none', 'Node money per active user-day before'),
    numberColumn('per_user_day_after', 'After', 'none', 'Node money per active user-day after'),
    numberColumn('control_before', 'Control before', 'none', 'The same of the control role'),
    numberColumn('control_after', 'Control after', 'none', 'The same of the control role'),
    textColumn('currency', 'Currency', 'What the money is in'),
    textColumn('note', 'Note', 'Why a figure is empty'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: [],
    slices: ['change', 'date', 'roles', 'control_role'],
    people: 'people',
    merge: {},
  },
  howComputed:
    'Measured: node money per active user-day over {days} on each side of the change, users in both, less the change of the control role. Node money: what each pool’s real nodes offered × price, split by day by the larger of core and memory share that containers reserved; DaemonSets left out. ' +
    'Projected: whole nodes packed with the requests of the days before, less packed with the new request (as in what-if). Roles as of the day of the change. Changes: {changes}. Prices {prices}.',

  async run(context, { change: only }) {
    const { config, range, reader } = context;
    const zone = config.organisation.time_zone;
    const changes = config.changes.filter(
      ({ name, date }) => (only === '' || name === only) && startOf(date, zone) < range.to,
    );
    const [book, groupAsOf] = await Promise.all([loadPriceBook(reader, ''), loadGroups(reader)]);
    const rows: ViewRow[] = [];
    for (const change of changes) rows.push(await changeRow(context, change, book, groupAsOf));
    const notices = priceNotices(book, false);
    if (config.changes.length === 0)
      notices.push('No change is configured: add dated changes of a default request under changes:');
    return {
      rows,
      coverage: null,
      facts: { changes: changes.length, days: sideFact(changes), prices: priceFact(book, range, zone) },
      notices,
    };
  },
});

async function changeRow(
  context: ViewContext,
  change: Change,
  book: PriceBook,
  groupAsOf: GroupAsOf,
): Promise<ViewRow> {
  const zone = context.config.organisation.time_zone;
  const label = new Date(`${change.date}T00:00:00Z`);
  const at = startOf(change.date, zone);
  const edge = (days: number): Date => DateTime.fromJSDate(at, { zone }).plus({ days }).toJSDate();
  const isOf = (user: string): boolean => change.roles.includes(groupAsOf(user, label).role);
  const isControl = (user: string): boolean => groupAsOf(user, label).role === change.control_role;
  const { side_days: sideDays } = change;
  const isComplete = edge(sideDays) <= context.now;

  const before = await side(context, { from: edge(-sideDays), to: at }, label, [-sideDays, 0], book);
  const after = isComplete ? await side(context, { from: at, to: edge(sideDays) }, label, [0, sideDays], book) : null;
  const group = before && after && measure(before, after, isOf);
  const control = before && after && measure(before, after, isControl);
  const measured = group && control ? lessControl(group, control) : null;
  const projected = await project(context, change, { from: edge(-sideDays), to: at });
  const daysBefore = before ? [...before.days].reduce((sum, [user, days]) => sum + (isOf(user) ? days : 0), 0) : 0;
  const usersBefore = before ? [...before.days.keys()].filter(isOf).length : 0;
  const note = !isComplete
    ? `measured when ${sideDays} days have passed`
    : !before || !after
      ? 'no price'
      : group && control
        ? ''
        : `nobody of ${group ? 'the control role' : 'the roles'} was active on both sides`;
  return {
    change: change.name,
    date: label,
    roles: change.roles.join(', '),
    control_role: change.control_role,
    users: group?.users ?? null,
    projected_saving: projected,
    measured_saving: measured === null || !group ? null : measured * group.daysAfter,
    projected_per_user_day: projected === null || daysBefore === 0 ? null : projected / daysBefore,
    measured_per_user_day: measured,
    per_user_day_before: group?.perDayBefore ?? null,
    per_user_day_after: group?.perDayAfter ?? null,
    control_before: control?.perDayBefore ?? null,
    control_after: control?.perDayAfter ?? null,
    currency: book.currency,
    note,
    people: fewest(usersBefore, group?.users, control?.users),
  };
}

/** Null: a price is missing. `days`: the first and the one after the last, counted from the change. */
async function side(
  { reader, config }: ViewContext,
  range: TimeRange,
  label: Date,
  [first, end]: readonly [number, number],
  book: PriceBook,
): Promise<Side | null> {
  const money = await nodeMoney(reader, range, book, config.organisation.time_zone);
  if (money === null) return null;
  const from = label.getTime() + first * dayMs;
  const to = label.getTime() + end * dayMs;
  const bound = [new Date(from), new Date(to), new Date(from - dayMs), new Date(to + dayMs)];
  const rows = await reader.rows<{ user_key: string; days: number }>(daysSql, bound);
  return { money, days: new Map(rows.map(({ user_key: user, days }) => [user, days])) };
}

/** Money that packing with the new request would have saved on the days before; null without a price. */
async function project(context: ViewContext, change: Change, range: TimeRange): Promise<number | null> {
  const loaded = await loadRange({ ...context, range });
  const candidates = new Map(
    change.roles.map((role) => [role, { cores: change.cores ?? null, memoryGb: change.memory_gb ?? null }]),
  );
  const rows = loaded.pools.flatMap((pool) => poolRows(loaded, pool, candidates));
  const parts = rows.filter(({ part }) => part === 'nodes').map(({ saving }) => saving ?? null);
  return parts.some((saving) => saving === null)
    ? null
    : parts.reduce((sum: number, saving) => sum + Number(saving), 0);
}

function sideFact(changes: readonly Change[]): string {
  const days = [...new Set(changes.map(({ side_days: each }) => each))].sort((a, b) => a - b);
  return `${days.length === 0 ? 28 : days.join(' or ')} days`;
}

function startOf(date: string, zone: string): Date {
  return DateTime.fromISO(date, { zone }).toJSDate();
}

import { isDeepStrictEqual } from 'node:util';
import { nextDay } from './days.ts';
import type { Attributes, FeedPerson } from './people.ts';

/** A dated row of `people`: `attributes` hold from `day` until the person's next row. */
export interface PersonRow {
  readonly key: string;
  readonly day: string;
  readonly attributes: Attributes;
  readonly isManager: boolean;
}

interface Span {
  readonly day: string;
  readonly attributes: Attributes;
}

export interface TimelineInput {
  readonly people: readonly FeedPerson[];
  /** All stored rows of this feed, oldest first. */
  readonly stored: readonly PersonRow[];
  /** Day label of the snapshot. */
  readonly day: string;
  /** Days before it belong to closed months. */
  readonly firstOpenDay: string;
  /** People that this feed has missed long enough, with the last day they were in it. */
  readonly gone: ReadonlyMap<string, string>;
  readonly isReport: (attributes: Attributes) => boolean;
}

export interface TimelineResult {
  /** Rows to upsert: new ones, and stored ones that read otherwise now. */
  readonly rows: readonly PersonRow[];
  readonly joined: number;
  readonly changed: number;
  readonly lateCorrections: number;
}

/**
 * Brings the stored history up to a snapshot. A snapshot holds from its day; `valid_from` beats that day, back to the first
 * open month: what it would change before is counted and holds from the first open day. Nothing is deleted: rows that no
 * longer say anything of their own are rewritten to what holds then. The same snapshot again gives no rows.
 */
export function extendTimeline(input: TimelineInput): TimelineResult {
  const stored = new Map<string, PersonRow[]>();
  for (const row of input.stored) {
    const rows = stored.get(row.key);
    if (rows === undefined) stored.set(row.key, [row]);
    else rows.push(row);
  }
  const spans = new Map<string, Span[]>();
  for (const [key, rows] of stored) spans.set(key, compress(rows));
  let lateCorrections = 0;
  for (const person of input.people) {
    const known = spans.get(person.key);
    const told = toSpans(person, input.day, known);
    if (known === undefined) {
      spans.set(person.key, compress(told));
      continue;
    }
    const merged = merge(known, told, input);
    if (merged.late) lateCorrections += 1;
    spans.set(person.key, merged.spans);
  }
  for (const [key, lastSeen] of input.gone) {
    const known = spans.get(key);
    const now = known === undefined ? undefined : at(known, input.day);
    if (!known || !now?.active) continue;
    spans.set(
      key,
      compress([
        ...known.filter((span) => span.day < input.day),
        { day: input.day, attributes: { ...now, active: false, leftOn: lastSeen } },
      ]),
    );
  }

  const reports = reportSpans(spans, input.isReport);
  const rows: PersonRow[] = [];
  let joined = 0;
  let changed = 0;
  for (const [key, history] of spans) {
    const before = stored.get(key) ?? [];
    const wanted = withManagerFlag(key, history, before, reports.get(key) ?? [], input.firstOpenDay);
    const differing = wanted.filter((row) => {
      const old = before.find((each) => each.day === row.day);
      return old?.isManager !== row.isManager || !isDeepStrictEqual(old.attributes, row.attributes);
    });
    if (differing.length === 0) continue;
    if (before.length === 0) joined += 1;
    else changed += 1;
    rows.push(...differing);
  }
  return { rows, joined, changed, lateCorrections };
}

/** What a person's records say, as spans: with the day after the last day of work as one of its own. */
function toSpans(person: FeedPerson, snapshot: string, known: readonly Span[] | undefined): Span[] {
  const spans: Span[] = [];
  for (const { from, attributes } of person.dated) {
    const over = attributes.leftOn === null ? null : nextDay(attributes.leftOn);
    if (over !== null && over <= (from ?? snapshot)) {
      // Gone before the row begins. Without a day of its own the end date is the day it holds from.
      spans.push({ day: from ?? over, attributes: { ...attributes, active: false } });
      continue;
    }
    const day = from ?? snapshot;
    // "Not active" without an end date: whoever already counts as left keeps the last day told or found then.
    const leftOn = attributes.active || attributes.leftOn !== null ? attributes.leftOn : leftOnOf(known ?? [], day);
    spans.push({ day, attributes: { ...attributes, leftOn } });
    if (over !== null && attributes.active) spans.push({ day: over, attributes: { ...attributes, active: false } });
  }
  return spans.sort((a, b) => a.day.localeCompare(b.day));
}

function leftOnOf(known: readonly Span[], day: string): string | null {
  const now = at(known, day);
  return now?.active === false ? now.leftOn : null;
}

function merge(known: readonly Span[], told: readonly Span[], input: TimelineInput): { spans: Span[]; late: boolean } {
  const earliest = told[0]?.day ?? input.day;
  const cut = earliest < input.day ? earliest : input.day;
  const start = cut < input.firstOpenDay ? input.firstOpenDay : cut;
  const closedDays = [...new Set([...told, ...known].map((span) => span.day))].filter(
    (day) => day >= cut && day < start,
  );
  const late = closedDays.some((day) => {
    const before = at(known, day);
    const now = at(told, day);
    return before !== undefined && now !== undefined && !isDeepStrictEqual(before, now);
  });
  const opening = at(told, start) ?? at(known, start);
  const spans = compress([
    ...known.filter((span) => span.day < start),
    ...(opening === undefined ? [] : [{ day: start, attributes: opening }]),
    ...told.filter((span) => span.day > start),
  ]);
  // Told once more without effect, it is the same correction.
  return { spans, late: late && !isDeepStrictEqual(spans, known) };
}

/** What holds on a day: the last span that has begun. */
function at(spans: readonly Span[], day: string): Attributes | undefined {
  let found: Attributes | undefined;
  for (const span of spans) {
    if (span.day > day) break;
    found = span.attributes;
  }
  return found;
}

function compress(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { day, attributes } of spans) {
    const last = result[result.length - 1];
    if (last?.day === day) result.pop();
    const before = result[result.length - 1];
    if (!isDeepStrictEqual(before?.attributes, attributes)) result.push({ day, attributes });
  }
  return result;
}

/** Manager → spans of days [from, until) in which somebody reported to them; `until` null: open. */
function reportSpans(
  spans: ReadonlyMap<string, readonly Span[]>,
  isReport: (attributes: Attributes) => boolean,
): Map<string, { from: string; until: string | null }[]> {
  const reports = new Map<string, { from: string; until: string | null }[]>();
  for (const [key, history] of spans) {
    history.forEach(({ day, attributes }, index) => {
      const manager = attributes.managerId;
      if (manager === null || manager === key || !attributes.active || !isReport(attributes)) return;
      const list = reports.get(manager) ?? [];
      list.push({ from: day, until: history[index + 1]?.day ?? null });
      reports.set(manager, list);
    });
  }
  return reports;
}

/** Rows of a person, split where the flag changes. Rows of closed months stay as stored. */
function withManagerFlag(
  key: string,
  history: readonly Span[],
  before: readonly PersonRow[],
  reports: readonly { from: string; until: string | null }[],
  firstOpenDay: string,
): PersonRow[] {
  const first = history[0]?.day;
  if (first === undefined) return [];
  const isNew = before.length === 0;
  const isOpen = (day: string): boolean => isNew || day >= firstOpenDay;
  const turns = reports.flatMap(({ from, until }) => (until === null ? [from] : [from, until]));
  // A report that began in a closed month makes a manager from the first open day on.
  const days = new Set(
    [...history.map((span) => span.day), ...before.map((row) => row.day), ...turns, firstOpenDay].filter(
      (day) => day >= first,
    ),
  );
  const rows: PersonRow[] = [];
  for (const day of [...days].sort()) {
    const attributes = at(history, day);
    if (attributes === undefined) continue;
    const old = before.find((row) => row.day === day);
    if (!isOpen(day)) {
      if (old !== undefined) rows.push(old);
      continue;
    }
    const isManager = reports.some(({ from, until }) => from <= day && (until === null || day < until));
    const last = rows[rows.length - 1];
    // A stored row cannot be deleted, so it is kept and says what holds; a new one is only written where something changes.
    if (old !== undefined || last?.isManager !== isManager || !isDeepStrictEqual(last.attributes, attributes))
      rows.push({ key, day, attributes, isManager });
  }
  return rows;
}

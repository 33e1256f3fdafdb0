import { DateTime } from 'luxon';
import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';

const activeSql = readSql(import.meta.url, 'active-weeks.sql');
const calendarSql = readSql(import.meta.url, 'calendar.sql');
const coverageSql = readSql(import.meta.url, 'platform-coverage.sql');
const beginSql = readSql(import.meta.url, 'data-begin.sql');

export const dayMs = 86_400_000;
export const weekMs = 7 * dayMs;
/** A local midnight is at most this far from the midnight UTC of the same label. */
const zoneSlackMs = dayMs;
const minCoverage = 0.5;
/** Hours of a day without any container in which something arrived, for the day to be known. */
const minHours = 12;
/** Monday to Friday: where there is no calendar. */
const usualWeek = 0b0011111;

export type Component = 'interactive' | 'connect' | 'batch' | 'git' | 'any';
export type Basis = 'both' | 'cpu' | 'visit';

/** Bits of a week, Monday is 1, Sunday 64. Weeks are named by the label of their Monday (midnight UTC, in ms). */
type WeekBits = number;

export function daysIn(bits: WeekBits): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** The Mondays of local days in which a range (whole weeks of the organisation) begins and ends, without weeks that are not over everywhere. */
export function completeWeeks(
  range: TimeRange,
  now: Date,
  zone: string,
  zones: Iterable<string>,
): { from: number; to: number } {
  const everywhere = [zone, ...zones];
  let to = mondayOf(range.to, zone);
  while (everywhere.some((each) => midnight(to, each) > now.getTime())) to -= weekMs;
  return { from: Math.min(mondayOf(range.from, zone), to - weekMs), to };
}

function mondayOf(time: Date, zone: string): number {
  const local = DateTime.fromJSDate(time, { zone }).startOf('week');
  return Date.UTC(local.year, local.month - 1, local.day);
}

function midnight(label: number, zone: string): number {
  const local = DateTime.fromMillis(label, { zone: 'utc' }).setZone(zone, { keepLocalTime: true });
  return local.isValid ? local.toMillis() : label;
}

const nobodyActive: ReadonlyMap<string, WeekBits> = new Map();

/** Who was active on which days, which days are working days where, and which are known well enough to count. */
export class ActiveWeeks {
  readonly #active: ReadonlyMap<number, ReadonlyMap<string, WeekBits>>;
  readonly #working: ReadonlyMap<string, ReadonlyMap<number, WeekBits>>;
  readonly #covered: ReadonlyMap<number, WeekBits>;
  /** Covered ÷ alive seconds of the platform over all the weeks; null: nothing was alive. */
  readonly coverage: number | null;

  constructor(
    active: ReadonlyMap<number, ReadonlyMap<string, WeekBits>>,
    working: ReadonlyMap<string, ReadonlyMap<number, WeekBits>>,
    covered: ReadonlyMap<number, WeekBits>,
    coverage: number | null,
  ) {
    this.#active = active;
    this.#working = working;
    this.#covered = covered;
    this.coverage = coverage;
  }

  /** Active days of a person in a week. */
  active(person: string, week: number): WeekBits {
    return this.#active.get(week)?.get(person) ?? 0;
  }
  /** People with an active day in a week, with these days. */
  activeIn(week: number): ReadonlyMap<string, WeekBits> {
    return this.#active.get(week) ?? nobodyActive;
  }
  /** People with an active day in a week. */
  people(week: number): Iterable<string> {
    return this.activeIn(week).keys();
  }
  /** Working days of a location; of everybody else's calendar where it has none. */
  working(location: string, week: number): WeekBits {
    return this.#working.get(location)?.get(week) ?? this.#working.get('*')?.get(week) ?? usualWeek;
  }
  /** Days of which at least half of the platform is known. */
  covered(week: number): WeekBits {
    return this.#covered.get(week) ?? 0;
  }
}

export interface ActiveWeeksQuestion {
  /** Labels of Mondays in ms, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly component: Component;
  readonly basis: Basis;
  /** Time zone of the organisation. */
  readonly zone: string;
}

/** Activity of the weeks from one Monday to another. */
export async function loadActiveWeeks(
  reader: WarehouseReader,
  { from, to, component, basis, zone }: ActiveWeeksQuestion,
): Promise<ActiveWeeks> {
  const labels = [new Date(from), new Date(to)];
  const instants = [new Date(from - zoneSlackMs), new Date(to + zoneSlackMs)];
  const [active, calendar, coverage, begins] = await Promise.all([
    reader.rows<{ user_key: string; week: Date; days: number }>(activeSql, [...instants, ...labels, component, basis]),
    reader.rows<{ timestamp: Date; location: string; is_working_day: boolean }>(calendarSql, labels),
    reader.rows<DayCoverage>(coverageSql, [...instants, zone]),
    reader.rows<Begin>(beginSql),
  ]);
  const byWeek = new Map<number, Map<string, WeekBits>>();
  for (const { user_key: person, week, days } of active) inner(byWeek, week.getTime()).set(person, days);
  const within = coverage.filter(({ day }) => Date.parse(day) >= from && Date.parse(day) < to);
  const alive = within.reduce((sum, row) => sum + row.alive_seconds, 0);
  return new ActiveWeeks(
    byWeek,
    workingDays(calendar),
    coveredDays(within, begins[0] ?? { first_at: null, cluster_at: null }, from, to),
    alive > 0 ? within.reduce((sum, row) => sum + row.covered_seconds, 0) / alive : null,
  );
}

function inner<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = map.get(key) ?? new Map<L, V>();
  map.set(key, known);
  return known;
}

function weekOf(label: number): { week: number; bit: WeekBits } {
  const weekday = (new Date(label).getUTCDay() + 6) % 7;
  return { week: label - weekday * dayMs, bit: 1 << weekday };
}

function workingDays(
  calendar: readonly { timestamp: Date; location: string; is_working_day: boolean }[],
): Map<string, Map<number, WeekBits>> {
  const out = new Map<string, Map<number, WeekBits>>();
  for (const { timestamp, location, is_working_day: isWorking } of calendar) {
    const { week, bit } = weekOf(timestamp.getTime());
    const weeks = inner(out, location);
    const bits = weeks.get(week) ?? usualWeek;
    weeks.set(week, isWorking ? bits | bit : bits & ~bit);
  }
  return out;
}

interface DayCoverage {
  readonly day: string;
  readonly alive_seconds: number;
  readonly covered_seconds: number;
  readonly hours: number;
}

interface Begin {
  readonly first_at: Date | null;
  readonly cluster_at: Date | null;
}

/**
 * Days of which at least half is known. Where nothing was alive, nobody used the platform if something arrived on the day, else
 * nothing is known of it. Days before the first data are not known; those before the first of a cluster have visits only.
 */
function coveredDays(coverage: readonly DayCoverage[], begins: Begin, from: number, to: number): Map<number, WeekBits> {
  const isKnown = ({ alive_seconds: alive, covered_seconds: covered, hours }: DayCoverage): boolean =>
    alive > 0 ? covered >= minCoverage * alive : hours >= minHours;
  const known = new Set(coverage.filter(isKnown).map(({ day }) => Date.parse(day)));
  const first = labelOf(begins.first_at);
  const ofCluster = labelOf(begins.cluster_at);
  const out = new Map<number, WeekBits>();
  for (let label = from; label < to; label += dayMs) {
    const { week, bit } = weekOf(label);
    if (label >= first && (label < ofCluster || known.has(label))) out.set(week, (out.get(week) ?? 0) | bit);
  }
  return out;
}

/** The instant of a local midnight, rounded to the label nearest to it. */
function labelOf(instant: Date | null): number {
  return instant === null ? Infinity : Math.round(instant.getTime() / dayMs) * dayMs;
}

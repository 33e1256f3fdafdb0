import type { LocalCalendar, LocalDay } from './calendar.ts';
import type { Frame } from './options.ts';
import type { Person } from './people.ts';
import { Random, hashOf, mix, unit } from './random.ts';
import { BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS, bucketAt } from './time.ts';

/** One day on which a person works on the platform. Times are epoch ms. */
export interface ActiveDay {
  readonly day: LocalDay;
  /** Index in the person's calendar. */
  readonly dayIndex: number;
  /** Pairs of bucket numbers [from, to), sorted. */
  readonly sessions: readonly number[];
  /** When the person opens the platform: once per session. */
  readonly visits: readonly number[];
}

/** The days and hours a person is there, by the class that was planted; the calendar is that of the person's place. */
export function activeDays(frame: Frame, person: Person, calendar: LocalCalendar): readonly ActiveDay[] {
  if (person.access === null) return [];
  const { from, to } = person.access;
  const vacation = vacationOf(frame, person);
  const chosen = chooser(frame, person, calendar);
  const days: ActiveDay[] = [];
  calendar.days.forEach((day, dayIndex) => {
    if (day.from < frame.start || day.from < from || day.to > to) return;
    if (day.from >= vacation.from && day.from < vacation.to) return;
    if (chosen(day, dayIndex))
      days.push(
        person.part === 'simulation' ? simulationDay(frame, day, dayIndex) : workDay(frame, person, day, dayIndex),
      );
  });
  return days;
}

function vacationOf(frame: Frame, person: Person): { from: number; to: number } {
  const hash = hashOf(frame.seed, 'vacation', person.index);
  if (person.part !== null || unit(hash) > 0.35) return { from: 0, to: 0 };
  const length = (mix(hash, 1) % 2 === 0 ? 7 : 14) * DAY_MS;
  const from = frame.start + unit(mix(hash, 2)) * (frame.now - frame.start);
  return { from, to: from + length };
}

type Choose = (day: LocalDay, dayIndex: number) => boolean;

function chooser(frame: Frame, person: Person, calendar: LocalCalendar): Choose {
  const hash = hashOf(frame.seed, 'active', person.index);
  const lot = (day: LocalDay): number => unit(mix(hash, day.number));
  const today = Math.floor(frame.now / DAY_MS);
  if (person.part === 'simulation') return (day) => simulationBuckets(frame, day) > 0;
  if (person.part === 'eleven') return (day) => elevenOfMonth(calendar, day);
  switch (person.planted) {
    case 'new':
    case 'daily':
      return (day) => (day.working ? lot(day) < 0.86 : lot(day) < 0.01);
    case 'weekly': {
      // The same weekday each week, so that any seven days hold one; the next working day where it is a holiday.
      const weekday = 1 + (hash % 5);
      return (day, index) =>
        onOrAfter(calendar, index, (other) => other.weekday === weekday) ||
        (day.working && day.weekday === 1 + ((hash + 2) % 5) && lot(day) < 0.5);
    }
    case 'monthly':
      // Every 24 days, moved past weekends and holidays: any 28 days hold one, and never three blocks of seven.
      return (_, index) => onOrAfter(calendar, index, (other) => (other.number + hash) % 24 === 0);
    case 'less':
      // Not within 31 days of now, every 45 days before.
      return (_, index) =>
        onOrAfter(
          calendar,
          index,
          (other) => other.number < today - 34 && (today - 35 - other.number) % 45 === hash % 9,
        );
  }
}

/** Exactly eleven working days of each month, evenly spread. */
function elevenOfMonth(calendar: LocalCalendar, day: LocalDay): boolean {
  const month = day.date.slice(0, 7);
  const working = calendar.days.filter((other) => other.working && other.date.startsWith(month));
  const position = working.findIndex((other) => other.date === day.date);
  return (
    position >= 0 && Array.from({ length: 11 }, (_, i) => Math.floor((i * working.length) / 11)).includes(position)
  );
}

/** True when `index` is the first working day on or after a day that is due (looking back over a long weekend). */
function onOrAfter(calendar: LocalCalendar, index: number, due: (day: LocalDay) => boolean): boolean {
  const day = calendar.days[index];
  if (!day?.working) return false;
  for (let i = index; i >= 0 && i > index - 6; i -= 1) {
    const other = calendar.days[i];
    if (other === undefined || (i < index && other.working)) return false;
    if (due(other)) return true;
  }
  return false;
}

function workDay(frame: Frame, person: Person, day: LocalDay, dayIndex: number): ActiveDay {
  const random = new Random(hashOf(frame.seed, 'day', person.index, day.number));
  const sessions: number[] = [];
  const visits: number[] = [];
  let at = day.from + random.between(8, 10) * HOUR_MS;
  for (let left = random.int(1, 3); left > 0; left -= 1) {
    visits.push(Math.floor(at / 1000) * 1000);
    const from = bucketAt(at) + 1;
    const to = from + Math.max(2, Math.round(random.between(0.4, 2.8) * 12));
    sessions.push(from, to);
    at = to * BUCKET_MS + random.between(20, 75) * MINUTE_MS;
  }
  return { day, dayIndex, sessions, visits };
}

/** 2,971 CPU-hours at twelve cores are 2,971 buckets: 114 on each of the 26 days from the 2nd to the 27th, seven with one more. */
function simulationBuckets(frame: Frame, day: LocalDay): number {
  const start = new Date(frame.month.from);
  const ofMonth = Number(day.date.slice(8));
  const inMonth = day.date.slice(0, 7) === start.toISOString().slice(0, 7);
  if (!inMonth) return day.working && ofMonth > 1 && ofMonth < 28 ? 60 : 0;
  return ofMonth < 2 || ofMonth > 27 ? 0 : ofMonth <= 8 ? 115 : 114;
}

function simulationDay(frame: Frame, day: LocalDay, dayIndex: number): ActiveDay {
  const from = bucketAt(day.from + 9 * HOUR_MS);
  return {
    day,
    dayIndex,
    sessions: [from, from + simulationBuckets(frame, day)],
    visits: [day.from + 9 * HOUR_MS - 3 * MINUTE_MS],
  };
}

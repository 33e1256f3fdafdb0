import { DateTime } from 'luxon';

const day = 86_400_000;

interface LocalDay {
  readonly at: number;
  readonly label: number;
  readonly week: number;
}

/** Time zone → UTC day → local midnights from the one that holds at its start to its end. They are the same for every answer. */
const midnightsByZone = new Map<string, Map<number, readonly LocalDay[]>>();
/** Days of a zone that are remembered; beyond, it starts anew. */
const mostDays = 20_000;

/** Local midnights of a time zone, remembered: thousands of rows fall into few days. */
export class LocalDays {
  readonly #zone: string;
  readonly #midnights: Map<number, readonly LocalDay[]>;

  constructor(zone: string) {
    this.#zone = zone;
    this.#midnights = midnightsByZone.get(zone) ?? new Map<number, readonly LocalDay[]>();
    midnightsByZone.set(zone, this.#midnights);
  }

  /** Local midnight at which the day of `time` starts. */
  startOf(time: Date): Date {
    return new Date(this.#dayOf(time).at);
  }

  /** Local midnight of the Monday of `time`. */
  weekOf(time: Date): Date {
    return new Date(this.#dayOf(time).week);
  }

  /** Midnight UTC of the local day, as `people` labels days; epoch milliseconds. */
  labelOf(time: Date): number {
    return this.#dayOf(time).label;
  }

  #dayOf(time: Date): LocalDay {
    const instant = time.getTime();
    const utc = Math.floor(instant / day);
    let midnights = this.#midnights.get(utc);
    if (midnights === undefined) {
      const first = DateTime.fromMillis(utc * day, { zone: this.#zone }).startOf('day');
      midnights = [first, first.plus({ days: 1 }).startOf('day'), first.plus({ days: 2 }).startOf('day')].map(
        (local) => ({
          at: local.toMillis(),
          label: Date.UTC(local.year, local.month - 1, local.day),
          week: local.startOf('week').toMillis(),
        }),
      );
      if (this.#midnights.size >= mostDays) this.#midnights.clear();
      this.#midnights.set(utc, midnights);
    }
    let found: LocalDay | undefined;
    for (const each of midnights) if (each.at <= instant) found = each;
    if (found === undefined) throw new RangeError(`${time.toISOString()} is in no day of ${this.#zone}`);
    return found;
  }
}

import { DateTime } from 'luxon';

const day = 86_400_000;

/** Local midnights of a time zone, remembered: thousands of rows fall into few days. */
export class LocalDays {
  readonly #zone: string;
  /** UTC day → local midnights from the one that holds at its start to its end. */
  readonly #midnights = new Map<
    number,
    readonly { readonly at: number; readonly label: number; readonly week: number }[]
  >();

  constructor(zone: string) {
    this.#zone = zone;
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

  #dayOf(time: Date): { readonly at: number; readonly label: number; readonly week: number } {
    const utc = Math.floor(time.getTime() / day);
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
      this.#midnights.set(utc, midnights);
    }
    const found = midnights.findLast(({ at }) => at <= time.getTime());
    if (found === undefined) throw new RangeError(`${time.toISOString()} is in no day of ${this.#zone}`);
    return found;
  }
}

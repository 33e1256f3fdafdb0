/** UTC months since January 1970; below 2^16 for every timestamp that is accepted. */
export class MonthClock {
  month = 0;
  #start = 0;
  #end = 0;

  /** The month of a timestamp in milliseconds; remembers the last one, as nearly all samples lie in it. */
  of(timestamp: number): number {
    if (timestamp < this.#start || timestamp >= this.#end) {
      const date = new Date(timestamp);
      this.month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
      this.#start = monthStart(this.month);
      this.#end = monthStart(this.month + 1);
    }
    return this.month;
  }
}

/** First millisecond of a month. */
export function monthStart(month: number): number {
  return Date.UTC(1970 + Math.floor(month / 12), month % 12, 1);
}

const HOUR = 3_600_000;

/** Start of the UTC hour. */
export function hourOf(timestamp: number): Date {
  return new Date(Math.floor(timestamp / HOUR) * HOUR);
}

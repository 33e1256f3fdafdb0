/** A person's time until something happened, or until when it is known that it had not. */
export interface Duration {
  readonly days: number;
  readonly happened: boolean;
}

/**
 * Kaplan–Meier: the first day at which at least `share` of the people have it behind them; those of whom no more is known
 * (`happened` false) count as long as they are known. Null when that share is not reached.
 */
export function daysUntil(durations: readonly Duration[], share: number): number | null {
  const ends = [...new Set(durations.filter(({ happened }) => happened).map(({ days }) => days))].sort((a, b) => a - b);
  let surviving = 1;
  for (const day of ends) {
    const atRisk = durations.filter(({ days }) => days >= day).length;
    const gone = durations.filter(({ days, happened }) => happened && days === day).length;
    surviving *= 1 - gone / atRisk;
    // A product of fractions misses 0.5 by a rounding error.
    if (1 - surviving >= share - 1e-9) return day;
  }
  return null;
}

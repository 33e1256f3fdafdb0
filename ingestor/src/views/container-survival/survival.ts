/** One subject: under observation from age `entry` to age `exit` (any one unit). `cause` null: still there (censored). */
export interface Subject {
  readonly entry: number;
  readonly exit: number;
  readonly cause: string | null;
}

/** The estimate from an age on, until the next point. */
export interface SurvivalPoint {
  readonly age: number;
  /** Subjects under observation just before this age. */
  readonly atRisk: number;
  readonly events: number;
  /** Kaplan–Meier: probability to live longer than this age. */
  readonly survival: number;
  /** 95 % band by log(−log): null while nothing has ended, and where nothing is left. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Aalen–Johansen: probability to have ended by each cause up to this age. They and `survival` add up to 1. */
  readonly incidence: Readonly<Record<string, number>>;
}

/** 97.5 % point of the normal distribution. */
const z = 1.959963984540054;

/**
 * Kaplan–Meier with delayed entry (left truncation) and right censoring, and the Aalen–Johansen cumulative incidence of each of
 * `causes`. A subject is at risk in (entry, exit]; who ends and who is censored at the same age were both at risk. Variance by
 * Greenwood. The first point is the youngest age under observation, then one for each age at which something ended.
 */
export function estimateSurvival(subjects: readonly Subject[], causes: readonly string[]): SurvivalPoint[] {
  const entries = sorted(subjects, ({ entry }) => entry);
  const exits = [...subjects].sort((a, b) => a.exit - b.exit);
  const points: SurvivalPoint[] = [];
  const incidence: Record<string, number> = Object.fromEntries(causes.map((cause) => [cause, 0]));
  let [survival, greenwood, entered, left] = [1, 0, 0, 0];
  const first = entries[0];
  if (first === undefined) return [];
  points.push({
    age: first,
    atRisk: entries.filter((entry) => entry === first).length,
    events: 0,
    survival,
    lower: null,
    upper: null,
    incidence: { ...incidence },
  });
  while (left < exits.length) {
    const age = exits[left]?.exit ?? 0;
    while ((entries[entered] ?? Infinity) < age) entered += 1;
    const atRisk = entered - left;
    let events = 0;
    for (; exits[left]?.exit === age; left += 1) {
      const cause = exits[left]?.cause ?? null;
      if (cause === null) continue;
      events += 1;
      incidence[cause] = (incidence[cause] ?? 0) + survival / atRisk;
    }
    if (events === 0) continue;
    survival = events === atRisk ? 0 : survival * (1 - events / atRisk);
    greenwood += events / (atRisk * (atRisk - events));
    points.push({ age, atRisk, events, survival, ...bandOf(survival, greenwood), incidence: { ...incidence } });
  }
  return points;
}

function bandOf(survival: number, greenwood: number): { lower: number | null; upper: number | null } {
  if (survival <= 0 || survival >= 1) return { lower: null, upper: null };
  const width = (z * Math.sqrt(greenwood)) / -Math.log(survival);
  return { lower: survival ** Math.exp(width), upper: survival ** Math.exp(-width) };
}

/**
 * The stretch of a curve with at least `least` at risk: from the first such age (the estimate is then conditional on having
 * reached it) up to where fewer are left.
 */
export function estimateWhereEnough(
  subjects: readonly Subject[],
  causes: readonly string[],
  least: number,
): SurvivalPoint[] {
  const from = firstAgeWith(subjects, least);
  if (from === null) return [];
  // From birth on all are in it as they are.
  const within =
    from === 0
      ? subjects
      : subjects
          .filter(({ exit }) => exit > from)
          .map(({ entry, exit, cause }) => ({ entry: Math.max(from, entry), exit, cause }));
  const points = estimateSurvival(within, causes);
  const end = points.findIndex(({ atRisk }, index) => index > 0 && atRisk < least);
  return end === -1 ? points : points.slice(0, end);
}

/** The oldest age at which at least `least` are under observation, null: there is none. */
export function lastAgeWith(subjects: readonly Subject[], least: number): number | null {
  const entries = sorted(subjects, ({ entry }) => entry);
  const exits = sorted(subjects, ({ exit }) => exit);
  // From the oldest exit down: entered before it, less those that left before it.
  let entered = entries.length;
  for (let index = exits.length - 1; index >= 0; index -= 1) {
    const age = exits[index] ?? 0;
    if (exits[index - 1] === age) continue;
    while (entered > 0 && (entries[entered - 1] ?? 0) >= age) entered -= 1;
    if (entered - index >= least) return age;
  }
  return null;
}

/** The youngest age after which at least `least` are under observation, null: there is none. */
function firstAgeWith(subjects: readonly Subject[], least: number): number | null {
  // Most are under observation from birth, and nobody leaves at 0: then there is nothing to sort.
  let fromBirth = 0;
  for (const { entry, exit } of subjects) if (entry === 0 && exit > 0) fromBirth += 1;
  if (fromBirth >= least) return 0;
  const entries = sorted(subjects, ({ entry }) => entry);
  const exits = sorted(subjects, ({ exit }) => exit);
  let left = 0;
  // Only where somebody enters can there be more than before.
  for (const [index, age] of entries.entries()) {
    if (entries[index + 1] === age) continue;
    while ((exits[left] ?? Infinity) <= age) left += 1;
    if (index + 1 - left >= least) return age;
  }
  return null;
}

function sorted(subjects: readonly Subject[], of: (subject: Subject) => number): Float64Array {
  const values = new Float64Array(subjects.length);
  let index = 0;
  for (const subject of subjects) values[index++] = of(subject);
  return values.sort();
}

/** At most `most` points of a step function, by age: each is the last one at or before an even step; first and last stay. */
export function thinOut<T extends { readonly age: number }>(points: readonly T[], most: number): T[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= Math.max(2, most) || !first || !last) return [...points];
  const steps = Math.max(2, most) - 1;
  const kept: T[] = [];
  let index = 0;
  for (let step = 0; step <= steps; step += 1) {
    const age = first.age + ((last.age - first.age) * step) / steps;
    while ((points[index + 1]?.age ?? Infinity) <= age) index += 1;
    const point = step === steps ? last : points[index];
    if (point && kept.at(-1) !== point) kept.push(point);
  }
  return kept;
}

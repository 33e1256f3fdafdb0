import { createHash, randomInt } from 'node:crypto';

/** Values under `minPeople` join their smallest sibling: value → shown label (the rule of the views, handed in). */
export type MergeSmall = (people: ReadonlyMap<string, number>, minPeople: number) => ReadonlyMap<string, string>;

export interface GroupOptions {
  readonly mergeSmall: MergeSmall;
  readonly minPeople: number;
  /** `former` for leavers, `all` for old months: keys of the two never meet. */
  readonly namespace: string;
}

/** What the directory does not know. A group of its own, without a department. */
const nowhere = '';

/**
 * The group keys of one month. A department of n people has n keys, and facts are dealt out to them at random: no key is a
 * person, and nothing links two facts of one, yet sums and numbers of people per department stay what they were. Departments
 * of fewer than `minPeople` join as in the views; what is still too small has no key.
 */
export class MonthGroups {
  readonly #labels: ReadonlyMap<string, string>;
  readonly #keys = new Map<string, string[]>();
  readonly #next = new Map<string, number>();
  /** Key → department: what joins as of any time must find. */
  readonly planned = new Map<string, string>();

  /** `everybody`: people of the month by department; `dealt`: those of them whose facts are dealt out. */
  constructor(
    everybody: ReadonlyMap<string | null, ReadonlySet<string>>,
    dealt: ReadonlyMap<string | null, ReadonlySet<string>>,
    options: GroupOptions,
  ) {
    const known = [...everybody].filter(([department]) => department !== null);
    this.#labels = new Map([
      ...options.mergeSmall(new Map(known.map(([name, people]) => [name ?? nowhere, people.size])), options.minPeople),
      [nowhere, nowhere],
    ]);
    const sizeOf = (groups: ReadonlyMap<string | null, ReadonlySet<string>>, label: string): number =>
      new Set([...groups].flatMap(([department, people]) => (this.#labelOf(department) === label ? [...people] : [])))
        .size;
    for (const label of new Set(this.#labels.values())) {
      const slots = sizeOf(everybody, label) < options.minPeople ? 0 : sizeOf(dealt, label);
      const keys = Array.from({ length: slots }, (_, slot) => groupKey(options.namespace, label, slot));
      this.#keys.set(label, keys);
      if (label !== nowhere) for (const key of keys) this.planned.set(key, label);
    }
  }

  /** A key for each of `count` facts, in turn, so that all keys of the department are used. Null: too few people. */
  deal(department: string | null): string | null {
    const label = this.#labelOf(department);
    const keys = this.#keys.get(label) ?? [];
    const turn = this.#next.get(label) ?? 0;
    this.#next.set(label, turn + 1);
    return keys[turn % keys.length] ?? null;
  }

  /** Different keys for different people of one day: person → key, in random order, without those in `taken`. */
  dealDay(people: ReadonlyMap<string, string | null>, taken: ReadonlySet<string>): Map<string, string | null> {
    const byLabel = new Map<string, string[]>();
    for (const [person, department] of people) {
      const label = this.#labelOf(department);
      byLabel.set(label, [...(byLabel.get(label) ?? []), person]);
    }
    const dealt = new Map<string, string | null>();
    for (const [label, persons] of byLabel) {
      const free = shuffled((this.#keys.get(label) ?? []).filter((key) => !taken.has(key)));
      for (const person of persons) dealt.set(person, free.pop() ?? null);
    }
    return dealt;
  }

  #labelOf(department: string | null): string {
    return this.#labels.get(department ?? nowhere) ?? department ?? nowhere;
  }
}

/** Not secret: it says the department, and that is all there is to know. */
function groupKey(namespace: string, label: string, slot: number): string {
  return `g_${createHash('sha256')
    .update(JSON.stringify([namespace, label, slot]))
    .digest('hex')
    .slice(0, 16)}`;
}

export function shuffled<T>(values: readonly T[]): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

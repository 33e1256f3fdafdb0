/** What somebody has learned: the number of people in a set of atoms (the finest cells there are). */
export interface Learned {
  readonly atoms: ReadonlySet<number>;
  readonly from: string;
}

/**
 * Works out what follows from published sums by linear algebra: every sum is a 0/1 equation over atoms, and a set of atoms is
 * known when its vector lies in the space of the equations.
 */
export class Attack {
  readonly #size: number;
  readonly #learned: Learned[] = [];
  /** Reduced rows by pivot. */
  readonly #basis = new Map<number, Float64Array>();
  readonly #seen = new Set<string>();

  constructor(size: number) {
    this.#size = size;
  }

  get equations(): number {
    return this.#learned.length;
  }

  learn(atoms: Iterable<number>, from: string): void {
    const set = new Set(atoms);
    const key = [...set].sort((a, b) => a - b).join(',');
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#learned.push({ atoms: set, from });
    const rest = this.#reduce(this.#vector(set));
    const pivot = rest.findIndex((value) => Math.abs(value) > 1e-9);
    if (pivot < 0) return;
    const scale = rest[pivot] ?? 1;
    this.#basis.set(
      pivot,
      rest.map((value) => value / scale),
    );
  }

  /** Whether the sum over these atoms follows from what was learned. */
  knows(atoms: Iterable<number>): boolean {
    return this.#reduce(this.#vector(atoms)).every((value) => Math.abs(value) < 1e-7);
  }

  /** Sets that come from subtracting what is inside of something else, again and again, up to `most` sets. */
  differences(most: number): Learned[] {
    const all = [...this.#learned];
    const seen = new Set(this.#seen);
    for (let left = 0; left < all.length && all.length < most; left++)
      for (let right = 0; right < left && all.length < most; right++) {
        const [a, b] = [all[left], all[right]];
        if (!a || !b) continue;
        const [large, small] = a.atoms.size >= b.atoms.size ? [a, b] : [b, a];
        if (large.atoms.size === small.atoms.size || ![...small.atoms].every((atom) => large.atoms.has(atom))) continue;
        const atoms = new Set([...large.atoms].filter((atom) => !small.atoms.has(atom)));
        const key = [...atoms].sort((x, y) => x - y).join(',');
        if (seen.has(key)) continue;
        seen.add(key);
        all.push({ atoms, from: `(${large.from}) − (${small.from})` });
      }
    return all;
  }

  #vector(atoms: Iterable<number>): Float64Array {
    const vector = new Float64Array(this.#size);
    for (const atom of atoms) vector[atom] = 1;
    return vector;
  }

  #reduce(vector: Float64Array): Float64Array {
    for (let at = 0; at < vector.length; at++) {
      const factor = vector[at] ?? 0;
      const row = Math.abs(factor) > 1e-9 ? this.#basis.get(at) : undefined;
      if (row)
        for (let index = at; index < vector.length; index++)
          vector[index] = (vector[index] ?? 0) - factor * (row[index] ?? 0);
    }
    return vector;
  }
}

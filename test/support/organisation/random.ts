/**
 * Randomness that depends only on the seed and on what is asked for, never on the order of asking: everything in the
 * invented organisation is a hash of (seed, what, who, when), so parts can be generated lazily and still agree.
 */

/** Mixes two 32-bit integers into one (murmur3's finaliser). */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(b ^ (b >>> 15), 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32-bit hash of a text. */
export function hashText(text: string): number {
  let h = 0x811c_9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x0100_0193);
  return mix(h, text.length);
}

/** 32-bit hash of a path of names and numbers under a seed. */
export function hashOf(seed: number, ...parts: readonly (string | number)[]): number {
  let h = seed >>> 0;
  for (const part of parts) h = mix(h, typeof part === 'number' ? part | 0 : hashText(part));
  return h;
}

/** A 32-bit hash as a number in [0, 1). */
export function unit(hash: number): number {
  return (hash >>> 0) / 0x1_0000_0000;
}

/** `digits` hexadecimal digits out of a 32-bit hash, for container ids, digests and uids. */
export function hex(hash: number, digits: number): string {
  let text = '';
  for (let i = 0; text.length < digits; i += 1)
    text += mix(hash, i + 1)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}

/** A text that looks like an RFC 4122 uid. */
export function uid(hash: number): string {
  const h = hex(hash, 32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
}

/** A small sequential generator (mulberry32), for places where one owner draws in a fixed order. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Whole number in [low, high]. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)];
    if (item === undefined) throw new RangeError('pick from an empty list');
    return item;
  }

  /** Picks by weight. */
  weighted<T>(list: readonly (readonly [T, number])[]): T {
    let left = this.next() * list.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of list) {
      left -= weight;
      if (left < 0) return item;
    }
    const last = list.at(-1);
    if (last === undefined) throw new RangeError('pick from an empty list');
    return last[0];
  }
}

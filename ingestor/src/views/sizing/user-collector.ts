import type { UserBuckets } from './own-need.ts';

const longestDayMs = 25 * 3_600_000;

/** Gathers what one user did on their active days. */
export class UserCollector {
  /** Local midnights of active days, newest first. */
  readonly #midnights: readonly number[];
  readonly #cores: number[] = [];
  readonly #seconds: number[] = [];
  readonly #daysSince: number[] = [];
  #atCpuLimit = 0;
  #atMemoryLimit = 0;
  #cpuLimit: number | null = null;
  #memoryLimit: number | null = null;
  #memoryMax: number | null = null;
  #oomLimit: number | null = null;

  constructor(midnights: readonly number[]) {
    this.#midnights = midnights;
  }

  /** Start of the first day that counts. */
  get since(): number {
    return this.#midnights.at(-1) ?? Infinity;
  }

  bucket(
    time: number,
    cores: number,
    coveredSeconds: number,
    atCpuLimit: number,
    atMemoryLimit: number,
    cpuLimit: number | null,
    memoryLimit: number | null,
  ): void {
    const since = this.#daysSinceOf(time);
    if (since === -1) return;
    this.#cores.push(cores);
    this.#seconds.push(coveredSeconds);
    this.#daysSince.push(since);
    this.#atCpuLimit += atCpuLimit;
    this.#atMemoryLimit += atMemoryLimit;
    // The limit that was hit is the one that holds back; of several the highest.
    if (atCpuLimit === 1) this.#cpuLimit = higher(this.#cpuLimit, cpuLimit);
    if (atMemoryLimit === 1) this.#memoryLimit = higher(this.#memoryLimit, memoryLimit);
  }

  memory(time: number, bytes: number): void {
    if (this.#daysSinceOf(time) !== -1) this.#memoryMax = higher(this.#memoryMax, bytes);
  }

  /** A kill counts from the first day on, active or not: whoever is killed at once has no active day. */
  oomKill(time: number, limitBytes: number): void {
    if (time >= this.since) this.#oomLimit = higher(this.#oomLimit, limitBytes);
  }

  finish(): UserBuckets {
    return {
      cores: Float64Array.from(this.#cores),
      coveredSeconds: Float64Array.from(this.#seconds),
      daysSince: Uint8Array.from(this.#daysSince),
      atCpuLimit: this.#atCpuLimit,
      atMemoryLimit: this.#atMemoryLimit,
      cpuLimitCores: this.#cpuLimit,
      memoryLimitBytes: this.#memoryLimit,
      memoryMaxBytes: this.#memoryMax,
      oomLimitBytes: this.#oomLimit,
    };
  }

  /** −1: not on one of the active days. */
  #daysSinceOf(time: number): number {
    const index = this.#midnights.findIndex((midnight) => midnight <= time);
    return index !== -1 && time < (this.#midnights[index] ?? 0) + longestDayMs ? index : -1;
  }
}

function higher(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

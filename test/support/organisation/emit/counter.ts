import type { Cgroup } from '../cluster.ts';
import { UNITS_PER_CORE, cpuUnits } from '../load.ts';
import type { Load } from '../load.ts';
import { BUCKET_MS, bucketAt } from '../time.ts';

/** CPU seconds of a cgroup since its start, read in time order. Integer arithmetic: no drift, whatever the steps. */
export class CpuCounter {
  readonly #load: Load;
  #at: number;
  #sum: number;
  #bucket = -1;
  #units = 0;

  /** What a cgroup used before the story began is taken as idle time. */
  constructor(load: Load, cgroup: Cgroup, start: number) {
    this.#load = load;
    this.#at = Math.max(cgroup.from, start);
    this.#sum = (this.#at - cgroup.from) * Math.round(load.profile.idleCores * UNITS_PER_CORE);
  }

  /** Core-seconds at `ms`, which must not go back. */
  at(ms: number): number {
    while (this.#at < ms) {
      const bucket = bucketAt(this.#at);
      if (bucket !== this.#bucket) {
        this.#bucket = bucket;
        this.#units = cpuUnits(this.#load, bucket);
      }
      const next = Math.min(ms, (bucket + 1) * BUCKET_MS);
      this.#sum += (next - this.#at) * this.#units;
      this.#at = next;
    }
    return this.#sum / (UNITS_PER_CORE * 1000);
  }
}

import type { PriceBook } from './price-book.ts';
import type { Segment } from './segments.ts';

/** An amount below this is no usage: differences of sums leave such dust. */
const nothing = 1e-9;

/** Core-hours and GB-hours with their money. Money is null as soon as a part of the hours has no price: never 0, never half. */
export class MoneySum {
  coreHours = 0;
  gbHours = 0;
  #cpu = 0;
  #memory = 0;
  #isCpuPriced = false;
  #isMemoryPriced = false;
  #isCpuMissing = false;
  #isMemoryMissing = false;

  add(book: PriceBook, segment: Segment, nodeType: string, coreHours: number, gbHours: number): void {
    this.coreHours += coreHours;
    this.gbHours += gbHours;
    const cpu = book.price('cpu', nodeType, segment.day);
    const memory = book.price('memory', nodeType, segment.day);
    this.#cpu += coreHours * (cpu ?? 0);
    this.#memory += gbHours * (memory ?? 0);
    this.#isCpuPriced ||= cpu !== null;
    this.#isMemoryPriced ||= memory !== null;
    this.#isCpuMissing ||= cpu === null && Math.abs(coreHours) > nothing;
    this.#isMemoryMissing ||= memory === null && Math.abs(gbHours) > nothing;
  }

  merge(other: MoneySum): void {
    this.coreHours += other.coreHours;
    this.gbHours += other.gbHours;
    this.#cpu += other.#cpu;
    this.#memory += other.#memory;
    this.#isCpuPriced ||= other.#isCpuPriced;
    this.#isMemoryPriced ||= other.#isMemoryPriced;
    this.#isCpuMissing ||= other.#isCpuMissing;
    this.#isMemoryMissing ||= other.#isMemoryMissing;
  }

  get cpuCost(): number | null {
    return this.#isCpuPriced && !this.#isCpuMissing ? this.#cpu : null;
  }

  get memoryCost(): number | null {
    return this.#isMemoryPriced && !this.#isMemoryMissing ? this.#memory : null;
  }

  /** Both together. A resource that has no price at any time is not charged for (the answer says so). */
  cost(book: PriceBook): number | null {
    const parts = [
      ...(book.isCharged('cpu') ? [this.#isCpuMissing ? null : this.#cpu] : []),
      ...(book.isCharged('memory') ? [this.#isMemoryMissing ? null : this.#memory] : []),
    ];
    if (parts.length === 0) return null;
    return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
  }
}

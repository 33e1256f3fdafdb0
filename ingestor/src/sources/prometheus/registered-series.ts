import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { monthStart } from './calendar.ts';

const idsSql = readSql(import.meta.url, 'registered-ids.sql');
/** Slices of the id range; ids are spread evenly only within a metric, so there are many slices. */
const SLICES = 64n;

/** Words of an entry: the two halves of the id, two UTC months since 1970 of 16 bits each (never 0 in use). */
const WORDS = 3;
const FIRST_SLOTS = 1_024;
const FILL = 0.7;

/** Ids and their months, open addressing: 17 to 34 bytes for an id. */
class IdTable {
  count = 0;
  #slots = new Int32Array(FIRST_SLOTS * WORDS);

  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** The months of an id, 0 when it is unknown. */
  months(low: number, high: number): number {
    return this.#slots[this.#slot(low, high) + 2]!;
  }

  set(low: number, high: number, months: number): void {
    let at = this.#slot(low, high);
    if (this.#slots[at + 2] === 0) {
      if (++this.count > (this.#slots.length / WORDS) * FILL) {
        this.#grow();
        at = this.#slot(low, high);
      }
      this.#slots[at] = low;
      this.#slots[at + 1] = high;
    }
    this.#slots[at + 2] = months;
  }

  #slot(low: number, high: number): number {
    const slots = this.#slots;
    const mask = slots.length / WORDS - 1;
    // The id's low half is the evenly spread one.
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      if (slots[at + 2] === 0 || (slots[at] === low && slots[at + 1] === high)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + 2] === 0) continue;
      this.#slots.set(old.subarray(from, from + WORDS), this.#slot(old[from]!, old[from + 1]!));
    }
  }
}

/**
 * Series ids whose row for a UTC month is known to be in QuestDB: spares a restarted ingestor from writing them again.
 * Two generations bound it, as in `SeriesTable`; an id that was forgotten only has its row written once more.
 */
export class RegisteredSeries {
  readonly #half: number;
  #young = new IdTable();
  #old = new IdTable();

  constructor(maxSeries: number) {
    this.#half = Math.max(1, Math.ceil(maxSeries / 2));
  }

  get size(): number {
    return this.#young.count + this.#old.count;
  }

  get bytes(): number {
    return this.#young.bytes + this.#old.bytes;
  }

  has(id: bigint, month: number): boolean {
    const [low, high] = [lowWord(id), highWord(id)];
    return contains(this.#young.months(low, high), month) || contains(this.#old.months(low, high), month);
  }

  /** Only after QuestDB has acknowledged the row. */
  add(id: bigint, month: number): void {
    const [low, high] = [lowWord(id), highWord(id)];
    const months = this.#young.months(low, high);
    if (contains(months, month)) return;
    if (months === 0 && this.#young.count >= this.#half) {
      this.#old = this.#young;
      this.#young = new IdTable();
    }
    this.#young.set(low, high, (months << 16) | month);
  }

  /** Reads what is registered for a month, in slices. What arrives meanwhile is written again, which does no harm. */
  async load(reader: WarehouseReader, month: number, signal: AbortSignal): Promise<void> {
    const width = 2n ** 64n / SLICES;
    const [from, to] = [new Date(monthStart(month)), new Date(monthStart(month + 1))];
    for (let slice = 0n; slice < SLICES && !signal.aborted; slice++) {
      const first = -(2n ** 63n) + slice * width;
      const { rows } = await reader.query(idsSql, [slice === 0n ? first + 1n : first, first + width - 1n, from, to]);
      for (const [id] of rows) this.add(BigInt(id as number | bigint), month);
    }
  }
}

function contains(months: number, month: number): boolean {
  return (months & 0xffff) === month || months >>> 16 === month;
}

function lowWord(id: bigint): number {
  return Number(BigInt.asIntN(32, id));
}

function highWord(id: bigint): number {
  return Number(BigInt.asIntN(32, id >> 32n));
}

/** Words of a record, all 32-bit. One record is 48 bytes, so that a known series touches one or two cache lines. */
const RECORD_WORDS = 12;
const HASH_LOW = 0;
const HASH_HIGH = 1;
const DIGITS = 2;
/** Two UTC months (since 1970, 16 bits each) for which the series row is written or on its way. */
const MONTHS = 8;
/** Index + 1 of the high-availability pair, 0 for none. */
const PAIR = 9;
/** Hash of the metadata seen last with the series (2.0), 0 for none. */
const METADATA = 10;
/** Hash of the start timestamp written last (2.0), 0 for none. */
const START = 11;

/** Words of an id in a record: see `writeSeriesWords`. */
export const SERIES_WORDS = 6;

/** Open addressing over typed arrays: no object, string or BigInt per series. */
class Generation {
  count = 0;
  records: Int32Array;
  #capacity: number;
  #slots: Int32Array;
  #mask: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.records = new Int32Array(capacity * RECORD_WORDS);
    this.#slots = new Int32Array(slotsFor(capacity) * 2);
    this.#mask = slotsFor(capacity) - 1;
  }

  get bytes(): number {
    return this.records.byteLength + this.#slots.byteLength;
  }

  /** Offset of the record in `records`, -1 when unknown. */
  find(low: number, high: number): number {
    const slots = this.#slots;
    for (let slot = high & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const index = slots[slot * 2]!;
      if (index === 0) return -1;
      if (slots[slot * 2 + 1] !== low) continue;
      const at = (index - 1) * RECORD_WORDS;
      if (this.records[at + HASH_HIGH] === high) return at;
    }
  }

  /** Adds a record (the hash must be absent) and gives its offset. */
  add(low: number, high: number): number {
    if (this.count === this.#capacity) this.#grow();
    const at = this.count * RECORD_WORDS;
    this.records[at + HASH_LOW] = low;
    this.records[at + HASH_HIGH] = high;
    this.#link(low, high, ++this.count);
    return at;
  }

  #link(low: number, high: number, index: number): void {
    let slot = high & this.#mask;
    while (this.#slots[slot * 2] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot * 2] = index;
    this.#slots[slot * 2 + 1] = low;
  }

  #grow(): void {
    this.#capacity *= 2;
    const records = new Int32Array(this.#capacity * RECORD_WORDS);
    records.set(this.records);
    this.records = records;
    this.#slots = new Int32Array(slotsFor(this.#capacity) * 2);
    this.#mask = slotsFor(this.#capacity) - 1;
    for (let index = 0; index < this.count; index++) {
      const at = index * RECORD_WORDS;
      this.#link(records[at + HASH_LOW]!, records[at + HASH_HIGH]!, index + 1);
    }
  }
}

/** A power of two at least 1.5 times the capacity. */
function slotsFor(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(capacity * 1.5));
}

const FIRST_CAPACITY = 1_024;

/**
 * What is known about series by the hash of their label bytes. Two generations bound it: when the young one holds half
 * of `maxSeries`, it becomes the old one, and what is not used again by the next turn is forgotten. Offsets returned
 * by `find` and `add` are good until the next `find` or `add`.
 */
export class SeriesTable {
  readonly #half: number;
  #young = new Generation(FIRST_CAPACITY);
  #old: Generation | null = null;

  constructor(maxSeries: number) {
    this.#half = Math.max(1, Math.ceil(maxSeries / 2));
  }

  get size(): number {
    return this.#young.count + (this.#old?.count ?? 0);
  }

  get bytes(): number {
    return this.#young.bytes + (this.#old?.bytes ?? 0);
  }

  /** The records that offsets point into. */
  get records(): Int32Array {
    return this.#young.records;
  }

  /** Offset of a known series' record, -1 for an unknown one. */
  find(low: number, high: number): number {
    const at = this.#young.find(low, high);
    if (at >= 0 || this.#old === null) return at;
    const old = this.#old;
    const from = old.find(low, high);
    if (from < 0) return -1;
    const to = this.add(low, high);
    this.#young.records.set(old.records.subarray(from, from + RECORD_WORDS), to);
    return to;
  }

  /** A new, empty record. */
  add(low: number, high: number): number {
    if (this.#young.count >= this.#half) {
      this.#old = this.#young;
      this.#young = new Generation(FIRST_CAPACITY);
    }
    return this.#young.add(low, high);
  }

  /** Offset of the id's words within `records`. */
  digitsAt(at: number): number {
    return at + DIGITS;
  }

  /** True when the series' row for the month is written or on its way. */
  hasMonth(at: number, month: number): boolean {
    const months = this.records[at + MONTHS]!;
    return (months & 0xffff) === month || months >>> 16 === month;
  }

  addMonth(at: number, month: number): void {
    this.records[at + MONTHS] = (this.records[at + MONTHS]! << 16) | month;
  }

  /** Rows of the series did not arrive: they are due again. */
  forget(low: number, high: number): void {
    for (const generation of [this.#young, this.#old]) {
      const at = generation?.find(low, high) ?? -1;
      if (at < 0) continue;
      const { records } = generation!;
      records[at + MONTHS] = 0;
      records[at + METADATA] = 0;
      records[at + START] = 0;
    }
  }

  pair(at: number): number {
    return this.records[at + PAIR]! - 1;
  }

  setPair(at: number, pair: number): void {
    this.records[at + PAIR] = pair + 1;
  }

  metadata(at: number): number {
    return this.records[at + METADATA]!;
  }

  setMetadata(at: number, hash: number): void {
    this.records[at + METADATA] = hash;
  }

  start(at: number): number {
    return this.records[at + START]!;
  }

  setStart(at: number, hash: number): void {
    this.records[at + START] = hash;
  }
}

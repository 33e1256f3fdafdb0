import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { monthStart } from './calendar.ts';
import { SeriesTable } from './series-table.ts';

const idsSql = readSql(import.meta.url, 'registered-ids.sql');
/** Slices of the id range; ids are spread evenly only within a metric, so there are many slices. */
const SLICES = 64n;

/** Series ids whose row for a UTC month is known to be in QuestDB: spares a restarted ingestor from writing them again. */
export class RegisteredSeries {
  readonly #table: SeriesTable;

  constructor(maxSeries: number) {
    this.#table = new SeriesTable(maxSeries);
  }

  get size(): number {
    return this.#table.size;
  }

  get bytes(): number {
    return this.#table.bytes;
  }

  has(id: bigint, month: number): boolean {
    const at = this.#table.find(highWord(id), lowWord(id));
    return at >= 0 && this.#table.hasMonth(at, month);
  }

  /** Only after QuestDB has acknowledged the row. */
  add(id: bigint, month: number): void {
    const [high, low] = [highWord(id), lowWord(id)];
    const found = this.#table.find(high, low);
    const at = found >= 0 ? found : this.#table.add(high, low);
    if (!this.#table.hasMonth(at, month)) this.#table.addMonth(at, month);
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

// The table spreads by its second word: the id's low half is the evenly spread one.
function lowWord(id: bigint): number {
  return Number(BigInt.asIntN(32, id));
}

function highWord(id: bigint): number {
  return Number(BigInt.asIntN(32, id >> 32n));
}

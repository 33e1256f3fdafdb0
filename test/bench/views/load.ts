import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { readSql } from '../../../ingestor/src/warehouse/sql.ts';
import type { Row } from '../../../ingestor/src/warehouse/warehouse.ts';
import { containers, dayMs, people, series, surroundings } from './dimensions.ts';

const days = 365;
/** Days of five-minute rows made at a time. */
const stepDays = 5;
const rowsAtATime = 20_000;
const marts = '../../../ingestor/src/warehouse/marts/daily/';
const sql = (name: string): string => readSql(import.meta.url, name);
const statements = {
  usage: sql('usage.sql'),
  hours: sql(`${marts}container-usage-1h.sql`),
  days: sql('days.sql'),
  bins: sql('bins.sql'),
  nodes: sql('nodes.sql'),
  nodeDays: sql('node-days.sql'),
  userDays: sql('user-days.sql'),
  visits: sql('visits.sql'),
  volumes: sql('volumes.sql'),
  samples: sql('samples.sql'),
};

export interface Loaded {
  readonly from: Date;
  readonly to: Date;
  readonly users: number;
  /** At a time. */
  readonly containers: number;
  readonly days: number;
}

/** How much of 1,200 users and 1,000 containers at a time; a year in any case. */
export function sizeOf(scale: number, now: Date): Loaded {
  const to = new Date(Math.floor(now.getTime() / dayMs) * dayMs);
  return {
    users: Math.max(60, Math.round(1200 * scale)),
    containers: Math.max(50, Math.round(1000 * scale)),
    to,
    from: new Date(to.getTime() - days * dayMs),
    days,
  };
}

/** Fills the marts directly; the last day also has its raw samples. */
export async function loadYear(warehouse: QuestdbWarehouse, size: Loaded): Promise<void> {
  const { reader } = warehouse;
  for (const tables of [people(size), containers(size), surroundings(size)])
    for (const [table, rows] of Object.entries(tables)) await write(warehouse, table, rows);
  await write(warehouse, 'series', series(size));
  for (let day = 0; day < days; day += stepDays) {
    const start = new Date(size.from.getTime() + day * dayMs);
    const span = [start, new Date(start.getTime() + stepDays * dayMs)];
    await reader.execute(statements.usage, [...span, stepDays * 288]);
    await reader.execute(statements.hours, span);
    await reader.execute(statements.days, span);
    await reader.execute(statements.bins, span);
    await reader.execute(statements.nodes, span);
  }
  await reader.execute(statements.nodeDays, [size.from, size.to]);
  await reader.execute(statements.userDays);
  await reader.execute(statements.visits);
  await reader.execute(statements.volumes, [size.from, days]);
  // An hour at a time: a commit of a day would be sorted as a whole.
  for (let at = size.to.getTime() - dayMs; at < size.to.getTime(); at += 3_600_000)
    await reader.execute(statements.samples, [new Date(at), new Date(at + 3_600_000), 240]);
}

async function write(warehouse: QuestdbWarehouse, table: string, rows: Iterable<Row>): Promise<void> {
  let batch: Row[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await warehouse.writer.write([{ table, rows: batch }]);
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === rowsAtATime) await flush();
  }
  await flush();
  await warehouse.settle([table]);
}

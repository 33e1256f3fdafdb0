import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { ownNeed, type OwnNeed, type SizingRules } from './own-need.ts';
import { UserCollector } from './user-collector.ts';

const daysSql = readSql(import.meta.url, 'active-days.sql');
const bucketsSql = readSql(import.meta.url, 'person-buckets.sql');
const memorySql = readSql(import.meta.url, 'person-memory.sql');
const oomSql = readSql(import.meta.url, 'oom-kills.sql');
const dayMs = 86_400_000;
const daysPerQuery = 4;
/** Active days further back are not looked for: the 28th may be half a year ago. */
export const lookBackDays = 180;

/** What each user needs, by person key, from their last 28 active days before `to`. `person`: only this one, '' = all. */
export async function loadNeeds(
  reader: WarehouseReader,
  to: Date,
  rules: SizingRules,
  person = '',
): Promise<ReadonlyMap<string, OwnNeed>> {
  const earliest = new Date(to.getTime() - lookBackDays * dayMs);
  const collectors = await activeDays(reader, earliest, to, rules.activeDays, person);
  const starts = [...collectors.values()].map((collector) => collector.since);
  // A local day may end after `to` begins: what is later than `to` is not read.
  for (let end = to.getTime(); end > Math.min(...starts); end -= daysPerQuery * dayMs) {
    const piece = [new Date(end - daysPerQuery * dayMs), new Date(end)] as const;
    const [buckets, memory] = await Promise.all([
      reader.query(bucketsSql, [...piece, rules.activeCores, rules.atLimit, person]),
      reader.query(memorySql, [...piece, person]),
    ]);
    for (const [time, user, ...bucket] of buckets.rows as unknown as readonly BucketCells[])
      collectors.get(user)?.bucket(time.getTime(), ...bucket);
    for (const [time, user, bytes] of memory.rows as unknown as readonly (readonly [Date, string, number])[])
      collectors.get(user)?.memory(time.getTime(), bytes);
  }
  const kills = await reader.query(oomSql, [earliest, to, person]);
  for (const [user, time, limit] of kills.rows as unknown as readonly (readonly [string, Date, number])[])
    collectors.get(user)?.oomKill(time.getTime(), limit);
  return new Map([...collectors].map(([user, collector]) => [user, ownNeed(collector.finish(), rules)]));
}

type BucketCells = readonly [
  time: Date,
  user: string,
  cores: number,
  coveredSeconds: number,
  atCpuLimit: number,
  atMemoryLimit: number,
  cpuLimit: number | null,
  memoryLimit: number | null,
];

async function activeDays(
  reader: WarehouseReader,
  from: Date,
  to: Date,
  most: number,
  person: string,
): Promise<Map<string, UserCollector>> {
  const days = new Map<string, number[]>();
  const rows = (await reader.query(daysSql, [from, to, person])).rows as unknown as readonly (readonly [
    string,
    Date,
  ])[];
  for (const [user, midnight] of rows) {
    const known = days.get(user);
    if (!known) days.set(user, [midnight.getTime()]);
    else if (known.length < most) known.push(midnight.getTime());
  }
  return new Map([...days].map(([user, midnights]) => [user, new UserCollector(midnights)]));
}

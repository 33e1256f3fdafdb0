import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { loadBatchLines } from './batch-lines.ts';
import { dayText, dayLabel } from './day.ts';
import { daysBetween, rangeOfDays } from './daily.ts';
import { loadNodeLines } from './node-lines.ts';
import { charged, type Basis } from './parameters.ts';
import { payerOf, payers, payingPerson } from './payer.ts';
import type { PriceBook } from './price-book.ts';
import { segmentsOf } from './segments.ts';
import { MoneySum } from './sum.ts';
import { loadUsageLines, type UsageLine, type UsageQuestion } from './usage-lines.ts';

export type CostGroup = 'platform' | 'department' | 'kind';

/** Cost of one group by day (label text); null: not priced. A day without any data of the platform is not in it. */
export interface DailyCost {
  readonly group: string;
  readonly people: ReadonlySet<string>;
  readonly days: ReadonlyMap<string, number | null>;
  /** Cost of each person over all days, for privacy. */
  readonly byPerson: ReadonlyMap<string, number>;
}

interface Open {
  readonly people: Set<string>;
  readonly sums: Map<string, MoneySum>;
  readonly persons: Map<string, MoneySum>;
}

/** Days (labels) of a price book in one basis. */
export interface DailyQuestion {
  readonly first: Date;
  /** Exclusive. */
  readonly end: Date;
  readonly zone: string;
  readonly book: PriceBook;
}

/**
 * What all nodes cost by day, Σ allocatable × price, and what AWS Batch reserved outside of them. It is about nobody. Null when no
 * node is known in these days; a day without nodes is not in it.
 */
export async function loadOfferedCost(
  reader: WarehouseReader,
  { first, end, zone, book }: DailyQuestion,
): Promise<DailyCost | null> {
  const range = rangeOfDays(first, end, zone);
  const [nodes, batch] = await Promise.all([
    loadNodeLines(reader, range, segmentsOf(range, zone, 'day', book.changeDays()), ''),
    loadBatchLines(reader, daily(range, zone, book, false)),
  ]);
  const sums = new Map<string, MoneySum>();
  for (const { segment, nodeType, cpu, memory } of nodes)
    sumOf(sums, dayText(dayLabel(segment.from, zone))).add(
      book,
      segment,
      nodeType,
      cpu.allocatable,
      memory.allocatable,
    );
  if (sums.size === 0) return null;
  for (const { segment, nodeType, cpu, memory } of batch)
    sums.get(dayText(dayLabel(segment.from, zone)))?.add(book, segment, nodeType, cpu.requested, memory.requested);
  return { group: '', people: new Set(), days: costsOf(sums, [...sums.keys()].sort(), book), byPerson: new Map() };
}

/**
 * Cost per group and day. The platform is everything that is offered (by the basis `requested`) where nodes are known:
 * departments, unattributed, platform and infra idle together. A department is what its people pay.
 */
export async function loadDailyCost(
  reader: WarehouseReader,
  question: DailyQuestion & { readonly basis: Basis; readonly group: CostGroup },
): Promise<DailyCost[]> {
  const { first, end, zone, basis, group, book } = question;
  const isOffered = group === 'platform' && basis === 'requested';
  const offered = isOffered ? await loadOfferedCost(reader, question) : null;
  if (offered) return [offered];
  const range = rangeOfDays(first, end, zone);
  const segments = segmentsOf(range, zone, 'day', book.changeDays());
  const usage = daily(range, zone, book, group === 'department');
  const [containers, batch, nodes] = await Promise.all([
    loadUsageLines(reader, usage),
    loadBatchLines(reader, usage),
    group === 'platform' && !isOffered ? loadNodeLines(reader, range, segments, '') : [],
  ]);
  const groups = new Map<string, Open>();
  const seen = new Set<string>();
  const textOf = dayTexts(zone);
  const open = (name: string): Open => {
    const known = groups.get(name) ?? { people: new Set(), sums: new Map(), persons: new Map() };
    groups.set(name, known);
    return known;
  };
  for (const line of [...containers, ...batch]) {
    const day = textOf(line.segment.from);
    seen.add(day);
    const name = groupOf(line, group);
    if (name === null) continue;
    const own = open(name);
    const person = payingPerson(line);
    const [cores, gb] = [charged(line.cpu, basis), charged(line.memory, basis)];
    sumOf(own.sums, day).add(book, line.segment, line.nodeType, cores, gb);
    if (person === null) continue;
    own.people.add(person);
    sumOf(own.persons, person).add(book, line.segment, line.nodeType, cores, gb);
  }
  for (const { segment, nodeType, cpu, memory } of nodes) {
    const day = textOf(segment.from);
    seen.add(day);
    sumOf(open('').sums, day).add(book, segment, nodeType, cpu.infraIdle, memory.infraIdle);
  }
  const known = daysBetween(first, end)
    .map(dayText)
    .filter((day) => seen.has(day));
  return [...groups].map(([name, { people, sums, persons }]) => ({
    group: name,
    people,
    days: costsOf(sums, known, book),
    byPerson: new Map([...persons].map(([person, sum]) => [person, sum.cost(book) ?? 0])),
  }));
}

function daily(range: UsageQuestion['range'], zone: string, book: PriceBook, byPerson: boolean): UsageQuestion {
  return {
    range,
    zone,
    period: 'day',
    changes: book.changeDays(),
    byPerson,
    byImage: false,
    person: null,
    filters: ['', '', '', '', ''],
  };
}

/** Null where a part has no price; 0 on a day that only others have data of. */
function costsOf(
  sums: ReadonlyMap<string, MoneySum>,
  days: readonly string[],
  book: PriceBook,
): ReadonlyMap<string, number | null> {
  return new Map(days.map((day) => [day, sums.has(day) ? (sums.get(day)?.cost(book) ?? null) : 0]));
}

/** The day of an instant as text; segments are few, lines many. */
function dayTexts(zone: string): (time: Date) => string {
  const known = new Map<number, string>();
  return (time) => {
    let text = known.get(time.getTime());
    if (text === undefined) known.set(time.getTime(), (text = dayText(dayLabel(time, zone))));
    return text;
  };
}

/** Null: the line is nobody's of this grouping. */
function groupOf(line: UsageLine, group: CostGroup): string | null {
  if (group === 'platform') return '';
  if (group === 'kind') return line.kind;
  return payerOf(line) === payers.people ? (line.attributes?.department ?? 'unattributed') : null;
}

function sumOf(sums: Map<string, MoneySum>, key: string): MoneySum {
  const known = sums.get(key) ?? new MoneySum();
  sums.set(key, known);
  return known;
}

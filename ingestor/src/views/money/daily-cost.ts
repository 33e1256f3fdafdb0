import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { unattributed } from '../shared/columns.ts';
import { loadBatchLines } from './batch-lines.ts';
import { dayText, dayLabel } from './day.ts';
import { loadDayLines } from './day-lines.ts';
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

/** Groups by day, without the people in them. */
export type GroupDays = Pick<DailyCost, 'group' | 'days'>;
type GroupQuestion = DailyQuestion & { readonly basis: Basis; readonly group: CostGroup };

/**
 * Cost per group and day. The platform is everything that is offered (by the basis `requested`) where nodes are known:
 * departments, unattributed, platform and infra idle together. A department is what its people pay.
 */
export async function loadDailyCost(reader: WarehouseReader, question: GroupQuestion): Promise<DailyCost[]> {
  const { basis, group } = question;
  const offered = group === 'platform' && basis === 'requested' ? await loadOfferedCost(reader, question) : null;
  if (offered) return [offered];
  const [days, persons] = await Promise.all([loadDays(reader, question), loadPersons(reader, question)]);
  return days.map(({ group: name, days: own }) => {
    const sums = persons.get(name) ?? new Map<string, MoneySum>();
    return {
      group: name,
      days: own,
      people: new Set(sums.keys()),
      byPerson: new Map([...sums].map(([person, sum]) => [person, sum.cost(question.book) ?? 0])),
    };
  });
}

/** Cost per group and day: read by day and department, not by person. */
export async function loadDays(reader: WarehouseReader, question: GroupQuestion): Promise<GroupDays[]> {
  const { first, end, zone, basis, group, book } = question;
  const range = rangeOfDays(first, end, zone);
  const usage = daily(range, zone, book, group === 'department');
  const [containers, batch, nodes] = await Promise.all([
    loadDayLines(reader, usage),
    loadBatchLines(reader, usage),
    group === 'platform' && basis !== 'requested'
      ? loadNodeLines(reader, range, segmentsOf(range, zone, 'day', book.changeDays()), '')
      : [],
  ]);
  const groups = new Map<string, Map<string, MoneySum>>();
  const seen = new Set<string>();
  const textOf = dayTexts(zone);
  const add = (name: string | null, { segment, nodeType }: NodeDay, cores: number, gb: number): void => {
    const day = textOf(segment.from);
    seen.add(day);
    if (name === null) return;
    const sums = groups.get(name) ?? new Map<string, MoneySum>();
    groups.set(name, sums);
    sumOf(sums, day).add(book, segment, nodeType, cores, gb);
  };
  for (const line of containers) {
    const person = line.hasPerson ? '' : null;
    const name = groupOf({ kind: line.kind, person, department: line.department }, group);
    add(name, line, charged(line.cpu, basis), charged(line.memory, basis));
  }
  for (const line of batch)
    add(groupOf(ofPerson(line), group), line, charged(line.cpu, basis), charged(line.memory, basis));
  for (const line of nodes) add('', line, line.cpu.infraIdle, line.memory.infraIdle);
  const known = daysBetween(first, end)
    .map(dayText)
    .filter((day) => seen.has(day));
  return [...groups].map(([name, sums]) => ({ group: name, days: costsOf(sums, known, book) }));
}

type NodeDay = Pick<UsageLine, 'segment' | 'nodeType'>;

/** Group → person → what they pay over all days. */
async function loadPersons(
  reader: WarehouseReader,
  { first, end, zone, basis, group, book }: GroupQuestion,
): Promise<Map<string, Map<string, MoneySum>>> {
  const usage = {
    ...daily(rangeOfDays(first, end, zone), zone, book, group === 'department'),
    period: 'none',
  } as const;
  const lines = (await Promise.all([loadUsageLines(reader, usage), loadBatchLines(reader, usage)])).flat();
  const groups = new Map<string, Map<string, MoneySum>>();
  for (const line of lines) {
    const [name, person] = [groupOf(ofPerson(line), group), payingPerson(line)];
    if (name === null || person === null) continue;
    const sums = groups.get(name) ?? new Map<string, MoneySum>();
    groups.set(name, sums);
    const [cores, gb] = [charged(line.cpu, basis), charged(line.memory, basis)];
    sumOf(sums, person).add(book, line.segment, line.nodeType, cores, gb);
  }
  return groups;
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

interface Owned extends Pick<UsageLine, 'kind' | 'person'> {
  readonly department: string | null;
}

function ofPerson({ kind, person, attributes }: UsageLine): Owned {
  return { kind, person, department: attributes?.department ?? null };
}

/** Null: the line is nobody's of this grouping. */
function groupOf(line: Owned, group: CostGroup): string | null {
  if (group === 'platform') return '';
  if (group === 'kind') return line.kind;
  return payerOf(line) === payers.people ? line.department || unattributed : null;
}

function sumOf(sums: Map<string, MoneySum>, key: string): MoneySum {
  const known = sums.get(key) ?? new MoneySum();
  sums.set(key, known);
  return known;
}

import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { dayText, dayLabel } from './day.ts';
import { daysBetween, rangeOfDays } from './daily.ts';
import { loadNodeLines } from './node-lines.ts';
import { charged, type Basis } from './parameters.ts';
import { payerOf, payers, payingPerson } from './payer.ts';
import type { PriceBook } from './price-book.ts';
import { segmentsOf } from './segments.ts';
import { MoneySum } from './sum.ts';
import { loadUsageLines, type UsageLine } from './usage-lines.ts';

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

/**
 * Cost per group and day. The platform is everything that is offered (Σ allocatable × price, by the basis `requested`) where
 * nodes are known: departments, unattributed, platform and infra idle together. A department is what its people pay.
 */
export async function loadDailyCost(
  reader: WarehouseReader,
  question: { first: Date; end: Date; zone: string; basis: Basis; group: CostGroup; book: PriceBook },
): Promise<DailyCost[]> {
  const { first, end, zone, basis, group, book } = question;
  const range = rangeOfDays(first, end, zone);
  const segments = segmentsOf(range, zone, 'day', book.changeDays());
  const [lines, nodes] = await Promise.all([
    loadUsageLines(reader, {
      range,
      zone,
      period: 'day',
      changes: book.changeDays(),
      byPerson: group === 'department',
      byImage: false,
      person: null,
      filters: ['', '', '', '', ''],
    }),
    group === 'platform' ? loadNodeLines(reader, range, segments, '') : [],
  ]);
  // What is offered is not about people; what they reserve or use is.
  const isOffered = nodes.length > 0 && basis === 'requested';
  const groups = new Map<string, Open>();
  const seen = new Set<string>();
  const open = (name: string): Open => {
    const known = groups.get(name) ?? { people: new Set(), sums: new Map(), persons: new Map() };
    groups.set(name, known);
    return known;
  };
  for (const line of lines) {
    const day = dayText(dayLabel(line.segment.from, zone));
    seen.add(day);
    const name = groupOf(line, group);
    if (name === null) continue;
    const own = open(name);
    const person = isOffered ? null : payingPerson(line);
    const [cores, gb] = [charged(line.cpu, basis), charged(line.memory, basis)];
    sumOf(own.sums, day).add(book, line.segment, line.nodeType, cores, gb);
    if (person === null) continue;
    own.people.add(person);
    sumOf(own.persons, person).add(book, line.segment, line.nodeType, cores, gb);
  }
  for (const { segment, nodeType, cpu, memory } of nodes) {
    const day = dayText(dayLabel(segment.from, zone));
    seen.add(day);
    sumOf(open('').sums, day).add(book, segment, nodeType, cpu.infraIdle, memory.infraIdle);
  }
  const known = daysBetween(first, end)
    .map(dayText)
    .filter((day) => seen.has(day));
  return [...groups].map(([name, { people, sums, persons }]) => ({
    group: name,
    people,
    days: new Map(known.map((day) => [day, sums.has(day) ? (sums.get(day)?.cost(book) ?? null) : 0])),
    byPerson: new Map([...persons].map(([person, sum]) => [person, sum.cost(book) ?? 0])),
  }));
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

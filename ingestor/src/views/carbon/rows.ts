import type { NodeLine } from '../money/node-lines.ts';
import type { Segment } from '../money/segments.ts';
import type { UsageLine } from '../money/usage-lines.ts';
import type { CellValue } from '../../warehouse/warehouse.ts';
import { summable } from '../money/cells.ts';
import type { CarbonBook } from './carbon-book.ts';
import { weighted } from './by-hour.ts';
import { kilograms, type CarbonHours } from './formula.ts';

export const carbonParts = ['in use', 'idle', 'embodied'] as const;
export type CarbonPart = (typeof carbonParts)[number];

interface Range {
  low: number | null;
  high: number | null;
}

/** kg of a cell between the low and the high coefficients; null as soon as something of it has none. */
export class CarbonCell {
  readonly parts: Readonly<Record<CarbonPart, Range>> = {
    'in use': { low: 0, high: 0 },
    idle: { low: 0, high: 0 },
    embodied: { low: 0, high: 0 },
  };

  /** `more`: what the hours weigh above the mean of the day (`by-hour.ts`); devices are not heavier by night. */
  add(book: CarbonBook, segment: Segment, nodeType: string, hours: CarbonHours, more: CarbonHours): void {
    const intensity = book.intensity(segment.day);
    for (const set of ['low', 'high'] as const) {
      const coefficients = book.coefficients(set, nodeType, segment.day);
      const isKnown = coefficients && intensity !== null;
      const kg = isKnown ? kilograms(weighted(hours, more), coefficients, intensity) : null;
      const embodied = isKnown ? kilograms(hours, coefficients, intensity).embodied : null;
      for (const [part, value] of [
        ['in use', kg?.inUse],
        ['idle', kg?.idle],
        ['embodied', embodied],
      ] as const) {
        const before = this.parts[part][set];
        this.parts[part][set] = before === null || value === null || value === undefined ? null : before + value;
      }
    }
  }

  /** Smaller and larger of both sets: a set called low need not be lower in each part. */
  range(part: CarbonPart): { low: number | null; high: number | null } {
    const { low, high } = this.parts[part];
    return low === null || high === null
      ? { low: null, high: null }
      : { low: Math.min(low, high), high: Math.max(low, high) };
  }
}

/** Hours of a container's line. Memory counts as what is reserved or used, whichever is more. */
export function hoursOf({ cpu, memory }: UsageLine): CarbonHours {
  return {
    reservedCores: cpu.requested + cpu.borrowed,
    usedCores: cpu.used,
    idleCores: cpu.idle,
    gb: memory.requested + memory.borrowed,
  };
}

/** Cores of a node that nobody reserved draw W_min: idle altogether. */
export function infraHoursOf({ cpu }: NodeLine): CarbonHours {
  const cores = Math.max(0, cpu.infraIdle);
  return { reservedCores: cores, usedCores: 0, idleCores: cores, gb: 0 };
}

/** Columns of one part of a cell, with the largest of a person. */
export function carbonColumns(
  cell: CarbonCell,
  part: CarbonPart,
  people: Iterable<CarbonCell>,
): Record<string, CellValue> {
  const { low, high } = cell.range(part);
  const largest = { low: 0, high: 0 };
  let count = 0;
  for (const person of people) {
    const own = person.range(part);
    largest.low = Math.max(largest.low, own.low ?? 0);
    largest.high = Math.max(largest.high, own.high ?? 0);
    count++;
  }
  return {
    kg_low: low,
    kg_high: high,
    ...summable('kg_low', low),
    ...summable('kg_high', high),
    largest_kg_low: largest.low,
    largest_kg_high: largest.high,
    people: count,
  };
}

import { locationService } from '@grafana/runtime';
import type { HarnessState, RangeSpec } from '../spec.ts';
import { requests } from './backend.ts';

interface Seen {
  status: string;
  value: unknown;
  rows: number;
  ranges: RangeSpec[];
}

const nothing = (): Seen => ({ status: 'loading', value: null, rows: 0, ranges: [] });
const seen = nothing();

/** Forgets what was reported by the part that was mounted before. */
export function observeAnew(): void {
  Object.assign(seen, nothing());
}

/** What mounted parts report, for the test to read. */
export function observe(change: Partial<Seen>): void {
  Object.assign(seen, change);
}

export function observeRange(range: RangeSpec): void {
  seen.ranges.push(range);
}

export function observed(): HarnessState {
  const { pathname, search } = locationService.getLocation();
  return { ...structuredClone(seen), location: `${pathname}${search}`, requests: [...requests] };
}

import { locationService } from '@grafana/runtime';
import type { HarnessState, RangeSpec } from '../spec.ts';
import { requests } from './backend.ts';

const seen: { status: string; value: unknown; rows: number; ranges: RangeSpec[] } = {
  status: 'loading',
  value: null,
  rows: 0,
  ranges: [],
};

/** What mounted parts report, for the test to read. */
export function observe(change: Partial<typeof seen>): void {
  Object.assign(seen, change);
}

export function observeRange(range: RangeSpec): void {
  seen.ranges.push(range);
}

export function observed(): HarnessState {
  const { pathname, search } = locationService.getLocation();
  return { ...structuredClone(seen), location: `${pathname}${search}`, requests: [...requests] };
}

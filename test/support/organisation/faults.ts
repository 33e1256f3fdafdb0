import type { Node } from './cluster.ts';
import type { Frame } from './options.ts';
import { DAY_MS, HOUR_MS, floorTo } from './time.ts';

/** What goes wrong with the data, on purpose. */
export interface Faults {
  /** No cAdvisor samples from these nodes over [from, to): six hours of one working day. */
  readonly hole: { readonly from: number; readonly to: number; has(node: Node): boolean };
  /** Days (UTC midnights) on which the directory's export lost 30 % of its rows: one week. */
  readonly hrLoss: { readonly from: number; readonly to: number; readonly share: number };
  /** Every n-th request is sent twice, every m-th six hours late. */
  readonly duplicateEvery: number;
  readonly lateEvery: number;
  readonly lateMs: number;
}

/** The faults of a story; all lie within its last 40 days. */
export function faultsOf(frame: Frame): Faults {
  let day = floorTo(frame.now, DAY_MS) - 20 * DAY_MS;
  while ([0, 6].includes(new Date(day).getUTCDay())) day += DAY_MS;
  const week = floorTo(frame.now, DAY_MS) - 33 * DAY_MS;
  return {
    hole: { from: day + 8 * HOUR_MS, to: day + 14 * HOUR_MS, has: (node) => !node.protected && node.index % 3 === 0 },
    hrLoss: { from: week, to: week + 7 * DAY_MS, share: 0.3 },
    duplicateEvery: 41,
    lateEvery: 67,
    lateMs: 6 * HOUR_MS,
  };
}

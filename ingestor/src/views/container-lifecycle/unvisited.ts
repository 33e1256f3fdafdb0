import type { ReservationPrices } from '../money/reservations.ts';
import type { Workspace } from './workspaces.ts';

const day = 86_400_000;

export interface Unvisited {
  /** From the last visit, in whole days; null: never visited. */
  readonly seconds: number | null;
  readonly coreHours: number | null;
  readonly cost: number | null;
}

/**
 * What a workspace has had reserved since its last visit (never visited: since its creation), until its end or `asOf`. Whole days
 * after a visit, for the hours of people are not shown. Empty where nothing tells about visits, or without a request or a price.
 */
export function unvisitedOf(workspace: Workspace, asOf: Date, prices: ReservationPrices): Unvisited {
  const { last_visit_at: last, created_at: created, visit_basis: basis, cpu_request_cores: cores } = workspace;
  const until = (workspace.ended_at ?? asOf).getTime();
  const seconds = last && (Math.floor(Math.max(0, until - last.getTime()) / day) * day) / 1000;
  if (cores === null || (seconds === null && basis !== 'event' && basis !== 'cpu'))
    return { seconds, coreHours: null, cost: null };
  const from = seconds === null ? created.getTime() : until - seconds * 1000;
  const span = { from: new Date(Math.min(from, until)), to: new Date(until) };
  const gigabytes = (workspace.memory_request_bytes ?? 0) / 2 ** 30;
  return {
    seconds,
    coreHours: (cores * Math.max(0, until - from)) / 3_600_000,
    cost: prices.costOf({ cluster: workspace.cluster, node: workspace.node, ...span, cores, gigabytes }),
  };
}

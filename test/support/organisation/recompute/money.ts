import { SHAPES } from '../cluster.ts';
import type { Organisation } from '../organisation.ts';
import { BUCKET_MS } from '../time.ts';
import { attributesAt } from './attributes.ts';
import { midnightOf } from './calendar.ts';
import { SCRAPE_SECONDS } from './story.ts';

/** Prices and coefficients of the story, written down a second time. */
export const CORE_HOUR = 0.02087;
export const GB_HOUR = 0.00262;
const WATTS = { low: { min: 0.74, max: 3.5, memory: 0.39 }, high: { min: 1.2, max: 4.6, memory: 0.6 } };
const PUE = 1.135;
const KG_PER_KWH = 0.311;
export const GIB = 1024 ** 3;

/** Core-hours and GB-hours of one payer. */
export interface Hours {
  requested: number;
  used: number;
  within: number;
  idle: number;
  unknown: number;
  borrowed: number;
  requestedGb: number;
  /** Σ max(requested, used) of memory. */
  takenGb: number;
  /** Core-hours of a scrape at the end of each pod: when it ended is known to a scrape. */
  endSlack: number;
}
export interface Offered {
  readonly cores: number;
  readonly gb: number;
}

const paidByUser = new Set(['interactive', 'connect', 'batch']);
const nothing = (): Hours => ({
  requested: 0,
  used: 0,
  within: 0,
  idle: 0,
  unknown: 0,
  borrowed: 0,
  requestedGb: 0,
  takenGb: 0,
  endSlack: 0,
});

/** Who pays for what: `people/<group>`, `no user`, `platform`. */
export function recomputeHours(
  organisation: Organisation,
  range: { readonly from: number; readonly to: number },
  by: 'all' | 'department' | 'role' = 'all',
): ReadonlyMap<string, Hours> {
  const payers = new Map<string, Hours>();
  const groupsOfHour = new Map<string, string>();
  for (const row of organisation.usage({ ...range, scrapeSeconds: SCRAPE_SECONDS })) {
    const { person, kind } = row.pod.plan;
    let payer = !paidByUser.has(kind) ? 'platform' : 'no user';
    if (payer === 'no user' && person !== null) {
      const key = `${String(person)} ${String(Math.floor(row.bucket / 3_600_000))}`;
      payer =
        groupsOfHour.get(key) ??
        `people/${by === 'all' ? 'all' : attributesAt(organisation, person, midnightOf(row.bucket))[by]}`;
      groupsOfHour.set(key, payer);
    }
    const sums = payers.get(payer) ?? nothing();
    payers.set(payer, sums);
    const [alive, covered] = [row.aliveSeconds / 3600, row.coveredSeconds / 3600];
    const [requestGb, usedGb] = [row.requestBytes / GIB, row.memoryBytes / GIB];
    sums.requested += row.requestCores * alive;
    sums.used += row.cores * covered;
    sums.within += Math.min(row.cores, row.requestCores) * covered;
    sums.idle += Math.max(0, row.requestCores - row.cores) * covered;
    sums.unknown += row.requestCores * (alive - covered);
    sums.borrowed += Math.max(0, row.cores - row.requestCores) * covered;
    sums.requestedGb += requestGb * alive;
    sums.takenGb += requestGb * alive + Math.max(0, usedGb - requestGb) * covered;
    if (row.bucket <= row.pod.endedAt && row.pod.endedAt < row.bucket + BUCKET_MS)
      sums.endSlack += (row.requestCores * SCRAPE_SECONDS) / 3600;
  }
  return payers;
}

/** What nodes offered to pods. */
export function recomputeOffered(
  organisation: Organisation,
  { from, to }: { readonly from: number; readonly to: number },
): Offered {
  let [cores, gb] = [0, 0];
  for (const node of organisation.nodes()) {
    const hours = Math.max(0, Math.min(to, node.removedAt) - Math.max(from, node.createdAt)) / 3_600_000;
    cores += hours * SHAPES[node.pool].allocatableCores;
    gb += (hours * SHAPES[node.pool].allocatableBytes) / GIB;
  }
  return { cores, gb };
}

/** kg in use and idle of what a payer took. */
export function recomputeCarbon(hours: Hours, set: 'low' | 'high'): { readonly inUse: number; readonly idle: number } {
  const { min, max, memory } = WATTS[set];
  const kg = (wattHours: number): number => (wattHours * PUE * KG_PER_KWH) / 1000;
  const all = kg(min * (hours.requested + hours.borrowed) + (max - min) * hours.used + memory * hours.takenGb);
  const idle = kg(min * hours.idle);
  return { inUse: all - idle, idle };
}

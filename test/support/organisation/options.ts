import { BUCKET_MS, DAY_MS, HOUR_MS, floorTo } from './time.ts';

/** What the organisation is made from. The same options give the same organisation, byte for byte. */
export interface OrganisationOptions {
  readonly seed?: number;
  /** "Now" of the story, epoch ms; the data end here until the demo goes on live. */
  readonly now: number;
  /** Days of history before `now` (default 90). */
  readonly days?: number;
  /** People in the directory (default 1,200; at least 60). */
  readonly people?: number;
  /** Days after `now` that are planned, for the live part (default 2). */
  readonly horizonDays?: number;
  /** Days before `now` of the dated change of a default request (default 42). */
  readonly requestChangeDaysAgo?: number;
}

export interface Frame {
  readonly seed: number;
  readonly people: number;
  /** First moment with data, epoch ms, a full hour. */
  readonly start: number;
  readonly now: number;
  /** Nothing is planned beyond it. */
  readonly horizon: number;
  /** The last complete calendar month (UTC) before `now`: where the talk's figures are planted. */
  readonly month: { readonly from: number; readonly to: number };
  /** The dated change of a default request (statistical programmers: 16 → 4 cores). */
  readonly requestChangeAt: number;
}

export const ORGANISATION_ZONE = 'Europe/Zurich';
export const CLUSTER = 'sce-prod';

/** Fills in the defaults. Throws RangeError for sizes the story does not fit in. */
export function frameOf(options: OrganisationOptions): Frame {
  const people = options.people ?? 1200;
  const days = options.days ?? 90;
  if (people < 60) throw new RangeError(`an organisation needs at least 60 people, not ${String(people)}`);
  if (days < 1) throw new RangeError(`an organisation needs at least one day, not ${String(days)}`);
  const now = floorTo(options.now, BUCKET_MS);
  const date = new Date(now);
  return {
    seed: options.seed ?? 2971,
    people,
    start: floorTo(now - days * DAY_MS, HOUR_MS),
    now,
    horizon: now + (options.horizonDays ?? 2) * DAY_MS,
    month: {
      from: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1),
      to: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
    },
    requestChangeAt: floorTo(now - (options.requestChangeDaysAgo ?? 42) * DAY_MS, DAY_MS),
  };
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** The bucket of the definitions: five minutes, UTC, aligned. */
export const BUCKET_MS = 5 * MINUTE_MS;

/** Bucket number (since 1970) that holds a time. */
export function bucketAt(ms: number): number {
  return Math.floor(ms / BUCKET_MS);
}

/** Rounds down to a multiple of `step`. */
export function floorTo(ms: number, step: number): number {
  return Math.floor(ms / step) * step;
}

/** Rounds up to a multiple of `step`. */
export function ceilTo(ms: number, step: number): number {
  return Math.ceil(ms / step) * step;
}

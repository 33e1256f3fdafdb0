import { sizingRules, type SizingRules } from './own-need.ts';

/** The smallest whole request (cores, or GB) that holds `need`; at least 1. Rounding errors of a mean do not cost a core. */
export function wholeRequest(need: number): number {
  return Math.max(1, Math.ceil(need - 1e-6));
}

/**
 * The smallest whole request that covers the need of 80 % of the users, one vote each; null with fewer than five users.
 * Who needs more is an exception.
 */
export function roleDefault(
  needs: readonly number[],
  { coveredUsers, leastUsers }: Pick<SizingRules, 'coveredUsers' | 'leastUsers'> = sizingRules,
): number | null {
  if (needs.length < leastUsers) return null;
  const sorted = [...needs].sort((a, b) => a - b);
  const votes = Math.ceil(coveredUsers * sorted.length - 1e-9);
  return wholeRequest(sorted[Math.max(1, votes) - 1] ?? 0);
}

/** Whether a need is above a default request. */
export function isException(need: number, request: number): boolean {
  return need > request + 1e-6;
}

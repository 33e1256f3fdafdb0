import type { MartContext } from './mart-context.ts';

/** Placeholder until chaining is written. */
export async function refreshWorkspaces(_context: MartContext, _from: Date): Promise<void> {
  // chained below
}

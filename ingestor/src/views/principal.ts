import type { Scope } from '../contract/index.ts';

/** Who asks, and what that lets them see. Made from a token or a verified identity, never from a parameter. */
export interface Principal {
  readonly scope: Scope;
  /** Whether this caller may send data. */
  readonly write: boolean;
  /** The asking person's key, for `self`; null for tokens of programs. */
  readonly personKey: string | null;
  /** The department a `department` scope is bound to. */
  readonly department: string | null;
  /** For logs: the token's name or the identity's key, never the token. */
  readonly name: string;
}

/** Whether a caller of `scope` may ask what needs at least `least`. `self` and `department` do not include each other. */
export function scopeAllows(scope: Scope, least: Scope): boolean {
  return least === 'aggregate' || scope === 'platform' || scope === least;
}

import { dayMs, itemKey, type ConnectFacts, type ContentItem } from './facts.ts';

/** Whether somebody has looked at an item in a window before a time. `unknown`: nobody can say. */
export type Seen = 'yes' | 'no' | 'unknown';

export interface SeenAnswer {
  readonly seen: Seen;
  readonly lastSeenAt: Date | null;
  /** Why it is not known; else ''. */
  readonly why: string;
}

/** Looked at through sessions, not page views. */
const sessionModes = new Set(['shiny', 'python-shiny', 'rmd-shiny', 'quarto-shiny']);
/** Called by code: page views do not have them, and no hit does not mean that nobody calls. */
const interfaceModes = new Set(['api', 'python-api', 'python-fastapi', 'tensorflow-saved-model']);
/** A log that ends earlier does not say that nobody has come since. */
const longestGapDays = 3;

/** Three values: a look is a look wherever it was logged; none is `no` only where the log covers the whole window. */
export function seenIn(item: ContentItem, days: number, facts: ConnectFacts): SeenAnswer {
  const start = facts.until.getTime() - days * dayMs;
  const lastSeenAt = facts.lastSeen.get(itemKey(item)) ?? null;
  if (lastSeenAt !== null && lastSeenAt.getTime() >= start) return { seen: 'yes', lastSeenAt, why: '' };
  const unknown = (why: string): SeenAnswer => ({ seen: 'unknown', lastSeenAt, why });
  if (item.category === 'pin') return unknown('a pin is read by code');
  if (interfaceModes.has(item.app_mode)) return unknown('an API is called by code, and there are no hits');
  const name = sessionModes.has(item.app_mode) ? 'sessions' : 'visits';
  const log = facts.logs.get(`${item.server} ${name}`);
  if (!log?.is_available || log.begins_at === null || log.known_until === null)
    return unknown(`there is no log of ${name}`);
  // Before an item was made nobody could have looked at it.
  if (log.begins_at.getTime() > Math.max(start, item.created_at.getTime()))
    return unknown(`the log of ${name} begins on ${log.begins_at.toISOString().slice(0, 10)}`);
  if (log.known_until.getTime() < facts.until.getTime() - longestGapDays * dayMs)
    return unknown(`the log of ${name} ends on ${log.known_until.toISOString().slice(0, 10)}`);
  return { seen: 'no', lastSeenAt, why: '' };
}

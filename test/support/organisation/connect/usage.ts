import { Random, hashOf } from '../random.ts';
import { DAY_MS, MINUTE_MS } from '../time.ts';
import { EventLog } from './model.ts';
import type { ConnectItem, ConnectUser } from './model.ts';

const SECOND_MS = 1000;
const SESSION_MODES = new Set(['shiny', 'python-shiny']);

export type LogKind = 'visits' | 'sessions' | 'hits';

export interface UsageFrame {
  readonly seed: number;
  readonly now: number;
  readonly logsBegin: number;
  readonly users: readonly ConnectUser[];
  readonly items: readonly ConnectItem[];
}

/** In which log a look at an item is found, besides the hits, which have all of them. */
export function logOf(item: ConnectItem): LogKind {
  if (item.appMode === 'api' || item.appMode === 'python-fastapi') return 'hits';
  return SESSION_MODES.has(item.appMode) ? 'sessions' : 'visits';
}

/** A log of about `count` events: every item as its part says, and the rest spread over those that are read. */
export function makeLog(frame: UsageFrame, kind: LogKind, count: number): EventLog {
  const random = new Random(hashOf(frame.seed, 'connect log', kind));
  const own = frame.items
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => item.lastDeployedAt !== null && (kind === 'hits' || logOf(item) === kind));
  const events: { at: number; item: number; isAnchor?: true }[] = [];
  const toSecond = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS;
  const isRead = ({ item }: (typeof own)[number]): boolean =>
    ['seen', 'read schedule', 'mailed schedule', 'failing schedule', 'crashing', 'api'].includes(item.part);
  for (const { item, index } of own) {
    const at = anchorOf(item, frame, random, kind);
    if (at !== null) events.push({ at: toSecond(at), item: index, isAnchor: true });
  }
  const read = own.filter(isRead);
  const oldest = read.reduce(
    (best, each) => (best === null || each.item.createdAt < best.item.createdAt ? each : best),
    read[0] ?? null,
  );
  if (oldest) events.push({ at: frame.logsBegin, item: oldest.index, isAnchor: true });
  const span = frame.now - 10 * MINUTE_MS - frame.logsBegin;
  for (let n = 0; n < count && read.length > 0; n++) {
    const at = toSecond(frame.logsBegin + ((n + random.next()) / count) * span);
    const each = read[Math.floor(read.length * random.next() ** 2)];
    if (each && each.item.createdAt < at) events.push({ at, item: each.index });
  }
  events.sort((a, b) => a.at - b.at || a.item - b.item);
  const log = new EventLog();
  for (const [n, { at, item, isAnchor }] of events.entries()) {
    const user = userOf(frame, item, random);
    const monitor = kind !== 'sessions' && isAnchor !== true && random.chance(0.02);
    const isOpen = kind === 'sessions' && (random.chance(0.01) || n === events.length - 1);
    log.push({ at, item, user, monitor, end: isOpen ? null : at + random.int(20, 3000) * SECOND_MS });
    // Two views of one page in one second are two.
    if (n % 997 === 500) log.push({ at, item, user, monitor, end: at + 60 * SECOND_MS });
  }
  return log;
}

/** The look that makes an item what its part says; null: nobody ever looked. */
function anchorOf(item: ConnectItem, frame: UsageFrame, random: Random, kind: LogKind): number | null {
  const created = item.createdAt + 2 * SECOND_MS;
  const ago = (least: number, most: number): number =>
    Math.max(frame.now - random.between(least, most) * DAY_MS, Math.min(created, frame.now - least * DAY_MS));
  switch (item.part) {
    case 'seen':
    case 'read schedule':
    case 'mailed schedule':
    case 'failing schedule':
    case 'crashing':
      return ago(0.1, 60);
    case 'api':
      return kind === 'hits' ? ago(0.1, 60) : null;
    case 'forgotten schedule':
      return ago(95, 340);
    case 'unseen':
      return random.chance(0.7) && item.createdAt < frame.now - 375 * DAY_MS
        ? Math.max(created, ago(366.5, 700))
        : null;
    default:
      return null;
  }
}

/** −1: anonymous, where an item is for everybody. */
function userOf(frame: UsageFrame, index: number, random: Random): number {
  const item = frame.items[index];
  if (item === undefined || (item.access === 'all' && random.chance(0.6))) return -1;
  return 1 + Math.floor((frame.users.length - 1) * random.next() ** 2);
}

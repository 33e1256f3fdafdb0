import { DAY_MS } from '../time.ts';
import type { ConnectItem, ConnectTruth, EventLog } from './model.ts';
import { SERIES } from './plans.ts';

interface Logs {
  readonly now: number;
  readonly items: readonly ConnectItem[];
  readonly visits: EventLog;
  readonly sessions: EventLog;
  readonly hits: EventLog;
}

const RETENTION_DAYS = 1096;
const NOTICE_DAYS = 90;

/** What is so by how the world was made, and by counting its logs: not by the rules of the product. */
export function truthOf({ now, items, visits, sessions, hits }: Logs): ConnectTruth {
  const lastSeenAt = new Map<string, number>();
  for (const log of [visits, sessions, hits])
    for (let n = 0; n < log.length; n++) {
      const item = items[log.items[n] ?? -1];
      if (item === undefined || log.monitors[n] === true) continue;
      lastSeenAt.set(item.guid, Math.max(lastSeenAt.get(item.guid) ?? 0, log.times[n] ?? 0));
    }
  const which = (test: (item: ConnectItem) => boolean): Set<string> =>
    new Set(items.filter(test).map(({ guid }) => guid));
  const deployedAgo = (item: ConnectItem): number =>
    item.lastDeployedAt === null ? 0 : (now - item.lastDeployedAt) / DAY_MS;
  const exempt = new Map<string, string>();
  for (const item of items) {
    if (item.locked) exempt.set(item.guid, 'locked');
    else if (item.category === 'pin') exempt.set(item.guid, 'pinned');
    else if (item.tags.includes('Keep')) exempt.set(item.guid, 'tag');
  }
  let index = 0;
  const dead = new Set<string>();
  for (const series of SERIES) {
    for (const at of series.dead) dead.add(items[index + at]?.guid ?? '');
    index += series.ago.length;
  }
  return {
    neverDeployed: which(({ part }) => part === 'never deployed'),
    repeatedFailed: dead,
    unseen: which(({ part }) => part === 'unseen'),
    unknown: which(({ part }) => part === 'pin' || part === 'api without hits'),
    retentionWarned: which((item) => deployedAgo(item) > RETENTION_DAYS),
    retentionProposed: which((item) => deployedAgo(item) > RETENTION_DAYS + NOTICE_DAYS),
    forgotten: which(({ part }) => part === 'forgotten schedule'),
    failing: which(({ part }) => part === 'failing schedule' || part === 'crashing'),
    exempt,
    lastSeenAt,
  };
}

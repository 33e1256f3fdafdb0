import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';

/** QuestDB maps each column file of each open partition; at the kernel's default of 65,530 maps it dies in a year's scan. */
const advisedMapCount = 262_144;

/** Warns when `vm.max_map_count` is low (Linux; elsewhere there is no such limit). */
export function warnOfLowLimits(log: Logger, file = '/proc/sys/vm/max_map_count'): void {
  let limit: number;
  try {
    limit = Number(readFileSync(file, 'utf8'));
  } catch {
    return;
  }
  if (limit >= advisedMapCount) return;
  log.warn(
    { limit, advised: advisedMapCount },
    `vm.max_map_count is ${limit}; with years of data QuestDB may need more and would stop: sysctl -w vm.max_map_count=${advisedMapCount}`,
  );
}

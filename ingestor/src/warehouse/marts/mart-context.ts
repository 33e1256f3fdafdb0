import type { Config } from '../../config.ts';
import type { PlatformRules } from '../../platform/presets.ts';
import type { Warehouse } from '../warehouse.ts';
import type { SeriesCache } from './series-cache.ts';

/** What the steps of a run share. */
export interface MartContext {
  readonly warehouse: Warehouse;
  readonly config: Config;
  readonly rules: PlatformRules;
  readonly series: SeriesCache;
  /** Labels and annotations of pods by cluster/uid, as far as read. */
  readonly attributes: Map<string, Record<string, string>>;
  /** Latest sample of kube-state-metrics per cluster, over all windows. */
  readonly clusterSeenAt: Map<string, Date>;
  /** Whether an account of Kubernetes acts for somebody else. */
  readonly actingFor: (account: string) => boolean;
  /** A number that no other window has, for rows of work tables. */
  nextChunk(): number;
}

import type { Config } from '../../config.ts';
import type { PlatformRules } from '../../platform/presets.ts';
import type { Warehouse } from '../warehouse.ts';
import type { VolumeOwner } from './volume-owners.ts';

/** What the steps of a run share. */
export interface MartContext {
  readonly warehouse: Warehouse;
  readonly config: Config;
  readonly rules: PlatformRules;
  /** Labels and annotations of pods by cluster/uid, as far as read, of those alive in the last window. */
  readonly attributes: Map<string, Record<string, string>>;
  /** Latest sample of kube-state-metrics per cluster, over all windows. */
  readonly clusterSeenAt: Map<string, Date>;
  /** The person of a user key that is another key of theirs; else the key. */
  readonly personOf: (key: string | null) => string | null;
  /** Owners of claims as written, by claim and person; null = not read yet. */
  volumeOwners: Map<string, VolumeOwner> | null;
  /** Mean cores from which a bucket of a container with this image is active. */
  readonly activeCores: (image: string) => number;
  /** Whether an account of Kubernetes acts for somebody else. */
  readonly actingFor: (account: string) => boolean;
  /** A number that no other window has, for rows of work tables. */
  nextChunk(): number;
}

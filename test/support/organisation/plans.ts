import type { ImageKey } from './images.ts';
import type { Load } from './load.ts';

/** How something ends unless a drain comes first. `running`: not before the horizon. */
export type PlannedEnd = 'user' | 'rule' | 'completed' | 'oom' | 'eviction' | 'running';
export type Kind = 'interactive' | 'connect' | 'batch' | 'service' | 'other';
export type Pool = 'large' | 'small';

export interface ContainerPlan {
  readonly name: string;
  readonly image: ImageKey;
  /** Null: the pod has no requests, and kube-state-metrics says nothing. */
  readonly requestCores: number | null;
  readonly requestBytes: number | null;
  readonly load: Load;
  /** Restarts within the pod (same uid, new cgroup), epoch ms. */
  readonly restarts: readonly number[];
}

/** What a person calls "my container", or a job or service: one pod, or several after drains. */
export interface PodPlan {
  /** Unique and stable. */
  readonly key: string;
  readonly hash: number;
  readonly kind: Kind;
  readonly namespace: string;
  /** Pod name; re-used by every JupyterHub server of the user. */
  readonly podName: string;
  /** Index of the person it belongs to, or null. */
  readonly person: number | null;
  readonly createdAt: number;
  readonly endsAt: number;
  readonly end: PlannedEnd;
  /** The portal's event for a deletion is missing: nobody can say who did it. */
  readonly silentEnd: boolean;
  readonly rule: string | null;
  readonly pool: Pool;
  /** Comes back within minutes on another node when drained. */
  readonly survivesDrain: boolean;
  /** Its node is never drained and has no hole. */
  readonly protectedNode: boolean;
  /** How long the API keeps the pod after its end, ms. */
  readonly lingerMs: number;
  readonly containers: readonly ContainerPlan[];
  readonly owner: { readonly kind: string; readonly name: string } | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly claim: string | null;
  /** JupyterHub's server name ('' = default), null for other platforms. */
  readonly serverName: string | null;
  /** The portal's session id, for Workbench. */
  readonly sessionId: string | null;
  readonly visits: readonly number[];
}

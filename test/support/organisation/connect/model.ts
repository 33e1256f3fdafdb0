/** The invented organisation's Connect as it really is. Nothing here knows the product. Times are epoch ms. */

export interface ConnectPerson {
  readonly username: string;
  readonly rawUsername: string;
  readonly email: string;
  readonly department: string;
  readonly leftOn: number | null;
}

/** A Kubernetes job of Connect's off-host runner. */
export interface ClusterRun {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface ConnectUser {
  readonly guid: string;
  readonly username: string;
  readonly email: string;
  readonly role: 'administrator' | 'publisher' | 'viewer';
  readonly department: string;
  locked: boolean;
  deleted: boolean;
  activeAt: number | null;
  readonly createdAt: number;
}

/** Why an item is in the story, and what is true of it. */
export type Part =
  | 'never deployed'
  | 'young and never deployed'
  | 'unseen'
  | 'seen'
  | 'pin'
  | 'api'
  | 'api without hits'
  | 'read schedule'
  | 'forgotten schedule'
  | 'mailed schedule'
  | 'failing schedule'
  | 'crashing';

export interface ConnectBundle {
  readonly id: string;
  readonly createdBy: number;
  readonly createdAt: number;
  readonly size: number;
  active: boolean;
}

export interface ConnectJob {
  readonly id: number;
  readonly key: string;
  readonly tag: string;
  readonly queuedAt: number | null;
  readonly startedAt: number;
  endedAt: number | null;
  exitCode: number | null;
  /** 0 active, 1 finished, 2 finalized, 3 skipped. */
  status: number;
  readonly heartbeatAt: number;
  readonly bundleId: string | null;
  readonly kubernetesJob: string | null;
}

export interface ConnectSchedule {
  readonly id: number;
  readonly type: 'day' | 'week';
  readonly everyMs: number;
  active: boolean;
  readonly mail: 'nobody' | 'owner' | 'others';
  readonly zone: string;
  readonly startAt: number;
}

export interface ConnectItem {
  readonly guid: string;
  readonly id: number;
  readonly name: string;
  readonly title: string | null;
  readonly owner: number;
  readonly part: Part;
  readonly createdAt: number;
  lastDeployedAt: number | null;
  bundleId: string | null;
  readonly appMode: string;
  readonly category: string;
  readonly access: 'all' | 'logged_in' | 'acl';
  readonly locked: boolean;
  readonly cpuRequest: number | null;
  readonly memoryRequest: number | null;
  readonly minProcesses: number | null;
  readonly tags: readonly string[];
  readonly rVersion: string | null;
  readonly pythonVersion: string | null;
  readonly quartoVersion: string | null;
  readonly variantId: number;
  readonly variantKey: string;
  readonly bundles: ConnectBundle[];
  readonly jobs: ConnectJob[];
  schedule: ConnectSchedule | null;
  deleted: boolean;
}

/** Events of a log in order of time, in columns: there may be a million. */
export class EventLog {
  readonly times: number[] = [];
  readonly items: number[] = [];
  /** −1: anonymous. */
  readonly users: number[] = [];
  readonly monitors: boolean[] = [];
  /** Sessions; null: open. */
  readonly ends: (number | null)[] = [];

  get length(): number {
    return this.times.length;
  }

  push(event: { at: number; item: number; user: number; monitor?: boolean; end?: number | null }): void {
    this.times.push(event.at);
    this.items.push(event.item);
    this.users.push(event.user);
    this.monitors.push(event.monitor ?? false);
    this.ends.push(event.end ?? null);
  }

  /** Index of the first event at or after a time. */
  lowerBound(at: number): number {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface AuditEvent {
  readonly id: number;
  readonly at: number;
  readonly user: number | null;
  readonly action: string;
}

export interface ConnectWorld {
  readonly seed: number;
  readonly now: number;
  readonly logsBegin: number;
  readonly users: ConnectUser[];
  readonly groups: readonly { readonly guid: string; readonly name: string; readonly members: number[] }[];
  readonly items: ConnectItem[];
  readonly visits: EventLog;
  readonly sessions: EventLog;
  readonly hits: EventLog;
  readonly audit: AuditEvent[];
  readonly packagesPerItem: number;
  readonly truth: ConnectTruth;
}

/** What a clean-up must find, by guid. */
export interface ConnectTruth {
  readonly neverDeployed: ReadonlySet<string>;
  readonly repeatedFailed: ReadonlySet<string>;
  readonly unseen: ReadonlySet<string>;
  /** Nobody can say whether they were seen. */
  readonly unknown: ReadonlySet<string>;
  readonly retentionWarned: ReadonlySet<string>;
  readonly retentionProposed: ReadonlySet<string>;
  readonly forgotten: ReadonlySet<string>;
  readonly failing: ReadonlySet<string>;
  /** guid → locked, pinned, tag or list. */
  readonly exempt: ReadonlyMap<string, string>;
  /** Last event of a human, by guid. */
  readonly lastSeenAt: ReadonlyMap<string, number>;
}

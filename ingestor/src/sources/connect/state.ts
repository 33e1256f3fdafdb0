/** What one server's poller remembers (JSON, in the poller's state file). No names: guids, times and ids only. */
export interface ConnectState {
  /** Day (UTC midnight) of an unfinished run: its snapshot goes on under the day on which it began. */
  day: string | null;
  /** Endpoint → when this server was found not to have it; '' = it has. */
  readonly missing: Record<string, string>;
  items: Record<string, ItemState>;
  readonly logs: Partial<Record<LogName, LogState>>;
  /** When members, environments and storage were read last. */
  dailyAt: string | null;
}

export type LogName = 'visits' | 'sessions' | 'hits' | 'audit';

export interface ItemState {
  /** What the content list said of it when jobs and bundles were read last. */
  s: string;
  /** When that was, epoch seconds. */
  t: number;
  /** 1: used, scheduled or with a running job since: read more often. */
  a?: 1;
  /** Bundle of which the packages are stored. */
  p?: string;
}

export interface LogState {
  /** Everything before this time (of the server) is stored; null: nothing yet. */
  until: string | null;
  /** First event there is. */
  begins: string | null;
  /** False: the first reading has not come to the end yet. */
  complete: boolean;
  /** Sessions: start of the oldest one that was open. */
  open?: string | null;
  /** Audit: the page that was the last one. */
  cursor?: string | null;
}

const recheckMs = 24 * 3_600_000;

/** State as it was left, or an empty one. The object is changed in place and saved at every checkpoint. */
export function openState(saved: unknown): ConnectState {
  const state = (saved ?? {}) as Partial<ConnectState>;
  return {
    day: state.day ?? null,
    missing: { ...state.missing },
    items: { ...state.items },
    logs: { ...state.logs },
    dailyAt: state.dailyAt ?? null,
  };
}

/** What older servers lack is asked for again after a day: they are upgraded. */
export function hasEndpoint(state: ConnectState, name: string, now: Date): boolean {
  const missing = state.missing[name];
  return !missing || now.getTime() - Date.parse(missing) >= recheckMs;
}

export function noteEndpoint(state: ConnectState, name: string, isThere: boolean, now: Date): void {
  state.missing[name] = isThere ? '' : now.toISOString();
}

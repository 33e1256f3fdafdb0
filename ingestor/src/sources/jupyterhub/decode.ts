import { SceError } from '../../errors.ts';

/** A running server as the hub describes it, with names as they are. */
export interface HubServer {
  readonly user: string;
  /** '' is the default server. */
  readonly serverName: string;
  readonly startedAt: Date | null;
  readonly lastActivityAt: Date | null;
  /** Only for tokens with the scope admin:server_state. */
  readonly pod: string | null;
  readonly namespace: string | null;
}

export interface UsersPage {
  readonly userNames: readonly string[];
  readonly servers: readonly HubServer[];
  /** Users whose servers the token may not see. */
  readonly hidden: number;
  /** Offset of the next page; null on the last; undefined from hubs that do not say (before 2.0). */
  readonly next: number | null | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** One answer of `GET /hub/api/users`: a page (JupyterHub ≥ 2) or a bare array. Throws `SOURCE_FAILED` for anything else. */
export function decodeUsersPage(body: unknown, hub: string): UsersPage {
  const page = record(body);
  const items = Array.isArray(body) ? (body as unknown[]) : page?.['items'];
  if (!Array.isArray(items))
    throw new SceError(
      'SOURCE_FAILED',
      `hub ${hub}: the answer of /hub/api/users is neither a list nor a page; is the url right?`,
    );
  const users = items.map(record).filter((user): user is Json => text(user?.['name']) !== null);
  return {
    userNames: users.map((user) => String(user['name'])),
    servers: users.flatMap(serversOf),
    hidden: users.filter((user) => !('servers' in user)).length,
    next: Array.isArray(body) ? undefined : nextOffset(record(page?.['_pagination'])),
  };
}

function nextOffset(pagination: Json | null): number | null | undefined {
  if (!pagination) return undefined;
  // The hub's own `url` may carry an address that only the hub knows: the offset is enough.
  const offset = Number(record(pagination['next'])?.['offset']);
  return Number.isInteger(offset) && offset > 0 ? offset : null;
}

function serversOf(user: Json): HubServer[] {
  return Object.entries(record(user['servers']) ?? {}).flatMap(([key, value]) => {
    const server = record(value);
    if (!server || server['stopped'] === true) return [];
    const state = record(server['state']);
    return [
      {
        user: String(user['name']),
        serverName: typeof server['name'] === 'string' ? server['name'] : key,
        startedAt: time(server['started']),
        lastActivityAt: time(server['last_activity']),
        pod: text(state?.['pod_name']),
        namespace: text(state?.['namespace']),
      },
    ];
  });
}

/** Hubs before 1.0 send times without a zone; they are UTC. */
function time(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const ms = Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  return Number.isFinite(ms) ? new Date(ms) : null;
}

function record(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

import { hashKey } from '../../warehouse/hash-key.ts';
import {
  platformEventRow,
  type PlatformEventFacts,
  type PlatformEventOptions,
} from '../../warehouse/platform-events.ts';
import { normaliseUser } from '../../identity/normalise-user.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { HubConfig } from './config.ts';
import type { HubServer } from './decode.ts';

const BUCKET_MS = 300_000;

/** What was last seen of a server: epoch milliseconds, 0 = never. */
export interface SeenServer {
  readonly activity: number;
  readonly started: number;
}

/** The key of a server in the poller's state: a pseudonym, because state is a file. */
export function serverKey(server: HubServer, options: PlatformEventOptions): string {
  return hashKey(
    options.pseudonymiser.person(server.user),
    options.pseudonymiser.text('server', server.serverName),
  ).toString(36);
}

/**
 * The rows that a server gives when it is compared with the last poll: a visit where `last_activity` has moved, at the start of
 * its five-minute bucket; `workspace_created` where it was started anew. Nothing new: no row.
 */
export function serverRows(
  server: HubServer,
  before: SeenServer,
  hub: HubConfig,
  options: PlatformEventOptions,
): Row[] {
  const monitors = new Set(hub.monitor_users.map(normaliseUser));
  const common = {
    source: 'jupyterhub',
    server: hub.name,
    component: 'interactive',
    user: server.user,
    bot: monitors.has(normaliseUser(server.user)),
    workspace: {
      user: server.user,
      serverName: server.serverName,
      ...optional('cluster', hub.cluster),
      ...optional('namespace', server.namespace ?? hub.namespace),
      ...optional('pod', server.pod),
    },
  };
  const facts: PlatformEventFacts[] = [];
  const { startedAt, lastActivityAt } = server;
  if (startedAt && startedAt.getTime() > before.started)
    facts.push({ ...common, kind: 'workspace_created', at: startedAt });
  if (lastActivityAt && lastActivityAt.getTime() > before.activity) {
    const at = new Date(Math.floor(lastActivityAt.getTime() / BUCKET_MS) * BUCKET_MS);
    facts.push({ ...common, kind: 'visit', activity: 'notebook', at });
  }
  return facts.map((fact) => platformEventRow(fact, options));
}

function optional<Key extends string>(key: Key, value: string | null): Partial<Record<Key, string>> {
  return value === null || value === '' ? {} : ({ [key]: value } as Record<Key, string>);
}

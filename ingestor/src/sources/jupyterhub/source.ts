import { readFileSync } from 'node:fs';
import { SceError, messageOf } from '../../errors.ts';
import { PLATFORM_EVENTS } from '../../warehouse/platform-events.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { HttpClient } from '../http-client.ts';
import type { PollInstance, PollOutcome, PollRun, PollSource, SourceContext } from '../source.ts';
import { activeUsers } from './client.ts';
import type { HubConfig } from './config.ts';
import { serverKey, serverRows, type SeenServer } from './rows.ts';

/** Server key → what the last poll saw. */
type HubState = Readonly<Record<string, SeenServer>>;

/** Activity of JupyterHub servers as visits. Its rows go to `platform_events`, which the events source owns. */
export const jupyterHubSource: PollSource = {
  kind: 'poll',
  id: 'jupyterhub',
  description: 'Visits and starts of JupyterHub servers, from the activity that the hub records',
  migrations: [],

  instances: (context) =>
    context.config.jupyterhub.hubs.map((hub): PollInstance => ({
      name: hub.name,
      schedule: hub.schedule,
      poll: (run) => pollHub(hub, run, context),
    })),
};

async function pollHub(hub: HubConfig, run: PollRun, context: SourceContext): Promise<PollOutcome> {
  const options = {
    pseudonymiser: context.pseudonymiser,
    receivedAt: run.startedAt,
    sessionLabel: context.config.events.session_label,
  };
  const before = (run.state ?? {}) as HubState;
  const after: Record<string, SeenServer> = {};
  let [users, hidden, rowsWritten] = [0, 0, 0];

  const http = hubClient(hub, run.signal);
  try {
    for await (const page of activeUsers(http, hub.name, hub.page_size)) {
      const rows: Row[] = [];
      for (const server of page.servers) {
        const key = serverKey(server, options);
        const seen = after[key] ?? before[key] ?? { activity: 0, started: 0 };
        rows.push(...serverRows(server, seen, hub, options));
        after[key] = {
          activity: Math.max(seen.activity, server.lastActivityAt?.getTime() ?? 0),
          started: Math.max(seen.started, server.startedAt?.getTime() ?? 0),
        };
      }
      // What a page says is true whether or not the next page arrives.
      if (rows.length > 0) await context.warehouse.writer.write([{ table: PLATFORM_EVENTS, rows }]);
      users += page.userNames.length;
      hidden += page.hidden;
      rowsWritten += rows.length;
      run.progress(users, null, 'users');
    }
  } finally {
    await http.close();
  }
  if (users > 0 && hidden === users)
    throw new SceError(
      'SOURCE_FAILED',
      `hub ${hub.name}: the token sees users but no servers; give its service the scopes list:users, read:users:activity and read:servers`,
    );
  const complete = hidden === 0;
  return { state: complete ? after : { ...before, ...after }, rowsRead: users, rowsWritten, complete };
}

function hubClient(hub: HubConfig, signal: AbortSignal): HttpClient {
  const read = (key: 'token_file' | 'ca_file'): string => {
    try {
      return readFileSync(hub[key], 'utf8').trim();
    } catch (error) {
      throw new SceError('INVALID_CONFIG', `hub ${hub.name}: cannot read ${key} ${hub[key]}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  return new HttpClient({
    name: `hub ${hub.name}`,
    baseUrl: hub.url,
    headers: { authorization: `token ${read('token_file')}` },
    ...(hub.ca_file === '' ? {} : { ca: read('ca_file') }),
    signal,
  });
}

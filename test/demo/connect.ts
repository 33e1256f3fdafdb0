import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { PollStatus } from '../../ingestor/src/sources/poller.ts';
import { FAKE_CONNECT_KEY, startFakeConnect } from '../support/fakes/connect/server.ts';
import { createConnect } from '../support/organisation/connect/index.ts';
import { connectPeople } from '../support/organisation/connect/of-organisation.ts';
import type { Organisation } from '../support/organisation/index.ts';
import type { Chapter } from './chapters.ts';
import type { DemoService } from './service.ts';

export interface DemoConnect {
  /** For the service's configuration: it polls at once. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seconds until everything was read once; the requests it took. */
  settled(service: DemoService, signal: AbortSignal): Promise<{ readonly seconds: number; readonly requests: number }>;
  close(): Promise<void>;
}

/** The organisation's Connect on a port of its own: 2,400 items, of which the talk's 707 were never deployed. */
export async function startConnect(organisation: Organisation, dataDir: string): Promise<DemoConnect> {
  const world = createConnect({
    seed: organisation.frame.seed,
    now: organisation.frame.now,
    people: connectPeople(organisation),
    jobDays: 60,
    packagesPerItem: 5,
  });
  const fake = await startFakeConnect(world);
  const keyFile = join(dataDir, 'connect.key');
  await writeFile(keyFile, FAKE_CONNECT_KEY, { mode: 0o600 });
  return {
    config: { connect: { servers: [{ name: 'connect', url: fake.url, api_key_file: keyFile }] } },
    async settled(service, signal) {
      const started = performance.now();
      for (;;) {
        signal.throwIfAborted();
        const answer = await request(`${service.url}/api/v1/poll`, {
          headers: { authorization: `Bearer ${service.token}` },
        });
        const { pollers } = (await answer.body.json()) as { pollers: readonly PollStatus[] };
        const own = pollers.find(({ source }) => source === 'connect');
        if (own?.lastError) throw new Error(`Connect could not be read: ${own.lastError}`);
        if (own?.lastSuccessAt) return { seconds: (performance.now() - started) / 1000, requests: fake.total };
        await sleep(500, undefined, { signal });
      }
    },
    close: () => fake.close(),
  };
}

/** What Connect adds to the story. */
export const connectChapters: readonly Chapter[] = [
  {
    view: 'connect-cleanup',
    sentence:
      'Connect: 707 items were never deployed, 502 not seen in a year; twelve tries of one thing left eleven dead.',
    parameters: {},
    columns: ['rule', 'items', 'exempt_items', 'items_of_leavers', 'bytes', 'people'],
  },
  {
    view: 'connect-schedules',
    sentence: 'Scheduled jobs nobody reads, and what they cost.',
    parameters: {},
    columns: ['state', 'items', 'runs_year', 'failed_share', 'cost_year', 'currency', 'people'],
  },
  {
    view: 'connect-usage',
    sentence: 'Who looks at what.',
    parameters: { group_by: ['department'], split_by: [] },
    columns: ['department', 'visits', 'anonymous_visits', 'items', 'people'],
  },
];

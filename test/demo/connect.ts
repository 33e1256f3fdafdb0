import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAKE_CONNECT_KEY, startFakeConnect } from '../support/fakes/connect/server.ts';
import { createConnect } from '../support/organisation/connect/index.ts';
import { connectPeople, connectRuns } from '../support/organisation/connect/of-organisation.ts';
import type { Organisation } from '../support/organisation/index.ts';
import type { Chapter } from './chapters.ts';
import { pollerSettled } from './poller.ts';
import type { DemoService } from './service.ts';

export interface DemoConnect {
  /** For the service's configuration: it polls at once. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Requests until everything was read once. */
  settled(service: DemoService, signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** The organisation's Connect on a port of its own: 2,400 items, of which the talk's 707 were never deployed. */
export async function startConnect(organisation: Organisation, dataDir: string): Promise<DemoConnect> {
  const world = createConnect({
    seed: organisation.frame.seed,
    now: organisation.frame.now,
    people: connectPeople(organisation),
    jobDays: 60,
    clusterRuns: connectRuns(organisation),
    packagesPerItem: 5,
  });
  const fake = await startFakeConnect(world);
  const keyFile = join(dataDir, 'connect.key');
  await writeFile(keyFile, FAKE_CONNECT_KEY, { mode: 0o600 });
  return {
    config: { connect: { servers: [{ name: 'connect', url: fake.url, api_key_file: keyFile }] } },
    async settled(service, signal) {
      await pollerSettled(service, 'connect', signal);
      return fake.total;
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

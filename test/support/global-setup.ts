import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startOwnQuestdb } from './own-questdb.ts';
import type { OwnQuestdb } from './own-questdb.ts';
import { startBroker } from '../grafana/harness/broker.ts';
import type { Broker } from '../grafana/harness/broker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that starts (once) and describes the QuestDB of a vitest worker: `GET /<worker>`. */
    questdbBroker: string;
    /** Address of test/grafana/harness/broker.ts. */
    grafanaBroker: string;
  }
}

const servers = new Map<string, Promise<OwnQuestdb>>();

const broker = createServer((request, response) => {
  const worker = request.url ?? '/';
  const server = servers.get(worker) ?? startOwnQuestdb({ commitMode: 'nosync' });
  servers.set(worker, server);
  server.then(
    ({ questdb }) => response.setHeader('content-type', 'application/json').end(JSON.stringify(questdb.connection)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

let grafana: Broker | null = null;

/** One QuestDB per vitest worker, started when the first test asks for it. */
export async function setup(project: TestProject): Promise<void> {
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  project.provide('questdbBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);
  grafana = await startBroker();
  project.provide('grafanaBroker', grafana.url);
}

/** Stops them, whatever the tests said. */
export async function teardown(): Promise<void> {
  broker.close();
  broker.closeAllConnections();
  await grafana?.stop();
  await Promise.allSettled([...servers.values()].map(async (server) => (await server).stop()));
}

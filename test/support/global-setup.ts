import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startOwnQuestdb, type OwnQuestdb } from './own-questdb.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that starts (once) and describes the QuestDB of a vitest worker: `GET /<worker>`. */
    questdbBroker: string;
  }
}

/** One QuestDB per vitest worker, started when the first test asks for it, stopped at the end whatever happened. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = new Map<string, Promise<OwnQuestdb>>();
  const broker = createServer((request, response) => {
    const worker = request.url ?? '/';
    let server = servers.get(worker);
    if (server === undefined) {
      server = startOwnQuestdb({ commitMode: 'nosync', heapMb: 256 });
      servers.set(worker, server);
    }
    server.then(
      ({ questdb }) => response.setHeader('content-type', 'application/json').end(JSON.stringify(questdb.connection)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  project.provide('questdbBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);
  return async () => {
    broker.closeAllConnections();
    broker.close();
    await Promise.allSettled([...servers.values()].map(async (server) => (await server).stop()));
  };
}

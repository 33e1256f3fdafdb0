import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../ingestor/src/errors.ts';
import type { PageServer } from './page-server.ts';
import type { Stack } from './stack.ts';

/** Days of history, and of the range that panels get when a test names none. */
const days = 30;

export interface Broker {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * One page server and one set of data for all test files of a run, each started when first asked for: `GET /` describes the
 * page server, `GET /data` says whether the played organisation can be queried already: `ingestorUrl` is null until it can.
 */
export async function startBroker(): Promise<Broker> {
  let pages: Promise<PageServer> | null = null;
  let stack: Promise<Stack> | null = null;
  let played: Stack | null = null;
  const now = Math.floor(Date.now() / 300_000) * 300_000;
  const data = (): Promise<Stack> =>
    (stack ??= import('./stack.ts').then(({ startStack }) => startStack({ now, days })));

  const server = createServer((request, response) => {
    const answer = async (): Promise<object> => {
      if (request.url === '/data') {
        const starting = data().then((one) => (played = one));
        // Playing takes longer than clients wait for an answer; whether it failed is said at once.
        await Promise.race([starting, sleep(1000)]);
        return { ingestorUrl: played?.ingestorUrl ?? null };
      }
      const { url } = await (pages ??= import('./page-server.ts').then(({ startPageServer }) => startPageServer(data)));
      return { url, range: { from: now - days * 86_400_000, to: now } };
    };
    answer().then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(messageOf(error)),
    );
  });
  // The page server builds the plugin first.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      (await pages?.catch(() => null))?.close();
      await (await stack?.catch(() => null))?.remove();
    },
  };
}

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';
import { SceError, messageOf } from './errors.ts';

/**
 * The listening socket. It is open before QuestDB is: `/healthz` answers, `/readyz` says what is waited for, everything else
 * is 503, which senders repeat. `handOver` gives all further requests to the service.
 */
export class FrontDoor {
  readonly server: Server;
  #handler: RequestListener;
  #waitingFor = 'the start';
  #closing = false;

  private constructor(server: Server) {
    this.server = server;
    this.#handler = (request, response) => this.#answerEarly(request.url ?? '', response);
    server.on('request', (request, response) => {
      // A busy sender's connection is never idle: told to close, it ends with the answer to this request.
      if (this.#closing) response.setHeader('connection', 'close');
      this.#handler(request, response);
    });
  }

  /** Throws `SETUP` for a port in use, `INVALID_CONFIG` for certificate or key files that do not serve. */
  static async open(config: Pick<Config, 'httpHost' | 'httpPort' | 'http'>): Promise<FrontDoor> {
    const server = makeServer(config.http.tls);
    const door = new FrontDoor(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, config)));
      server.listen({ host: config.httpHost, port: config.httpPort }, resolve);
    });
    return door;
  }

  /** Base address as a client on this machine uses it. */
  get url(): string {
    const { address, port, family } = this.server.address() as AddressInfo;
    const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
    return `${'setSecureContext' in this.server ? 'https' : 'http'}://${host}:${port}`;
  }

  waitFor(what: string): void {
    this.#waitingFor = what;
  }

  handOver(handler: RequestListener): void {
    this.#handler = handler;
  }

  /** Accepts nothing more and resolves when what was accepted is answered; after `seconds` the rest is cut off. */
  async close(seconds: number): Promise<void> {
    this.#closing = true;
    const done = new Promise<'done'>((resolve) => this.server.close(() => resolve('done')));
    const deadline = Date.now() + seconds * 1000;
    // A connection that falls idle after `close` would stay until its keep-alive runs out.
    do this.server.closeIdleConnections();
    while ((await Promise.race([done, sleep(50)])) !== 'done' && Date.now() < deadline);
    this.server.closeAllConnections();
    await done;
  }

  #answerEarly(url: string, response: Parameters<RequestListener>[1]): void {
    const path = url.split('?')[0];
    const send = (status: number, body: object): void => {
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        ...(status === 503 ? { 'retry-after': '5' } : {}),
      });
      response.end(JSON.stringify(body));
    };
    if (path === '/healthz') send(200, { status: 'ok' });
    else if (path === '/readyz')
      send(503, { ready: false, checks: [{ name: 'start', ok: false, reason: `waiting for ${this.#waitingFor}` }] });
    else
      send(503, {
        code: 'OVERLOADED',
        message: `the service is starting: waiting for ${this.#waitingFor}; try again`,
        details: {},
      });
  }
}

function makeServer(tls: Config['http']['tls']): Server {
  if (tls.cert_file === '' && tls.key_file === '') return createServer();
  if (tls.cert_file === '' || tls.key_file === '')
    throw new SceError('INVALID_CONFIG', 'http.tls needs both cert_file and key_file');
  try {
    return createTlsServer({
      cert: readFileSync(tls.cert_file),
      key: readFileSync(tls.key_file),
      minVersion: 'TLSv1.2',
    });
  } catch (error) {
    throw new SceError(
      'INVALID_CONFIG',
      `http.tls: cannot use ${tls.cert_file} with ${tls.key_file}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function listenError(
  error: NodeJS.ErrnoException,
  { httpHost, httpPort }: { httpHost: string; httpPort: number },
): SceError {
  const advice =
    error.code === 'EADDRINUSE'
      ? 'another program listens there (is sce-voice already running?); stop it or set SCE_HTTP_PORT'
      : error.message;
  return new SceError('SETUP', `cannot listen on ${httpHost}:${httpPort}: ${advice}`, { cause: error });
}

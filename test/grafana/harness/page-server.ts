import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { builtHost, builtPlugin, iconFolder } from './build.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.md': 'text/markdown; charset=utf-8',
};

/** Where requests of the data source go: the plugin's backend, running. */
export type Backend = () => Promise<{ readonly url: string }>;

export interface PageServer {
  readonly url: string;
  close(): void;
}

/** Serves the host page, the built plugin and the icons, and passes the data source's requests on to its backend. */
export async function startPageServer(backend: Backend): Promise<PageServer> {
  const [host, plugin] = [await builtHost(), await builtPlugin()];
  const folders: readonly (readonly [string, string])[] = [
    ['/harness/', host],
    ['/public/plugins/scevoice-platform-app/', plugin],
    ['/public/build/img/icons/', iconFolder()],
    ['/public/img/icons/', iconFolder()],
  ];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/api/')) return forward(backend, request, response);
    for (const [prefix, folder] of folders)
      if (url.pathname.startsWith(prefix))
        return file(join(folder, within(url.pathname.slice(prefix.length))), response);
    const theme = url.searchParams.get('harness-theme') ?? 'dark';
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(theme));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function within(path: string): string {
  return normalize(`/${decodeURIComponent(path)}`);
}

const emptyIcon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"></svg>';

async function file(path: string, response: ServerResponse): Promise<void> {
  try {
    const content = await readFile(path);
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(content);
  } catch {
    // A few icons of Grafana's are not in its packages, such as the spinner.
    if (path.includes('/img/icons/'))
      return void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(emptyIcon);
    response.writeHead(404).end();
  }
}

async function forward(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  if (!path.startsWith('/api/ds/query') && !path.startsWith('/api/datasources/uid/')) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"not part of the harness"}');
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { url } = await backend();
  const answered = await fetch(`${url}${path}`, {
    method: request.method ?? 'GET',
    headers: { 'content-type': 'application/json' },
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'application/json' });
  response.end(Buffer.from(await answered.arrayBuffer()));
}

/** The theme is in the page and not set later: Grafana's packages read it when they are loaded. */
function page(theme: string): string {
  const boot = {
    user: {
      theme: theme === 'light' ? 'light' : 'dark',
      orgRole: 'Admin',
      timezone: 'utc',
      locale: 'en-US',
      language: 'en-US',
      isSignedIn: true,
    },
    settings: { appSubUrl: '', buildInfo: { version: '12.4.10', env: 'production' }, featureToggles: {} },
    navTree: [],
    assets: {},
  };
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>harness</title>
<script>window.grafanaBootData = ${JSON.stringify(boot)}; window.__grafana_public_path__ = '/public/';</script>
<style>html, body { margin: 0 }</style>
</head>
<body><script type="module" src="/harness/host.js"></script></body></html>`;
}

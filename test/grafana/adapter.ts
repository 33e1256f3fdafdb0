import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const plugin = fileURLToPath(new URL('../../grafana-plugin/', import.meta.url));
const binaries = fileURLToPath(new URL('../../node_modules/.cache/sce-voice-adapter/', import.meta.url));
const suffix = process.platform === 'win32' ? '.exe' : '';

export interface DataSourceSettings {
  readonly url: string;
  readonly jsonData?: Readonly<Record<string, unknown>>;
  readonly secureJsonData?: Readonly<Record<string, string>>;
}

/** The built backend, run by go-plugin's own client; `url` answers the part of Grafana's API that asks a data source. */
export interface Adapter {
  readonly url: string;
  /** Of the backend itself. */
  readonly pid: number;
  configure(uid: string, settings: DataSourceSettings): Promise<void>;
  stop(): Promise<void>;
}

let built: Promise<{ plugin: string; host: string }> | undefined;

/** Builds backend and test host; Go's own cache makes this quick when nothing has changed. Throws with the compiler's words. */
export function buildAdapter(): Promise<{ plugin: string; host: string }> {
  built ??= (async () => {
    await mkdir(binaries, { recursive: true });
    const paths = { plugin: `${binaries}gpx_scevoice${suffix}`, host: `${binaries}testhost${suffix}` };
    const env = { ...process.env, CGO_ENABLED: '0' };
    const flags = ['build', '-tags', 'arrow_json_stdlib', '-trimpath', '-ldflags', '-s -w', '-o'];
    await run('go', [...flags, paths.plugin, './pkg'], { cwd: plugin, env });
    await run('go', [...flags, paths.host, './pkg/testhost'], { cwd: plugin, env });
    return paths;
  })();
  return built;
}

/** Starts the backend under the test host (grafana-plugin/pkg/testhost/README.md). Needs Go. Stop it. */
export async function startAdapter(): Promise<Adapter> {
  const paths = await buildAdapter();
  const child = spawn(paths.host, ['-plugin', paths.plugin], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { url, pluginPid: pid } = await firstLine(child);
  return {
    url,
    pid,
    async configure(uid, settings) {
      const response = await fetch(`${url}/api/datasources/uid/${uid}`, {
        method: 'PUT',
        body: JSON.stringify(settings),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<{ url: string; pluginPid: number }> {
  if (!child.stdout) throw new Error('the test host has no output');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return JSON.parse(line) as { url: string; pluginPid: number };
  throw new Error('the test host ended before it listened');
}

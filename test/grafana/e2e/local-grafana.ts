import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../../support/child.ts';
import { freePort } from '../../support/ports.ts';
import { poll } from '../../support/poll.ts';
import { buildAdapter } from '../adapter.ts';
import { builtPlugin } from '../harness/build.ts';
import { admin } from './environment.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const ids = ['platform-app', 'platform-datasource', 'lifecycle-panel', 'idlecores-panel'].map((id) => `scevoice-${id}`);

export interface LocalGrafana {
  readonly url: string;
  /** Starts it with the plugin as it is built now and `provisioning/` as it is; resolves when it answers. */
  start(ingestor: { readonly url: string; readonly token: string }): Promise<void>;
  stop(): Promise<void>;
}

/** A Grafana of this machine (`home`: the folder with `bin/grafana`) on a free port, with its data below `folder`. */
export async function localGrafana(home: string, folder: string): Promise<LocalGrafana> {
  const port = await freePort();
  const url = `http://localhost:${String(port)}`;
  let child: Child | null = null;
  return {
    url,
    async start(ingestor) {
      const [plugins, provisioning] = [join(folder, 'plugins'), join(folder, 'provisioning')];
      await installPlugin(join(plugins, ids[0]!));
      await copyProvisioning(provisioning, ingestor.url);
      child = new Child(join(home, 'bin/grafana'), ['server', '--homepath', home], {
        cwd: home,
        env: {
          ...process.env,
          SCE_READ_TOKEN: ingestor.token,
          GF_PATHS_DATA: join(folder, 'data'),
          GF_PATHS_LOGS: join(folder, 'log'),
          GF_PATHS_PLUGINS: plugins,
          GF_PATHS_PROVISIONING: provisioning,
          GF_SERVER_HTTP_ADDR: '127.0.0.1',
          GF_SERVER_HTTP_PORT: String(port),
          GF_SERVER_ROOT_URL: `${url}/`,
          GF_SECURITY_ADMIN_USER: admin.user,
          GF_SECURITY_ADMIN_PASSWORD: admin.password,
          GF_SECURITY_DISABLE_GRAVATAR: 'true',
          GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: ids.join(','),
          GF_PLUGINS_PREINSTALL_DISABLED: 'true',
          GF_ANALYTICS_REPORTING_ENABLED: 'false',
          GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
          GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
          GF_NEWS_NEWS_FEED_ENABLED: 'false',
          GF_UNIFIED_ALERTING_MIN_INTERVAL: '10s',
          GF_DATABASE_WAL: 'true',
          GF_LOG_LEVEL: 'warn',
        },
      });
      const started = child;
      await poll(
        'Grafana to answer',
        async () => {
          started.assertRunning();
          return (await fetch(`${url}/api/health`).catch(() => null))?.ok === true;
        },
        { timeoutMs: 300_000, everyMs: 500 },
      );
    },
    stop: async () => {
      await child?.stop();
    },
  };
}

/** Frontend and backend as they are in the sources, where Grafana looks for them. */
async function installPlugin(to: string): Promise<void> {
  await cp(await builtPlugin(), to, { recursive: true });
  const { plugin } = await buildAdapter();
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const suffix = platform === 'windows' ? '.exe' : '';
  await cp(plugin, join(to, 'datasource', `gpx_scevoice_${platform}_${arch}${suffix}`));
}

/** `provisioning/` with the addresses of this machine in place of those of the containers. */
async function copyProvisioning(to: string, ingestorUrl: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const part of ['datasources', 'dashboards', 'plugins', 'alerting'])
    await cp(join(repository, 'provisioning', part), join(to, part), { recursive: true });
  await replaced(join(to, 'datasources/sce-voice.yaml'), 'http://ingestor:9201', ingestorUrl);
  await replaced(join(to, 'dashboards/sce-voice.yaml'), '/etc/sce-voice/dashboards', join(repository, 'dashboards'));
}

async function replaced(path: string, what: string, by: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (!text.includes(what)) throw new Error(`${path} does not have ${what}`);
  await writeFile(path, text.replaceAll(what, by));
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig, parseFileConfig } from '../../ingestor/src/config.ts';
import { parseQuestdbUrl } from '../../ingestor/src/warehouse/connection.ts';
import { questdbEnvironment } from '../../ingestor/src/warehouse/questdb-settings.ts';
import { findProgram } from '../support/system-packages.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly context: string };
  readonly env_file?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<'questdb' | 'ingestor' | 'prometheus' | 'node-exporter' | 'grafana', Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
}
interface PrometheusConfig {
  global: { external_labels: Record<string, string> };
  scrape_configs: Record<string, unknown>[];
  remote_write: {
    url: string;
    authorization: { credentials_file: string };
    write_relabel_configs: { regex: string }[];
  }[];
}

const read = (path: string): string => readFileSync(path, 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text) as Compose;
const dockerfile = read('ingestor/Dockerfile');

/** `NAME=value` lines of an env file. */
function envFile(path: string): Record<string, string> {
  const lines = read(path)
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

/** What docker compose makes of `${NAME:?message}` and `${NAME:-default}`. */
function interpolate(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest?: string) => {
    const found = env[name] ?? (kind === '-' ? rest : undefined);
    if (found === undefined) throw new Error(`${name} is not in .env.example`);
    return found;
  });
}

/** Every variable of .env.example, filled in with a value that cannot be mistaken for another. */
const dotEnv = Object.fromEntries(Object.keys(envFile('.env.example')).map((name) => [name, `secret0${name}`]));
const ingestorEnvironment = Object.fromEntries(
  Object.entries(compose.services.ingestor.environment ?? {}).map(([name, value]) => [
    name,
    interpolate(value, dotEnv),
  ]),
);
/** `ENV` of the image. */
const imageEnvironment = Object.fromEntries(
  [...dockerfile.matchAll(/\b(SCE_\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
);

describe('docker-compose.yml', () => {
  it('publishes ports on loopback only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('holds no secret: every password and token comes from .env', () => {
    const settings = Object.values(compose.services).flatMap((service) => Object.entries(service.environment ?? {}));
    const secret = settings.filter(([name]) => /PASSWORD|TOKEN|SECRET|KEY/.test(name));
    expect(secret.length).toBeGreaterThanOrEqual(5);
    for (const [, value] of secret) expect(value).toMatch(/^\$\{\w+:\?set it in \.env\}$/);
    for (const value of Object.values(envFile('.env.example'))) expect(value).toBe('');
    expect(read('.gitignore').split('\n')).toContain('.env');
    expect(text).not.toMatch(/password=(?!\$\{)/);
  });

  it('mounts what exists, and names every volume and secret', () => {
    for (const service of Object.values(compose.services)) {
      for (const [from] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        if (from!.startsWith('./')) expect(existsSync(from!), from).toBe(true);
        else if (!from!.startsWith('/')) expect(Object.keys(compose.volumes)).toContain(from);
      }
      for (const name of service.secrets ?? []) expect(dotEnv).toHaveProperty(compose.secrets[name]!.environment);
      if (service.env_file) expect(existsSync(service.env_file), service.env_file).toBe(true);
    }
  });

  it('pins every image', () => {
    const images = Object.values(compose.services).flatMap((service) => (service.build ? [] : [service.image]));
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    const pom = /<artifactId>questdb<\/artifactId>\s*<version>([\d.]+)</.exec(read('ingestor/pom.xml'))?.[1];
    expect(compose.services.questdb.image).toBe(`questdb/questdb:${pom}`);
  });

  it('sets only variables that the ingestor reads', () => {
    const asked = new Set<string>();
    const recording = new Proxy<Record<string, string>>(
      { ...imageEnvironment, ...ingestorEnvironment, SCE_CONFIG: 'provisioning/sce-voice/sce-voice.yaml' },
      { get: (target, name: string) => (asked.add(name), target[name]) },
    );
    const config = loadConfig(recording);
    for (const name of Object.keys({ ...imageEnvironment, ...ingestorEnvironment })) expect(asked).toContain(name);
    expect(config.httpHost).toBe('0.0.0.0');
    expect(config.tokens).toHaveLength(2);
    expect(compose.services.ingestor.ports).toEqual([`127.0.0.1:${config.httpPort}:${config.httpPort}`]);
    expect(compose.services.ingestor.volumes).toContain(`ingestor-data:${config.dataDir}`);
  });

  it("gives the ingestor QuestDB's address and accounts as QuestDB gets them", () => {
    const connection = parseQuestdbUrl(ingestorEnvironment['SCE_QUESTDB_URL']!);
    const questdb = {
      ...envFile(compose.services.questdb.env_file!),
      ...Object.fromEntries(
        Object.entries(compose.services.questdb.environment!).map(([name, value]) => [
          name,
          interpolate(value, dotEnv),
        ]),
      ),
    };
    expect(connection).toMatchObject({
      httpUrl: 'http://questdb:9000',
      http: { user: questdb['QDB_HTTP_USER'], password: questdb['QDB_HTTP_PASSWORD'] },
      pgHost: 'questdb',
      pgPort: 8812,
      pgWriter: { user: questdb['QDB_PG_USER'], password: questdb['QDB_PG_PASSWORD'] },
      pgReader: { user: questdb['QDB_PG_READONLY_USER'], password: questdb['QDB_PG_READONLY_PASSWORD'] },
    });
  });

  it('runs QuestDB with the settings of the embedded server', () => {
    const embedded = questdbEnvironment({
      httpPort: 9000,
      pgPort: 8812,
      heapMb: 512,
      commitMode: 'sync',
      queryTimeoutSeconds: 600,
      credentials: { questdb_http_password: '', questdb_pg_password: '', questdb_pg_read_password: '' },
    });
    const settings = envFile(compose.services.questdb.env_file!);
    expect(Object.keys(settings).length).toBeGreaterThan(5);
    expect(embedded).toMatchObject(settings);
  });
});

describe('the image of the ingestor', () => {
  it('copies what exists, runs as an unprivileged user and asks a path that the service answers', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list]) => list!.split(' '));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) expect(existsSync(source), source).toBe(true);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('\nCMD'));
    expect(/fetch\(`(.*?)`\)/.exec(dockerfile)?.[1]).toBe('http://127.0.0.1:${process.env.SCE_HTTP_PORT}/healthz');
    expect(dockerfile).toContain(`EXPOSE ${imageEnvironment['SCE_HTTP_PORT']}`);
  });

  it('starts a file that the build makes', () => {
    const entry = /^CMD .*"ingestor\/dist\/(.+)\.js"/m.exec(dockerfile)?.[1];
    expect(existsSync(`ingestor/src/${entry}.ts`), entry).toBe(true);
  });

  it('has a configuration file that is valid', () => {
    const path = 'provisioning/sce-voice/sce-voice.yaml';
    expect(parseFileConfig(parse(read(path)), path).organisation.time_zone).toBe('UTC');
  });
});

describe('provisioning/prometheus', () => {
  let directory: string;
  const prometheus = parse(read('provisioning/prometheus/prometheus.yml')) as PrometheusConfig;
  const [remoteWrite] = prometheus.remote_write;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sce-voice-promtool-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const promtool = (config: unknown, ...options: string[]): string => {
    const file = join(directory, 'prometheus.yml');
    writeFileSync(file, stringify(config));
    return execFileSync(findProgram('promtool')!, ['check', 'config', ...options, file], { encoding: 'utf8' });
  };

  it('is a configuration that Prometheus accepts', () => {
    expect(promtool(prometheus)).toContain('is valid prometheus config');
  });

  it('has a Kubernetes example that Prometheus accepts', () => {
    // Debian builds Prometheus without Kubernetes discovery; everything else is checked as it stands.
    const kubernetes = parse(read('provisioning/prometheus/kubernetes.yml')) as PrometheusConfig;
    const jobs = kubernetes.scrape_configs.map(({ kubernetes_sd_configs: discovery, ...job }) => {
      expect(discovery).toEqual([{ role: expect.stringMatching(/^(node|endpoints)$/) }]);
      return job;
    });
    expect(promtool({ ...kubernetes, scrape_configs: jobs }, '--syntax-only')).not.toContain('FAILED');
  });

  it('writes to the ingestor of docker-compose.yml with the token it accepts', () => {
    expect(remoteWrite?.url).toBe(`http://ingestor:${imageEnvironment['SCE_HTTP_PORT']}/api/v1/write`);
    const [secret] = compose.services.prometheus.secrets ?? [];
    expect(remoteWrite?.authorization.credentials_file).toBe(`/run/secrets/${secret}`);
    expect(compose.secrets[secret!]?.environment).toBe('SCE_WRITE_TOKEN');
    expect(Object.keys(prometheus.global.external_labels).sort()).toEqual(['__replica__', 'cluster']);
  });

  it('scrapes services that are there', () => {
    const targets = prometheus.scrape_configs.flatMap((job) =>
      (job['static_configs'] as { targets: string[] }[]).flatMap((group) => group.targets),
    );
    const hosts = targets.map((target) => target.replace(/:\d+$/, ''));
    expect(hosts.filter((host) => host !== 'localhost' && !(host in compose.services))).toEqual([]);
  });

  const keep = new RegExp(`^(?:${remoteWrite!.write_relabel_configs[0]!.regex})$`);
  it.each([
    'up',
    'container_cpu_usage_seconds_total',
    'container_memory_working_set_bytes',
    'container_fs_usage_bytes',
    'container_network_receive_bytes_total',
    'container_network_transmit_bytes_total',
    'kube_pod_info',
    'kube_pod_owner',
    'kube_pod_created',
    'kube_pod_start_time',
    'kube_pod_completion_time',
    'kube_pod_deletion_timestamp',
    'kube_pod_status_phase',
    'kube_pod_status_reason',
    'kube_pod_container_info',
    'kube_pod_container_resource_requests',
    'kube_pod_container_resource_limits',
    'kube_pod_container_status_terminated_reason',
    'kube_pod_labels',
    'kube_pod_annotations',
    'kube_node_status_allocatable',
    'kube_persistentvolumeclaim_info',
    'kube_persistentvolumeclaim_resource_requests_storage_bytes',
    'kube_pod_spec_volumes_persistentvolumeclaims_info',
    'kubelet_volume_stats_used_bytes',
    'kubelet_volume_stats_capacity_bytes',
    'kubelet_volume_stats_inodes_used',
    'pwb_sessions',
  ])('keeps %s', (metric) => expect(metric).toMatch(keep));

  it.each(['go_gc_duration_seconds', 'apiserver_request_duration_seconds_bucket', 'kube_secret_info', 'xup', 'upx'])(
    'drops %s',
    (metric) => expect(metric).not.toMatch(keep),
  );

  it('allows kube-state-metrics no label or annotation in bulk, and no secret', () => {
    const values = parse(read('provisioning/prometheus/kube-state-metrics.yaml')) as Record<string, string[]>;
    const lists = [...values['metricAnnotationsAllowList']!, ...values['metricLabelsAllowlist']!];
    for (const entry of lists) {
      const [, resource, names] = /^(\w+)=\[(.+)\]$/.exec(entry)!;
      expect(values['collectors']).toContain(resource);
      for (const name of names!.split(',')) {
        expect(name).toMatch(/^[A-Za-z0-9./-]+$/);
        expect(name).not.toBe('stdin');
      }
    }
    expect(values['metricAnnotationsAllowList']![0]).toContain('hub.jupyter.org/username');
  });
});

describe('Grafana', () => {
  const { grafana } = compose.services;
  const environment = grafana.environment ?? {};
  const image = read('grafana-plugin/Dockerfile');
  const mounted = (inside: string): string => {
    const found = (grafana.volumes ?? []).map((volume) => volume.split(':')).find(([, to]) => to === inside);
    return found?.[0] ?? `nothing is mounted at ${inside}`;
  };
  interface Provisioned {
    readonly datasources: Readonly<Record<string, unknown> & { url: string; secureJsonData: Record<string, string> }>[];
    readonly apps: { readonly type: string }[];
    readonly providers: { readonly folderUid: string; readonly options: { readonly path: string } }[];
  }
  const provisioned = (path: string): Provisioned => parse(read(`provisioning/${path}`)) as Provisioned;
  const plugins = readdirSync('grafana-plugin/src', { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === 'plugin.json')
    .map((path) => (JSON.parse(read(join('grafana-plugin/src', path))) as { id: string }).id);
  const [source] = provisioned('datasources/sce-voice.yaml').datasources;

  it('is given every folder of provisioning that it reads', () => {
    for (const folder of ['datasources', 'plugins', 'dashboards', 'alerting'])
      expect(mounted(`/etc/grafana/provisioning/${folder}`)).toBe(`./provisioning/${folder}`);
  });

  it('reaches the ingestor with the token it accepts, which only .env has', () => {
    expect(source?.url).toBe(`http://ingestor:${imageEnvironment['SCE_HTTP_PORT']}`);
    expect(source?.secureJsonData).toEqual({ token: '$SCE_READ_TOKEN' });
    expect(environment['SCE_READ_TOKEN']).toBe(compose.services.ingestor.environment?.['SCE_READ_TOKEN']);
    expect(source?.['jsonData']).toMatchObject({ defaultScope: 'aggregate' });
  });

  it('loads the plugins that there are, and no other unsigned ones', () => {
    expect(plugins).toHaveLength(4);
    expect(environment['GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS']?.split(',').sort()).toEqual(plugins.sort());
    expect(provisioned('plugins/sce-voice.yaml').apps.map(({ type }) => type)).toEqual(['scevoice-platform-app']);
    expect(plugins).toContain(source?.['type']);
  });

  it('finds the dashboards where they are mounted, and starts with one of them', () => {
    const paths = provisioned('dashboards/sce-voice.yaml').providers.map(({ options }) => options.path);
    expect(paths.map(mounted)).toEqual(['./dashboards/team', './dashboards/public']);
    const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
    expect(existsSync(join(mounted(dirname(home)), basename(home)))).toBe(true);
  });

  it('signs who is asking, and the ingestor knows that signature', () => {
    const { access } = parseFileConfig(parse(read('provisioning/sce-voice/sce-voice.yaml')), 'sce-voice.yaml');
    expect(access.grafana.issuer).toBe(environment['GF_SERVER_ROOT_URL']);
    expect(new URL(access.grafana.jwks_url).host).toBe('grafana:3000');
    expect(grafana.ports).toEqual([`127.0.0.1:${new URL(access.grafana.issuer).port}:3000`]);
  });

  it('has hand-written SQL as an example only, by the read-only account', () => {
    expect(readdirSync('provisioning/datasources').filter((name) => /\.ya?ml$/.test(name))).toEqual(['sce-voice.yaml']);
    const [sql] = provisioned('datasources/questdb-sql.yaml.example').datasources;
    const questdb = envFile(compose.services.questdb.env_file!);
    expect(sql).toMatchObject({ url: 'questdb:8812', user: questdb['QDB_PG_READONLY_USER'], isDefault: false });
    expect(dotEnv).toHaveProperty(sql!.secureJsonData['password']!.slice(1));
  });

  it('is an image whose parts are there', () => {
    const sources = [...image.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list]) => list!.split(' '));
    expect(sources.length).toBeGreaterThan(8);
    for (const path of sources) expect(existsSync(path), path).toBe(true);
    expect(image).toMatch(/^FROM grafana\/grafana:12\.\d+\.\d+$/m);
    expect(/golang:([\d.]+)-/.exec(image)?.[1]).toBe(/^go ([\d.]+)$/m.exec(read('grafana-plugin/go.mod'))?.[1]);
    const { executable } = JSON.parse(read('grafana-plugin/src/datasource/plugin.json')) as { executable: string };
    expect(image).toContain(`-o ${executable}_\${TARGETOS}_\${TARGETARCH} `);
    expect(/GF_PATHS_PLUGINS=(\S+)/.exec(image)?.[1]).not.toMatch(/^\/var\/lib\/grafana/);
  });

  it('and the image of the ingestor have every workspace that npm looks for', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    for (const text of [image, dockerfile])
      for (const name of workspaces) expect(text).toContain(`COPY ${name}/package.json ${name}/package.json`);
  });
});

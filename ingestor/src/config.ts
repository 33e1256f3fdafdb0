import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { SceError, messageOf } from './errors.ts';
import { AccessConfigSchema } from './access/config.ts';
import { resolveTokens, secret, type KnownToken } from './access/tokens.ts';
import { PrivacyConfigSchema } from './identity/config.ts';
import { AwsBatchConfigSchema } from './sources/aws-batch/config.ts';
import { CostExportConfigSchema } from './sources/cost-export/config.ts';
import { EventsConfigSchema } from './sources/events/config.ts';
import { GitConfigSchema } from './sources/git/config.ts';
import { HomeDrivesConfigSchema } from './sources/home-drives/config.ts';
import { HttpConfigSchema } from './routes/config.ts';
import { HrConfigSchema } from './sources/hr/config.ts';
import { ConnectConfigSchema } from './sources/connect/config.ts';
import { PackageManagerConfigSchema } from './sources/package-manager/config.ts';
import { PollerConfigSchema } from './sources/poller/config.ts';
import { ImagesConfigSchema } from './sources/images/config.ts';
import { JupyterHubConfigSchema } from './sources/jupyterhub/config.ts';
import { KubernetesAuditConfigSchema } from './sources/kubernetes-audit/config.ts';
import { PricesConfigSchema } from './sources/prices/config.ts';
import { RemoteWriteConfigSchema } from './sources/prometheus/config.ts';
import { MartsConfigSchema, PlatformConfigSchema } from './platform/config.ts';
import { ViewsConfigSchema } from './views/config.ts';
import { ChangesConfigSchema } from './views/savings/config.ts';
import { SizingConfigSchema } from './views/sizing/config.ts';
import { WarehouseConfigSchema } from './warehouse/config.ts';

/** The configuration file (`SCE_CONFIG`). Every key has a default; unknown keys are refused. */
export const FileConfigSchema = Type.Object(
  {
    organisation: Type.Object(
      {
        name: Type.String({ default: 'our organisation' }),
        time_zone: Type.String({
          default: 'UTC',
          description: 'IANA name; days of the organisation start at its midnight',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    http: HttpConfigSchema,
    access: AccessConfigSchema,
    hr: HrConfigSchema,
    poller: PollerConfigSchema,
    privacy: PrivacyConfigSchema,
    remote_write: RemoteWriteConfigSchema,
    events: EventsConfigSchema,
    kubernetes_audit: KubernetesAuditConfigSchema,
    jupyterhub: JupyterHubConfigSchema,
    connect: ConnectConfigSchema,
    git: GitConfigSchema,
    package_manager: PackageManagerConfigSchema,
    aws_batch: AwsBatchConfigSchema,
    home_drives: HomeDrivesConfigSchema,
    images: ImagesConfigSchema,
    prices: PricesConfigSchema,
    cost_export: CostExportConfigSchema,
    platform: PlatformConfigSchema,
    marts: MartsConfigSchema,
    views: ViewsConfigSchema,
    sizing: SizingConfigSchema,
    changes: ChangesConfigSchema,
    warehouse: WarehouseConfigSchema,
  },
  { additionalProperties: false },
);
export type FileConfig = Static<typeof FileConfigSchema>;

/** Settings from the environment (design: fixed names). */
export interface EnvironmentConfig {
  readonly httpHost: string;
  readonly httpPort: number;
  readonly dataDir: string;
  readonly questdbUrl: string | null;
  readonly questdbHttpPort: number;
  readonly questdbPgPort: number;
  /** Every token that is accepted: `SCE_WRITE_TOKEN`, `SCE_READ_TOKEN` (or `…_FILE`) and those of `access.tokens`. */
  readonly tokens: readonly KnownToken[];
  /** For the command line as a client; the service itself keeps hashes only. */
  readonly readToken: string | null;
  readonly logLevel: string;
  readonly pseudonymKey: string | null;
  readonly pseudonymKeyFile: string | null;
}

export interface Config extends FileConfig, EnvironmentConfig {}

/** What the command line needs as a client of the service: the tokens that the service accepts are the service's own. */
export type ClientConfig = Omit<Config, 'tokens'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads environment and file once; only this file looks at `process.env`. Throws `INVALID_CONFIG` naming the key. */
export function loadConfig(env: Environment = process.env): Config {
  const config = loadClientConfig(env);
  return Object.freeze({ ...config, tokens: resolveTokens(config.access, env) });
}

/** The same without the accepted tokens: their variables and files may be the service's alone. */
export function loadClientConfig(env: Environment = process.env): ClientConfig {
  const port = (name: string, fallback: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0 || value > 65_535)
      throw new SceError('INVALID_CONFIG', `${name} is "${text}"; a port number from 0 to 65535 is needed`);
    return value;
  };
  const file = loadFile(env['SCE_CONFIG']);
  return Object.freeze({
    ...file,
    httpHost: env['SCE_HTTP_HOST'] || '127.0.0.1',
    httpPort: port('SCE_HTTP_PORT', 9201),
    dataDir: resolve(env['SCE_DATA_DIR'] || './data'),
    questdbUrl: env['SCE_QUESTDB_URL'] || null,
    questdbHttpPort: port('SCE_QUESTDB_HTTP_PORT', 9000),
    questdbPgPort: port('SCE_QUESTDB_PG_PORT', 8812),
    readToken: secret(env, 'SCE_READ_TOKEN'),
    logLevel: env['SCE_LOG_LEVEL'] || 'info',
    pseudonymKey: env['SCE_PSEUDONYM_KEY'] || null,
    pseudonymKeyFile: env['SCE_PSEUDONYM_KEY_FILE'] || null,
  });
}

/** Checks a parsed configuration file and fills in the defaults. */
export function parseFileConfig(raw: unknown, where: string): FileConfig {
  const withDefaults = Value.Default(FileConfigSchema, Value.Clone(raw ?? {}));
  if (!Value.Check(FileConfigSchema, withDefaults)) {
    const first = Value.Errors(FileConfigSchema, withDefaults)[0];
    throw new SceError('INVALID_CONFIG', `${where}: ${first?.instancePath || '/'} ${first?.message ?? 'is not valid'}`);
  }
  return withDefaults;
}

function loadFile(path: string | undefined): FileConfig {
  const file = path || './sce-voice.yaml';
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // The default file may be absent; one that was asked for may not.
    if (path) throw new SceError('INVALID_CONFIG', `cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `${file} is not valid YAML: ${messageOf(error)}`, { cause: error });
  }
  return parseFileConfig(raw, file);
}

/** A variable that the configuration names (`token_env`), read when it is needed; empty when not set. */
export function environmentVariable(name: string, env: Environment = process.env): string {
  return env[name] ?? '';
}

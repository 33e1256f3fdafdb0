import { readFile } from 'node:fs/promises';
import { SceError, messageOf } from '../../errors.ts';
import type { RegistryConfig } from './config.ts';
import { RegistryClient } from './registry-client.ts';

/** The configured registries of one run; a client is made when it is first needed. */
export class Registries {
  readonly #configs: ReadonlyMap<string, RegistryConfig>;
  readonly #signal: AbortSignal;
  readonly #clients = new Map<string, RegistryClient>();

  constructor(configs: readonly RegistryConfig[], signal: AbortSignal) {
    this.#configs = new Map(configs.map((config) => [config.host, config]));
    this.#signal = signal;
  }

  has(host: string): boolean {
    return this.#configs.has(host);
  }

  /** Throws `INVALID_CONFIG` when credentials or authority cannot be read. */
  async client(host: string): Promise<RegistryClient> {
    const existing = this.#clients.get(host);
    if (existing) return existing;
    const config = this.#configs.get(host);
    if (!config) throw new SceError('INTERNAL', `registry ${host} is not configured`);
    const ca = await read(config, 'ca_file');
    const client = new RegistryClient({
      host,
      url: config.url || `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}`,
      credentials: await read(config, 'credentials_file'),
      ...(ca === '' ? {} : { ca }),
      signal: this.#signal,
    });
    this.#clients.set(host, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}

async function read(config: RegistryConfig, key: 'credentials_file' | 'ca_file'): Promise<string> {
  if (config[key] === '') return '';
  try {
    return (await readFile(config[key], 'utf8')).trim();
  } catch (error) {
    throw new SceError(
      'INVALID_CONFIG',
      `registry ${config.host}: cannot read ${key} ${config[key]}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

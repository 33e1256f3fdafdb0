import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Child } from './child.ts';
import { poll } from './poll.ts';
import { freePort } from './ports.ts';
import { findProgram } from './system-packages.ts';

/** A series as Prometheus' query API gives it: seconds and the value as text. */
export interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

function program(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`${name} is not installed; npm test installs it on Debian`);
  return path;
}

/** Debian's node_exporter on a free loopback port. */
export async function startNodeExporter(): Promise<{ child: Child; target: string }> {
  const target = `127.0.0.1:${await freePort()}`;
  const child = new Child(program('prometheus-node-exporter'), [`--web.listen-address=${target}`]);
  await poll('node_exporter to answer', async () => {
    child.assertRunning();
    return (await fetch(`http://${target}/metrics`)).ok;
  });
  return { child, target };
}

/** Debian's Prometheus with the given configuration, on a free loopback port and in a directory of its own. */
export class PrometheusProcess {
  readonly child: Child;
  readonly url: string;
  readonly #directory: string;

  private constructor(child: Child, url: string, directory: string) {
    this.child = child;
    this.url = url;
    this.#directory = directory;
  }

  /** `configure` is given its own address (for scraping itself) and a directory for files. */
  static async start(
    configure: (self: string, directory: string) => Promise<object> | object,
  ): Promise<PrometheusProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'sce-voice-prometheus-'));
    const self = `127.0.0.1:${await freePort()}`;
    const configFile = join(directory, 'prometheus.yml');
    await writeFile(configFile, stringify(await configure(self, directory)));
    const child = new Child(program('prometheus'), [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=${self}`,
      '--log.level=warn',
    ]);
    const prometheus = new PrometheusProcess(child, `http://${self}`, directory);
    await poll('Prometheus to be ready', async () => {
      child.assertRunning();
      return (await fetch(`http://${self}/-/ready`)).ok;
    });
    return prometheus;
  }

  /** Raw samples of a range selector such as `up[30s]`, as they are stored up to `at` (milliseconds). */
  async samples(query: string, at: number): Promise<MatrixSeries[]> {
    const parameters = new URLSearchParams({ query, time: (at / 1000).toFixed(3) });
    const response = await fetch(`${this.url}/api/v1/query?${parameters.toString()}`);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const body = (await response.json()) as { data: { result: MatrixSeries[] } };
    return body.data.result;
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

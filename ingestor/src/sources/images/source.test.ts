import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, parseFileConfig } from '../../config.ts';
import { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import {
  FAKE_REGISTRY_CREDENTIALS,
  startFakeRegistry,
  type FakeRegistry,
} from '../../../../test/support/fakes/registry.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { PollOutcome, SourceContext } from '../source.ts';
import { imagesSource } from './source.ts';

const directory = mkdtempSync(join(tmpdir(), 'sce-images-'));
const secret = FAKE_REGISTRY_CREDENTIALS.split(':')[1] ?? '';
writeFileSync(join(directory, 'credentials'), `${FAKE_REGISTRY_CREDENTIALS}\n`);
writeFileSync(join(directory, 'wrong'), 'robot:wrong-password');

const logged: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
let warehouse: Warehouse;
let registry: FakeRegistry;
beforeAll(async () => {
  warehouse = await useWarehouse({
    migrations: [
      new URL('../prometheus/tables.sql', import.meta.url),
      new URL('../../warehouse/marts/tables.sql', import.meta.url),
      ...imagesSource.migrations,
    ],
  });
});
beforeEach(async () => {
  for (const table of ['containers', 'series', 'images']) await warehouse.reader.execute(`truncate table ${table}`);
  registry = await startFakeRegistry();
  logged.length = 0;
});
afterEach(() => registry.close());

let container = 0;
async function runs(image: string, digest = ''): Promise<void> {
  container += 1;
  const row = {
    timestamp: new Date('2026-10-01T07:00:00Z'),
    container_id: `c${container}`,
    image,
    image_digest: digest,
  };
  await warehouse.writer.write([{ table: 'containers', rows: [row] }]);
}

interface PollOptions {
  readonly state?: unknown;
  readonly minute?: number;
  readonly credentials?: string;
  readonly images?: Record<string, unknown>;
}

const checkpoints: unknown[] = [];
async function poll({
  state = null,
  minute = 0,
  credentials = 'credentials',
  images = {},
}: PollOptions = {}): Promise<PollOutcome> {
  const file = parseFileConfig(
    {
      images: {
        registries: [
          { host: registry.host, url: registry.url, credentials_file: credentials && join(directory, credentials) },
        ],
        ...images,
      },
    },
    'test',
  );
  const context: SourceContext = {
    config: { ...loadConfig({}), ...file },
    warehouse,
    pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: file.privacy }),
    log,
  };
  const [instance] = imagesSource.instances(context);
  if (!instance) throw new Error('no instance');
  await warehouse.settle(['containers', 'series', 'images']);
  const outcome = await instance.poll({
    startedAt: new Date(Date.UTC(2026, 9, 2, 0, minute)),
    state,
    checkpoint: async (kept) => void checkpoints.push(kept),
    progress: () => undefined,
    signal: new AbortController().signal,
    log,
  });
  return { ...outcome, state: JSON.parse(JSON.stringify(outcome.state)) as unknown };
}

async function stored(): Promise<Row[]> {
  await warehouse.settle(['images']);
  return warehouse.reader.rows(
    'select * from images latest on timestamp partition by image, image_digest order by image',
  );
}

const R441 = { env: ['PATH=/usr/bin', 'R_VERSION=4.4.1', `SECRET=${secret}`] };

describe('with a registry', () => {
  it.each(['none', 'token', 'access_token', 'basic'] as const)('reads index, manifest and config: %s', async (auth) => {
    registry.auth = auth;
    const digest = registry.push('sce/session', 'r4.3.3', R441);
    const image = `${registry.host}/sce/session:r4.3.3`;
    await runs(image, digest);
    expect(await poll()).toMatchObject({ rowsRead: 1, complete: true });
    expect(await stored()).toEqual([
      expect.objectContaining({
        image,
        image_digest: digest,
        source: 'registry',
        r_version: '4.4.1',
        r_versions: '["4.4.1"]',
        r_source: 'env',
        python_version: null,
        created_at: new Date('2026-07-02T10:11:12Z'),
        environment: '{"R_VERSION":"4.4.1"}',
      }),
    ]);
    expect(registry.leaks).toBe(0);
    expect(registry.requests.filter((request) => request.startsWith('307'))).toHaveLength(1);
  });

  it('reads a plain manifest, and several versions as a list', async () => {
    const tag = 'ubuntu2204-r4.4.1_4.3.3-py3.12.6_3.11.10';
    const image = `${registry.host}/sce/session:${tag}`;
    await runs(image, registry.push('sce/session', tag, { plain: true }));
    await poll();
    expect(await stored()).toEqual([
      expect.objectContaining({
        r_version: 'several',
        r_versions: '["4.4.1","4.3.3"]',
        r_source: 'tag',
        python_version: 'several',
        source: 'registry',
      }),
    ]);
  });

  it('asks for a digest once, for ever; a deleted tag keeps what was learnt', async () => {
    await runs(`${registry.host}/sce/a:1`, registry.push('sce/a', '1', R441));
    const { state } = await poll();
    registry.delete('sce/a', '1');
    registry.requests.length = 0;
    for (const lost of [state, null]) await poll({ state: lost, minute: 60 * 24 * 365 });
    expect(registry.requests).toEqual([]);
    expect(await stored()).toEqual([expect.objectContaining({ source: 'registry', r_version: '4.4.1' })]);
  });

  it('asks for what is not there again, but only after retry_hours; meanwhile the tag speaks', async () => {
    const image = `${registry.host}/sce/gone:r4.3.3`;
    await runs(image, `sha256:${'0'.repeat(64)}`);
    const first = await poll();
    expect(first).toMatchObject({ complete: false });
    expect(await stored()).toEqual([expect.objectContaining({ source: 'tag', r_version: '4.3.3' })]);
    const asked = registry.requests.length;
    const second = await poll({ state: first.state, minute: 60 });
    expect(registry.requests).toHaveLength(asked);
    await poll({ state: second.state, minute: 25 * 60 });
    expect(registry.requests.length).toBeGreaterThan(asked);
  });

  it('reads by tag where the digest is not known, again each day, because tags move', async () => {
    registry.push('sce/a', '1', R441);
    await runs(`${registry.host}/sce/a:1`);
    const { state } = await poll();
    registry.push('sce/a', '1', { env: ['R_VERSION=4.5.2'] });
    const later = await poll({ state, minute: 60 });
    expect((await stored())[0]).toMatchObject({ r_version: '4.4.1' });
    await poll({ state: later.state, minute: 25 * 60 });
    expect((await stored())[0]).toMatchObject({ r_version: '4.5.2', image_digest: '' });
  });

  it('believes no content with the wrong digest', async () => {
    registry.corrupt = true;
    await runs(`${registry.host}/sce/a:r4.3.3`, registry.push('sce/a', 'r4.3.3', R441));
    expect(await poll()).toMatchObject({ complete: false });
    expect(await stored()).toEqual([expect.objectContaining({ source: 'tag', r_version: '4.3.3' })]);
    expect(logged.join('')).toContain('sent content that is sha256:');
  });

  it('waits as long as 429 says, and leaves a long wait to the poller', async () => {
    await runs(`${registry.host}/sce/a:1`, registry.push('sce/a', '1', R441));
    registry.throttle = 1;
    await poll();
    expect((await stored())[0]).toMatchObject({ source: 'registry' });

    await runs(`${registry.host}/sce/b:1`, registry.push('sce/b', '1', R441));
    Object.assign(registry, { throttle: 1, retryAfter: '3600' });
    await expect(poll({ minute: 1 })).rejects.toMatchObject({ code: 'SOURCE_FAILED', retryAfterSeconds: 3600 });
  });

  it('stores what was read, and fails, when the registry goes away', async () => {
    const other = await startFakeRegistry();
    try {
      registry.down = true;
      await runs(`${registry.host}/sce/a:r4.3.3`, registry.push('sce/a', 'r4.3.3', R441));
      await runs(`${other.host}/sce/b:1`, other.push('sce/b', '1', R441));
      const registries = [registry, other].map(({ host, url }) => ({
        host,
        url,
        credentials_file: join(directory, 'credentials'),
      }));
      await expect(poll({ images: { registries } })).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
      const bySource = Object.fromEntries((await stored()).map((row) => [row['source'], row['r_version']]));
      expect(bySource).toEqual({ tag: '4.3.3', registry: '4.4.1' });
      expect(Object.keys((checkpoints.at(-1) as { tried: object }).tried)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it.each(['wrong', ''])('credentials "%s" leave the tag, and no secret in the log', async (credentials) => {
    await runs(`${registry.host}/sce/a:r4.3.3`, registry.push('sce/a', 'r4.3.3', R441));
    expect(await poll({ credentials })).toMatchObject({ complete: false });
    expect(await stored()).toEqual([expect.objectContaining({ source: 'tag', r_version: '4.3.3' })]);
    expect(logged.join('')).toContain('are the credentials right?');
    expect(logged.join('')).not.toMatch(new RegExp(`${secret}|wrong-password`));
  });

  it('stores no variable that is not on the list', async () => {
    await runs(`${registry.host}/sce/a:1`, registry.push('sce/a', '1', R441));
    await poll();
    expect(JSON.stringify([await stored(), logged])).not.toContain(secret);
  });
});

describe('without a registry', () => {
  it('tags are enough, and nobody is asked', async () => {
    await runs(`${registry.host}/sce/session:r4.4.1-py3.12.6`, registry.push('sce/session', 'r4.4.1-py3.12.6', {}));
    await runs('sha256:abc');
    expect(await poll({ images: { registries: [] } })).toMatchObject({ rowsWritten: 2, complete: true });
    expect((await stored()).map(({ r_version, source }) => [r_version, source])).toEqual([
      ['4.4.1', 'tag'],
      [null, 'tag'],
    ]);
    expect(await poll({ minute: 60, images: { registries: [] } })).toMatchObject({ rowsWritten: 0 });
    expect(registry.requests).toEqual([]);
  });

  it('before the marts are filled, the raw labels name the images', async () => {
    const labels = (image_id: string) => JSON.stringify({ container: 'x', image: 'rocker/r-ver:4.4.1', image_id });
    const rows = [
      'docker-pullable://rocker/r-ver@sha256:abc',
      'docker-pullable://rocker/r-ver@sha256:abc',
      'sha256:local',
    ].map((id, index) => ({
      timestamp: new Date('2026-10-01T07:00:00Z'),
      series: index,
      metric: 'kube_pod_container_info',
      labels: labels(id),
    }));
    await warehouse.writer.write([{ table: 'series', rows }]);
    await poll();
    expect((await stored()).map(({ image_digest, r_version }) => [image_digest, r_version]).sort()).toEqual([
      ['', '4.4.1'],
      ['sha256:abc', '4.4.1'],
    ]);
  });

  it('can be switched off', () => {
    const file = parseFileConfig({ images: { enabled: false } }, 'test');
    expect(imagesSource.instances({ config: { ...loadConfig({}), ...file } } as SourceContext)).toEqual([]);
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryResultBody } from '../../ingestor/src/contract/index.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { poll } from '../support/poll.ts';

let ingestor: IngestorProcess;

beforeAll(async () => {
  ingestor = await IngestorProcess.start();
  const warehouse = ingestor.warehouse();
  const now = Date.now();
  await warehouse.writer.write([
    {
      table: 'series',
      rows: [
        { timestamp: new Date(now - 3_600_000), series: 1n, job: 'node, "quoted"', metric: 'up', labels: '{}' },
        { timestamp: new Date(now - 3_600_000), series: 2n, job: 'hub', metric: 'load', labels: '{}' },
      ],
    },
    {
      table: 'samples',
      rows: [600, 540, 480].map((ago) => ({ timestamp: new Date(now - ago * 1000), series: 1n, value: 1 })),
    },
  ]);
  await warehouse.settle(['series', 'samples']);
  await warehouse.close();
});
afterAll(() => ingestor.remove());

describe('sce-voice view', () => {
  it('prints a table with bars and what it means', async () => {
    const { code, stdout, stderr } = await ingestor.cli(['view', 'data-quality']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('█');
    expect(stdout).toContain('Newest sample');
    expect(stdout).toContain('How computed: The last 24 h of the range.');
    expect(stdout).not.toContain('\u001b');
  });

  it('CSV equals JSON, cell for cell', async () => {
    const range = ['--from', new Date(Date.now() - 86_400_000).toISOString(), '--to', new Date().toISOString()];
    const [csv, json] = await Promise.all([
      ingestor.cli(['view', 'data-quality', ...range, '--format', 'csv']),
      ingestor.cli(['view', 'data-quality', ...range, '--format', 'json']),
    ]);
    const answer = JSON.parse(json.stdout) as QueryResultBody;
    const [header, ...rows] = parse(csv.stdout);
    expect(header).toEqual(answer.columns.map(({ name }) => name));
    expect(rows).toEqual(answer.rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))));
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['hub', 'load', '0'],
      ['node, "quoted"', 'up', '3'],
    ]);
  });

  it('takes parameters', async () => {
    const { stdout } = await ingestor.cli([
      'view',
      'data-quality',
      '--param',
      'job=hub',
      '--param',
      'window_hours=1',
      '--format',
      'json',
    ]);
    expect((JSON.parse(stdout) as QueryResultBody).rows).toHaveLength(1);
  });

  it.each<[string, string[], Record<string, string>, number, RegExp]>([
    ['an unknown view', ['view', 'nope'], {}, 1, /^sce-voice: there is no view "nope".*\n$/],
    [
      'an unknown parameter',
      ['view', 'data-quality', '--param', 'x=1'],
      {},
      1,
      /^sce-voice: data-quality has no parameter "x".*\n$/,
    ],
    [
      'no service',
      ['view', 'data-quality'],
      { SCE_HTTP_PORT: '1' },
      1,
      /^sce-voice: no service answers at http:\/\/127\.0\.0\.1:1: .*npm start.*\n$/,
    ],
    [
      'a wrong configuration',
      ['view', 'data-quality'],
      { SCE_HTTP_PORT: 'x' },
      1,
      /^sce-voice: SCE_HTTP_PORT is "x".*\n$/,
    ],
    ['an unknown format', ['view', 'data-quality', '--format', 'xml'], {}, 2, /--format/],
    ['a parameter without =', ['view', 'data-quality', '--param', 'x'], {}, 2, /name=value/],
    ['no view', ['view'], {}, 2, /missing required argument/],
    ['an unknown command', ['vieew'], {}, 2, /Did you mean view/],
    [
      'a second service on the port',
      ['serve'],
      { SCE_DATA_DIR: join(tmpdir(), `sce-voice-second-${process.pid}`) },
      1,
      /cannot listen on 127\.0\.0\.1:.*already running/,
    ],
  ])('%s', async (_, args, env, code, stderr) => {
    const result = await ingestor.cli(args, env);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(stderr);
    if (env['SCE_DATA_DIR']) await rm(env['SCE_DATA_DIR'], { recursive: true, force: true });
  });

  it('catalog lists the views', async () => {
    expect((await ingestor.cli(['catalog'])).stdout).toMatch(
      /data-quality {2}\(Operations, scope aggregate\)[^]*--param window_hours=24/,
    );
  });
});

describe('TLS', () => {
  it('the service speaks HTTPS, and the command line trusts its certificate', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sce-voice-tls-'));
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    await new Promise<void>((resolve, reject) =>
      execFile(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          key,
          '-out',
          cert,
          '-days',
          '2',
          '-subj',
          '/CN=sce',
        ],
        (error) => (error instanceof Error ? reject(error) : resolve()),
      ),
    );
    const { FrontDoor } = await import('../../ingestor/src/front-door.ts');
    const tls = { cert_file: cert, key_file: key };
    const config = { httpHost: '127.0.0.1', httpPort: 0, http: { tls, trust_proxy: false, shutdown_seconds: 5 } };
    const door = await FrontDoor.open(config);
    expect(door.url).toMatch(/^https:/);
    const { connectToService } = await import('../../ingestor/src/cli/client.ts');
    const { testConfig } = await import('../support/test-config.ts');
    const client = connectToService({ ...testConfig({ http: { tls } }), httpPort: Number(new URL(door.url).port) });
    expect(await client.json('GET', '/healthz')).toEqual({ status: 'ok' });
    await door.close(1);
    await expect(
      FrontDoor.open({ ...config, http: { ...config.http, tls: { cert_file: key, key_file: cert } } }),
    ).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await expect(
      FrontDoor.open({ ...config, http: { ...config.http, tls: { cert_file: cert, key_file: '' } } }),
    ).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await rm(directory, { recursive: true });
  });
});

describe('stopping', () => {
  it('finishes a request that was accepted, then ends with 0 and leaves no QuestDB', async () => {
    // An event whose body arrives in two halves: the signal falls between them.
    const body = JSON.stringify({
      id: 'v1',
      kind: 'visit',
      at: new Date().toISOString(),
      user: 'kim',
      workspace: { podUid: 'uid-1' },
    });
    const answer = new Promise<number>((resolve, reject) => {
      const sending = request(
        `${ingestor.url}/api/v1/events`,
        { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sending.on('error', reject);
      sending.write(body.slice(0, 20));
      void (async () => {
        // The server has the first half once another request on a new connection was answered after it.
        await fetch(`${ingestor.url}/healthz`);
        process.kill(ingestor.child.pid, 'SIGTERM');
        await poll('the door to close', async () =>
          fetch(`${ingestor.url}/healthz`).then(
            () => false,
            () => true,
          ),
        );
        sending.end(body.slice(20));
      })();
    });
    expect(await answer).toBe(200);
    await poll('the end', () => ingestor.child.outcome !== null);
    expect(ingestor.child.outcome).toMatch(/0/);
    expect(ingestor.questdbPids()).toEqual([]);
    await ingestor.restart();
    const warehouse = ingestor.warehouse();
    await warehouse.settle(['platform_events']);
    expect(await warehouse.reader.rows('select kind from platform_events')).toEqual([{ kind: 'visit' }]);
    await warehouse.close();
  });

  it('does not wait after a second signal, and leaves no QuestDB all the same', async () => {
    const held = request(`${ingestor.url}/api/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    });
    const cut = new Promise((resolve) => held.on('error', resolve));
    held.write('{');
    await fetch(`${ingestor.url}/healthz`);
    const { pid } = ingestor.child;
    process.kill(pid, 'SIGTERM');
    await poll('the first to be heard', () =>
      fetch(`${ingestor.url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    expect(ingestor.child.outcome).toBeNull();
    process.kill(pid, 'SIGTERM');
    await cut;
    await poll('the end', () => ingestor.child.outcome !== null);
    expect(ingestor.child.outcome).toMatch(/1/);
    await poll('QuestDB to end', () => ingestor.questdbPids().length === 0);
    await ingestor.restart();
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { encodeV1 } from '../support/remote-write/encode.ts';
import { postWrite } from '../support/remote-write/post.ts';

const users = ['kim.meier', 'jo', 'alex', 'sam', 'max', 'eve'];
let directory: string;
let feed: string;
let ingestor: IngestorProcess;

function deliver(names: readonly string[]): void {
  const rows = names.map((user) => `id-${user},${user},${user}@example.com,Name of ${user},Oncology`);
  writeFileSync(feed, `person_id,username,email,display_name,department\n${rows.join('\n')}\n`);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sce-person-'));
  feed = join(directory, 'people.csv');
  deliver(users);
  ingestor = await IngestorProcess.start({
    config: {
      hr: { feeds: [{ name: 'csv', kind: 'csv', path: feed, watch: false, schedule: '0 0 1 1 *' }] },
      marts: { interval_seconds: 3600 },
    },
  });
  const body = encodeV1([
    {
      labels: {
        __name__: 'kube_pod_annotations',
        namespace: 'hub',
        pod: 'jupyter-kim-2emeier',
        uid: '1-2',
        annotation_hub_jupyter_org_username: 'kim.meier',
      },
      samples: [{ timestamp: Date.now(), value: 1 }],
    },
  ]);
  expect((await postWrite(ingestor.url, body)).status).toBe(204);
});
afterAll(async () => {
  await ingestor.remove();
  rmSync(directory, { recursive: true, force: true });
});

describe('sce-voice poll', () => {
  it('asks a source now and says what came of it', async () => {
    const { code, stdout, stderr } = await ingestor.cli(['poll', 'hr', 'csv']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^hr\/csv: ok, \d+ rows read, \d+ written \(\d+\.\d s\)\n$/);
  });

  it('lists the pollers', async () => {
    const { code, stdout } = await ingestor.cli(['poll']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/hr\s+│ csv\s+│ \d{4}-/);
    expect(stdout).toMatch(/hr\s+│ calendars/);
  });

  it('ends with 1 and the reason when a feed is refused', async () => {
    deliver([]);
    const { code, stdout } = await ingestor.cli(['poll', 'hr', 'csv']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^hr\/csv: refused, HR feed csv of .* is refused, the last good one stays: it is empty/);
    const quality = await ingestor.cli(['view', 'data-quality', '--format', 'json']);
    expect(quality.stdout).toMatch(/The last poll of hr\/csv \([^)]*\) was refused: FEED_REFUSED/);
    expect((await ingestor.cli(['poll'])).stdout).toMatch(/is empty/);
    deliver(users);
    expect((await ingestor.cli(['poll', 'hr', 'csv'])).code).toBe(0);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a source that is not there',
      ['poll', 'nothing'],
      {},
      /^sce-voice: no poller nothing; there are: hr\/csv, hr\/calendars.*\(NOT_FOUND\)\n$/,
    ],
    ['an instance that is not there', ['poll', 'hr', 'x'], {}, /^sce-voice: no poller hr\/x; .*\n$/],
    [
      'no service',
      ['poll', 'hr'],
      { SCE_HTTP_PORT: '1' },
      /^sce-voice: no service answers at http:\/\/127\.0\.0\.1:1: .*npm start.*\n$/,
    ],
    [
      'somebody without the right',
      ['poll', 'hr'],
      { SCE_DATA_DIR: '/nonexistent' },
      /^sce-voice: .*(scope|token).*\n$/,
    ],
    [
      'a person, without the right',
      ['person', 'export', 'kim'],
      { SCE_DATA_DIR: '/nonexistent' },
      /^sce-voice: .*(scope|token).*\n$/,
    ],
    [
      'a person, no service',
      ['person', 'erase', 'kim'],
      { SCE_HTTP_PORT: '1' },
      /^sce-voice: no service answers .*\n$/,
    ],
  ])('%s', async (_, args, env, message) => {
    const { code, stdout, stderr } = await ingestor.cli(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
  it('a person, without an id', async () => {
    expect((await ingestor.cli(['person', 'erase'])).code).toBe(2);
  });
});

/** Text of every file of the data directory that is not QuestDB's. */
async function privateFiles(path = ingestor.dataDir): Promise<string> {
  const entries = await readdir(path, { withFileTypes: true });
  const texts = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('questdb'))
      .map((entry) =>
        entry.isDirectory() ? privateFiles(join(path, entry.name)) : readFile(join(path, entry.name), 'utf8'),
      ),
  );
  return texts.join('\n');
}

describe('sce-voice person', () => {
  it('exports, erases, and a feed that names the person again changes nothing', async () => {
    const exported = await ingestor.cli(['person', 'export', 'kim.meier@example.com']);
    expect({ code: exported.code, stderr: exported.stderr }).toEqual({ code: 0, stderr: '' });
    const { keys, codes, tables } = JSON.parse(exported.stdout) as {
      keys: string[];
      codes: string[];
      tables: { table: string }[];
    };
    expect(tables.map(({ table }) => table)).toEqual(expect.arrayContaining(['people', 'series']));
    expect(await privateFiles()).toContain('Name of kim.meier');

    expect(await ingestor.cli(['person', 'erase', 'kim.meier@example.com'])).toEqual({
      code: 0,
      stdout: 'erased; a search of all tables finds nothing more\n',
      stderr: '',
    });
    expect(JSON.parse((await ingestor.cli(['person', 'export', ...codes.slice(0, 20)])).stdout)).toMatchObject({
      tables: [],
    });
    expect(await privateFiles()).not.toMatch(new RegExp(['kim', ...keys].join('|')));

    deliver([...users, 'new']);
    expect((await ingestor.cli(['poll', 'hr', 'csv'])).stdout).toMatch(/ok, 7 rows read/);
    expect(JSON.parse((await ingestor.cli(['person', 'export', 'kim.meier'])).stdout)).toMatchObject({ tables: [] });
    expect((await ingestor.cli(['person', 'export', 'new'])).stdout).toContain('"table": "people"');
    expect(await privateFiles()).not.toContain('kim');
  });

  it('the nightly retention shows in the metrics', async () => {
    const metrics = await (await fetch(`${ingestor.url}/metrics`)).text();
    expect(metrics).toMatch(/^sce_person_retention_failures_total 0$/m);
  });

  it('a person nobody knows has nothing', async () => {
    expect(JSON.parse((await ingestor.cli(['person', 'export', 'nobody'])).stdout)).toMatchObject({ tables: [] });
  });
});

import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { javaMajorVersion } from '../../ingestor/src/warehouse/java.ts';
import { loadConfig } from '../../ingestor/src/config.ts';
import { connectWarehouse } from '../../ingestor/src/warehouse/connect.ts';
import { ensureSecrets, loadCredentials } from '../../ingestor/src/warehouse/credentials.ts';
import { questdbVersion, resolveQuestdbJar } from '../../ingestor/src/warehouse/questdb-jar.ts';
import { EmbeddedQuestdb } from '../../ingestor/src/warehouse/questdb.ts';
import { startFailure } from '../../ingestor/src/warehouse/start-failure.ts';
import { startOwnQuestdb } from '../support/warehouse.ts';

let directory: string;
let dataDir: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sce-voice-start-'));
  dataDir = join(directory, 'data');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** An executable of that name, alone on a PATH. */
async function onlyOnPath(name: string, script: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(directory, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
  return { PATH: bin, HOME: homedir() };
}

function start(options: Partial<Parameters<typeof EmbeddedQuestdb.start>[0]> = {}): Promise<EmbeddedQuestdb> {
  return EmbeddedQuestdb.start({ dataDir, httpPort: 0, pgPort: 0, heapMb: 256, ...options });
}

async function expectSetup(attempt: Promise<unknown>, ...parts: string[]): Promise<void> {
  const error: unknown = await attempt.then(
    () => 'it worked',
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'SETUP' });
  for (const part of parts) expect((error as Error).message).toContain(part);
}

describe('what is missing is said, with what to do', () => {
  test('no Java', async () => {
    await expectSetup(
      start({ env: { PATH: directory, HOME: homedir() } }),
      'there is no java on the PATH',
      'apt install openjdk-17',
      'SCE_QUESTDB_URL',
    );
  });

  test('no Java where JAVA_HOME points', async () => {
    await expectSetup(
      start({ env: { ...process.env, JAVA_HOME: directory } }),
      `${directory}/bin/java (from JAVA_HOME)`,
    );
  });

  test('Java too old', async () => {
    const env = await onlyOnPath('java', `echo 'openjdk version "11.0.22" 2024-01-16' >&2`);
    await expectSetup(start({ env }), 'is version 11', 'too old', 'Java 17 or later');
  });

  test('a Java that does not run', async () => {
    const env = await onlyOnPath('java', 'echo broken >&2; exit 3');
    await expectSetup(start({ env }), 'does not run', 'broken');
  });

  test('a directory is free again after a failed start', async () => {
    await expectSetup(start({ env: { PATH: directory, HOME: homedir() } }), 'there is no java');
    await expectSetup(start({ env: { PATH: directory, HOME: homedir() } }), 'there is no java');
  });

  test('no jar and no Maven', async () => {
    const env = { PATH: '/nowhere', HOME: directory };
    await expectSetup(
      resolveQuestdbJar(env, () => undefined),
      'no mvn on the PATH',
      'apt install maven',
    );
  });

  test('Maven cannot reach anything', async () => {
    const env = { ...(await onlyOnPath('mvn', `echo '[ERROR] Could not transfer artifact'; exit 1`)), HOME: directory };
    const lines: string[] = [];
    await expectSetup(
      resolveQuestdbJar(env, (line) => lines.push(line)),
      'Could not transfer artifact',
      'settings.xml',
    );
    expect(lines).toEqual([`resolving QuestDB ${await questdbVersion()} by Maven (about 30 MB, once)`]);
  });

  test.each(['httpPort', 'pgPort'] as const)('%s taken: by whom, and which variable to set', async (which) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const variable = which === 'httpPort' ? 'SCE_QUESTDB_HTTP_PORT' : 'SCE_QUESTDB_PG_PORT';
      await expectSetup(
        start({ [which]: port }),
        `port ${port} for QuestDB is taken by`,
        `(pid ${process.pid})`,
        variable,
      );
    } finally {
      server.close();
    }
  });

  test('the data directory is a file', async () => {
    await writeFile(dataDir, '');
    await expectSetup(start(), `cannot use the data directory ${dataDir}`, 'not a directory', 'SCE_DATA_DIR');
  });

  test('the data directory cannot be made', async () => {
    await expectSetup(
      start({ dataDir: '/dev/null/data' }),
      'cannot use the data directory /dev/null/data',
      'SCE_DATA_DIR',
    );
  });

  test('a file of the database is in the way', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'questdb'), '');
    await expectSetup(start(), 'cannot use the data directory');
  });

  test('QuestDB ends at once: its last words and its log', async () => {
    const env = await onlyOnPath(
      'java',
      `[ "$1" = -version ] && { echo 'openjdk version "21.0.1"' >&2; exit; }; echo 'it is Sunday'; exit 7`,
    );
    await expectSetup(start({ env }), 'QuestDB did not start (exit code 7): it is Sunday', 'questdb.log');
  });

  test('not enough memory for the heap', async () => {
    await expectSetup(start({ heapMb: 100_000_000 }), 'QuestDB did not start', 'warehouse.heap_mb');
  });
});

test.each([
  ['io.questdb.cairo.CairoException: [28] could not allocate', 'the disk is full'],
  ['[28] No space left on device', 'the disk is full'],
  ['cannot lock table name registry file', 'another QuestDB uses the same data directory'],
  ['could not bind socket [errno=98', 'a port was taken meanwhile'],
  ['[12] could not mmap', 'vm.max_map_count'],
  ['[13] could not open read-write: Permission denied', 'may not be written to'],
])('%s → %s', (output, advice) => {
  expect(startFailure('exit code 1', output, 'x.log')).toMatchObject({
    code: 'SETUP',
    message: expect.stringContaining(advice) as unknown,
  });
});

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_412"', 8],
  ['openjdk version "25" 2025-09-16', 25],
  ['Picked up JAVA_TOOL_OPTIONS: -Dx\nopenjdk version "21.0.1"', 21],
  ['something else', null],
])('%s is Java %s', (text, version) => {
  expect(javaMajorVersion(text)).toBe(version);
});

describe('credentials', () => {
  test('are made once, private, and kept when others are added', async () => {
    const first = await loadCredentials(dataDir);
    expect(first.questdb_http_password).toMatch(/^[\w-]{32}$/);
    expect(new Set(Object.values(first)).size).toBe(3);
    const more = await ensureSecrets(dataDir, ['cli_token']);
    expect(more).toMatchObject(first);
    expect(await loadCredentials(dataDir)).toEqual(more);
    await chmod(join(dataDir, 'credentials.json'), 0o644);
    await loadCredentials(dataDir);
    expect((await stat(join(dataDir, 'credentials.json'))).mode & 0o777).toBe(0o600);
  });

  test('of several that start at once are the same', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => loadCredentials(dataDir)));
    for (const one of all) expect(one).toEqual(all[0]);
  });

  test('that cannot be read are not overwritten', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'credentials.json'), '{ "questdb_http');
    await expectSetup(loadCredentials(dataDir), 'cannot keep credentials in');
    expect(await readFile(join(dataDir, 'credentials.json'), 'utf8')).toBe('{ "questdb_http');
  });
});

describe('connectWarehouse', () => {
  const log = pino({ level: 'silent' });

  test('starts an embedded QuestDB, or reaches one by SCE_QUESTDB_URL', async () => {
    const env = { SCE_DATA_DIR: dataDir, SCE_QUESTDB_HTTP_PORT: '0', SCE_QUESTDB_PG_PORT: '0' };
    const embedded = await connectWarehouse(loadConfig(env), { log });
    try {
      expect(embedded.state()).toMatchObject({ status: 'ready', restarts: 0 });
      expect(embedded.freeSpace.freeBytes).toBeGreaterThan(0);
      const { httpUrl, http, pgPort, pgWriter, pgReader } = embedded.warehouse.connection;
      const url = (password: string): string =>
        `http::addr=${httpUrl.slice(7)};username=${http?.user};password=${password};pg_port=${pgPort};pg_username=${pgWriter.user};pg_password=${pgWriter.password};pg_read_username=${pgReader.user};pg_read_password=${pgReader.password};`;
      const external = await connectWarehouse(
        loadConfig({ SCE_DATA_DIR: dataDir, SCE_QUESTDB_URL: url(http?.password ?? '') }),
        { log },
      );
      expect(external.state().status).toBe('ready');
      expect(external.freeSpace.freeBytes).toBeNull();
      expect(await external.warehouse.reader.rows('select 1 as one')).toEqual([{ one: 1 }]);
      await external.close();
      await expectSetup(
        connectWarehouse(loadConfig({ SCE_DATA_DIR: dataDir, SCE_QUESTDB_URL: url('wrong') }), { log }),
        'refused the HTTP account',
      );
      expect(embedded.state().status).toBe('ready');
    } finally {
      await embedded.close();
    }
  });

  test('a reserve that is reached refuses writes, not reads', async () => {
    const config = loadConfig({ SCE_DATA_DIR: dataDir, SCE_QUESTDB_HTTP_PORT: '0', SCE_QUESTDB_PG_PORT: '0' });
    const full = { ...config, warehouse: { ...config.warehouse, free_space_reserve_mb: 2 ** 40 } };
    const { warehouse, close } = await connectWarehouse(full, { log });
    try {
      await warehouse.reader.execute(
        'create table t (timestamp timestamp, id long) timestamp(timestamp) partition by day wal',
      );
      await expect(
        warehouse.writer.write([{ table: 't', rows: [{ timestamp: new Date(), id: 1 }] }]),
      ).rejects.toMatchObject({
        code: 'DISK_RESERVE_REACHED',
      });
      expect(await warehouse.reader.rows('select * from t')).toEqual([]);
    } finally {
      await close();
    }
  });
});

test('a QuestDB that was stopped starts again with what it had', async () => {
  const first = await startOwnQuestdb({ dataDir });
  await first.stop();
  const second = await startOwnQuestdb({ dataDir });
  expect(second.questdb.connection.http).toEqual(first.questdb.connection.http);
  await second.stop();
});

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { EmbeddedQuestdb } from '../../ingestor/src/warehouse/questdb.ts';
import type { QuestdbOptions } from '../../ingestor/src/warehouse/questdb.ts';

export interface OwnQuestdb {
  readonly questdb: EmbeddedQuestdb;
  readonly dataDir: string;
  /** Stops the server and, when it made the directory, removes it. */
  stop(): Promise<void>;
}

/**
 * A QuestDB of one's own on free ports and a temporary directory, for tests that kill, stop or fill it. It ends with this
 * process, however that ends; pass `env: process.env` for one that outlives a `kill -9` as in production.
 */
export async function startOwnQuestdb(options: Partial<QuestdbOptions> = {}): Promise<OwnQuestdb> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sce-voice-test-')));
  const remove = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const questdb = await EmbeddedQuestdb.start({
      httpPort: 0,
      pgPort: 0,
      // Every table of the product, created again and again by one file after the other.
      heapMb: 1024,
      // Servers here start often and run briefly: the quick compiler is enough.
      javaArguments: ['-XX:TieredStopAtLevel=1'],
      env: options.env ?? (await environmentThatEndsWithUs(dataDir)),
      ...options,
      dataDir,
    });
    return {
      questdb,
      dataDir,
      stop: async () => {
        await questdb.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * A `java` first on the PATH that has the kernel kill the real one when its parent is gone (util-linux). In QuestDB's
 * development mode a test may suspend a table.
 */
async function environmentThatEndsWithUs(dataDir: string): Promise<NodeJS.ProcessEnv> {
  const java = (await execa('which', ['java'], { reject: false })).stdout;
  const setpriv = (await execa('which', ['setpriv'], { reject: false })).stdout;
  if (java === '' || setpriv === '' || process.env['JAVA_HOME']) return process.env;
  const directory = join(dataDir, 'bin');
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'java'),
    `#!/bin/sh\nQDB_DEV_MODE_ENABLED=true exec ${setpriv} --pdeathsig KILL ${java} "$@"\n`,
  );
  await chmod(join(directory, 'java'), 0o755);
  return { ...process.env, PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}` };
}

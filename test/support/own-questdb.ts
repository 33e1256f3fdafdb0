import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedQuestdb, type QuestdbOptions } from '../../ingestor/src/warehouse/questdb.ts';

export interface OwnQuestdb {
  readonly questdb: EmbeddedQuestdb;
  readonly dataDir: string;
  /** Stops the server and, when it made the directory, removes it. */
  stop(): Promise<void>;
}

/** A QuestDB of one's own on free ports and a temporary directory, for tests that kill, stop or fill it. */
export async function startOwnQuestdb(options: Partial<QuestdbOptions> = {}): Promise<OwnQuestdb> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sce-voice-test-')));
  const remove = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const questdb = await EmbeddedQuestdb.start({ httpPort: 0, pgPort: 0, heapMb: 256, javaArguments: fastStart(), ...options, dataDir });
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

/** Tests start servers often and run them briefly: the quick compiler is enough. */
function fastStart(): string[] {
  return existsSync('/proc') ? ['-XX:TieredStopAtLevel=1'] : [];
}

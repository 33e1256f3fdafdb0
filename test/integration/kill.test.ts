import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { checkLedger } from '../support/ledger-check.ts';
import { poll } from '../support/poll.ts';
import { RetryingSender } from '../support/retrying-sender.ts';

const shards = 4;
const seriesPerShard = 25;
const samplesPerSeries = 4;

let ingestor: IngestorProcess;
let sender: RetryingSender;

beforeAll(async () => {
  ingestor = await IngestorProcess.start();
});
afterAll(() => ingestor.remove());

/** Waits until `requests` more requests were acknowledged. */
async function progress(requests: number): Promise<void> {
  const goal = sender.samples + requests * seriesPerShard * samplesPerSeries;
  await poll('the sender to get on', () => sender.samples >= goal, { timeoutMs: 60_000, everyMs: 20 }).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}; ingestor: ${ingestor.child.outcome ?? 'runs'}\n${ingestor.child.output}`);
    },
  );
}

const questdbPid = (): Promise<number> => poll('QuestDB to run', () => ingestor.questdbPids()[0]);

const disasters: Record<string, () => Promise<void>> = {
  'kill -9 of the ingestor': async () => {
    await ingestor.child.stop('SIGKILL');
    await ingestor.restart();
  },
  'kill -9 of QuestDB': async () => {
    const pid = await questdbPid();
    process.kill(pid, 'SIGKILL');
    await poll('QuestDB to be started again', () => ingestor.questdbPids().some((other) => other !== pid)).finally(() =>
      ingestor.child.assertRunning(),
    );
  },
  'kill -9 of both': async () => {
    process.kill(await questdbPid(), 'SIGKILL');
    await ingestor.child.stop('SIGKILL');
    await ingestor.restart();
  },
  'stop and continue of the ingestor': async () => {
    ingestor.child.signal('SIGSTOP');
    // Longer than the sender waits: requests are given up and sent again while the first still lie in the socket.
    await sleep(4_000);
    ingestor.child.signal('SIGCONT');
  },
  'stop and continue of QuestDB': async () => {
    const pid = await questdbPid();
    process.kill(pid, 'SIGSTOP');
    await sleep(4_000);
    process.kill(pid, 'SIGCONT');
  },
  'SIGTERM of the ingestor': async () => {
    expect(await ingestor.stop()).toBe('exit code 0');
    expect(ingestor.questdbPids()).toEqual([]);
    await ingestor.restart();
  },
};

describe('what was acknowledged is there exactly once after', () => {
  it.each(Object.entries(disasters))(
    '%s, again and again under load',
    async (name, disaster) => {
      // Metrics of their own: every case checks all of its rows and no other's.
      const metric = `sce_voice_test_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
      sender = new RetryingSender({
        urls: [ingestor.url],
        metric,
        shards,
        seriesPerShard,
        samplesPerSeries,
        timeoutMs: 3_000,
      });
      for (let round = 0; round < 3; round++) {
        await progress(8);
        await disaster();
      }
      await progress(8);
      const ledger = await sender.finish();
      expect(sender.refusals).toEqual([]);
      expect(sender.retries).toBeGreaterThan(0);
      const warehouse = ingestor.warehouse();
      try {
        expect(await checkLedger(warehouse, metric, ledger)).toEqual({
          missing: 0,
          double: 0,
          wrong: 0,
          unknown: 0,
          rows: sender.samples,
          series: shards * seriesPerShard,
        });
      } finally {
        await warehouse.close();
      }
    },
    // Every case restarts a Java server three times; on a busy machine that takes its time.
    300_000,
  );
});

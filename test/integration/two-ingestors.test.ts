import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { checkLedger } from '../support/ledger-check.ts';
import { poll } from '../support/poll.ts';
import { encodeV1 } from '../support/remote-write/encode.ts';
import { postWrite } from '../support/remote-write/post.ts';
import { RetryingSender } from '../support/retrying-sender.ts';
import { startOwnQuestdb, type OwnQuestdb } from '../support/warehouse.ts';

let questdb: OwnQuestdb;
let ingestors: [IngestorProcess, IngestorProcess];
let warehouse: QuestdbWarehouse;

beforeAll(async () => {
  questdb = await startOwnQuestdb();
  const start = (): Promise<IngestorProcess> =>
    IngestorProcess.start({
      questdb: questdb.questdb.connection,
      config: { remote_write: { ha: { failover_seconds: 3 } } },
      // One key, or the two would give the same person two pseudonyms.
      env: { SCE_PSEUDONYM_KEY: 'f'.repeat(64) },
    });
  // Together on an empty database: both migrate.
  ingestors = await Promise.all([start(), start()]);
  warehouse = ingestors[0].warehouse();
});
afterAll(async () => {
  await warehouse.close();
  await Promise.all(ingestors.map((ingestor) => ingestor.remove()));
  await questdb.stop();
});

/** Ids that a metric's series have, by the label `n`. */
async function idsOf(metric: string): Promise<Map<string, string[]>> {
  await warehouse.settle(['series']);
  const rows = await warehouse.reader.rows<{ series: bigint; labels: string }>(
    'select distinct series, labels from series where metric = $1',
    [metric],
  );
  const ids = new Map<string, string[]>();
  for (const { series, labels } of rows) {
    const { n } = JSON.parse(labels) as { n: string };
    ids.set(n, [...(ids.get(n) ?? []), String(series)]);
  }
  return ids;
}

describe('two ingestors on one QuestDB', () => {
  it('give one series one id, and a sample sent to both is there once', async () => {
    const metric = 'sce_voice_test_both';
    const now = Date.now();
    const series = Array.from({ length: 50 }, (_, n) => ({
      labels: {
        __name__: metric,
        job: 'both',
        n: String(n),
        pod: `jupyter-person-${n}`,
        user: `person-${n}@example.com`,
      },
      samples: Array.from({ length: 20 }, (_, i) => ({ timestamp: now - i * 1000, value: n + i / 10 })),
    }));
    const body = encodeV1(series);
    const answers = await Promise.all([0, 1, 0, 1].map((index) => postWrite(ingestors[index as 0 | 1].url, body)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);

    const ids = await idsOf(metric);
    expect(ids.size).toBe(50);
    for (const found of ids.values()) expect(found).toHaveLength(1);
    await warehouse.settle(['samples']);
    const list = [...ids.values()].flat();
    const [count] = await warehouse.reader.rows<{ rows: number }>(
      `select count() as rows from samples where series in (${list.join(', ')})`,
    );
    expect(count?.rows).toBe(1_000);

    // A restarted one gives them again.
    await ingestors[1].stop();
    await ingestors[1].restart();
    expect((await postWrite(ingestors[1].url, body)).status).toBe(204);
    expect(await idsOf(metric)).toEqual(ids);
  });

  it('lose nothing and double nothing while one of them is killed', async () => {
    const metric = 'sce_voice_test_pair_total';
    const sender = new RetryingSender({
      urls: ingestors.map(({ url }) => url),
      metric,
      shards: 4,
      seriesPerShard: 25,
      samplesPerSeries: 4,
      timeoutMs: 3_000,
    });
    for (let round = 0; round < 2; round++) {
      const goal = sender.samples + 1_000;
      await poll('the sender to get on', () => sender.samples >= goal, { everyMs: 20 });
      await ingestors[1].child.stop('SIGKILL');
      await ingestors[1].restart();
    }
    const ledger = await sender.finish();
    expect(sender.refusals).toEqual([]);
    expect(await checkLedger(warehouse, metric, ledger)).toEqual({
      missing: 0,
      double: 0,
      wrong: 0,
      unknown: 0,
      rows: sender.samples,
      series: 100,
    });
  });
});

describe('a high-availability pair of Prometheus servers', () => {
  const metric = 'sce_voice_test_ha';
  let clock = Date.now();

  /** Sends one sample that tells which replica it came from. */
  async function send(replica: 'a' | 'b', ingestor: 0 | 1): Promise<number> {
    clock += 10;
    const labels = { __name__: metric, __replica__: `prometheus-${replica}`, cluster: 'pair', n: '0' };
    const body = encodeV1([{ labels, samples: [{ timestamp: clock, value: replica === 'a' ? 1 : 2 }] }]);
    return (await postWrite(ingestors[ingestor].url, body)).status;
  }

  async function counts(): Promise<{ a: number; b: number }> {
    await warehouse.settle(['samples', 'series']);
    const rows = await warehouse.reader.rows<{ value: number; rows: number }>(
      `select samples.value as value, count() as rows from samples
       join (select distinct series from series where metric = $1) s on (series) group by samples.value`,
      [metric],
    );
    const of = (value: number): number => rows.find((row) => row.value === value)?.rows ?? 0;
    return { a: of(1), b: of(2) };
  }

  it('gives one copy, also over two ingestors, and fails over', async () => {
    expect(await send('a', 0)).toBe(204);
    for (let i = 0; i < 10; i++) {
      expect(await send('a', 0)).toBe(204);
      // Acknowledged, so that the second replica does not send it again, and not stored.
      expect(await send('b', 1)).toBe(204);
      expect(await send('b', 0)).toBe(204);
    }
    expect(await counts()).toEqual({ a: 11, b: 0 });
    expect((await idsOf(metric)).get('0')).toHaveLength(1);

    // a is silent: b takes over.
    await poll(
      'the fail-over',
      async () => {
        await send('b', 1);
        return (await counts()).b > 0;
      },
      { timeoutMs: 30_000, everyMs: 200 },
    );
    const after = await counts();
    expect(after.a).toBe(11);
    // a is back: the elected one stays.
    await send('a', 0);
    await send('b', 1);
    const end = await counts();
    expect(end.a).toBe(11);
    expect(end.b).toBeGreaterThan(after.b);
    expect((await idsOf(metric)).get('0')).toHaveLength(1);
  });
});

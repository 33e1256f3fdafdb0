import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metricRange } from '../../ingestor/src/warehouse/metric-range.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { poll } from '../support/poll.ts';
import { encodeV1, snappy } from '../support/remote-write/encode.ts';
import { headersV1 } from '../support/remote-write/send.ts';

let ingestor: IngestorProcess;
beforeAll(async () => {
  ingestor = await IngestorProcess.start();
});
afterAll(() => ingestor.remove());

const metric = 'sce_voice_test_questdb_down';
const now = Date.now();
/** Request `i`: ten series, of which nine are new with it, one sample each. */
const bodyOf = (i: number): Buffer =>
  snappy(
    encodeV1(
      Array.from({ length: 10 }, (_, k) => ({
        labels: { __name__: metric, job: 'down', number: k === 0 ? 'always' : `${i}-${k}` },
        samples: [{ value: i, timestamp: now + i }],
      })),
    ),
  );

async function post(body: Buffer): Promise<{ status: number; retryAfter: number }> {
  const answer = await request(`${ingestor.url}/api/v1/write`, { method: 'POST', headers: headersV1, body });
  await answer.body.dump();
  return { status: answer.statusCode, retryAfter: Number(answer.headers['retry-after'] ?? 0) };
}

it(
  'answers 503 with Retry-After while QuestDB is away; what is sent again is there once',
  { timeout: 180_000 },
  async () => {
    expect((await post(bodyOf(0))).status).toBe(204);
    const [pid] = ingestor.questdbPids();
    process.kill(pid!, 'SIGKILL');
    await poll('QuestDB to be gone', () => !ingestor.questdbPids().includes(pid!));

    // All at once, so that they share flushes that fail.
    const refused = await Promise.all([1, 2, 3, 4, 5].map((i) => post(bodyOf(i))));
    for (const { status, retryAfter } of refused) {
      expect(status).toBe(503);
      expect(retryAfter).toBeGreaterThan(0);
    }
    for (let i = 1; i <= 5; i++)
      await poll(
        `request ${i} to be stored`,
        async () => {
          const { status } = await post(bodyOf(i));
          expect([204, 503]).toContain(status);
          return status === 204;
        },
        { timeoutMs: 60_000 },
      );
    // What was acknowledged may come again as well: its answer can be lost on the way.
    expect((await post(bodyOf(3))).status).toBe(204);

    const warehouse = ingestor.warehouse();
    try {
      await warehouse.settle(['samples', 'series']);
      const { low, high } = metricRange(metric);
      const rows = await warehouse.reader.rows<{ value: number; rows: number; series: number }>(
        'select value, count() as rows, count_distinct(series) as series from samples where series between $1 and $2 order by value',
        [low, high],
      );
      expect(rows).toEqual([0, 1, 2, 3, 4, 5].map((value) => ({ value, rows: 10, series: 10 })));
      // Every one of them is registered: one that comes always, nine that came with each request.
      const registered = await warehouse.reader.rows(
        'select distinct samples.series from samples join series on series.series = samples.series where series.metric = $1',
        [metric],
      );
      expect(registered).toHaveLength(1 + 6 * 9);
    } finally {
      await warehouse.close();
    }
  },
);

import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { QuestdbReader } from './reader.ts';

const connectTimeoutMs = 300;

it('queries wait for a connection longer than one may take to stand', async () => {
  const { connection } = await useWarehouse({ migrations: [] });
  const reader = new QuestdbReader(connection, { queryTimeoutMs: 60_000, connections: 1, connectTimeoutMs });
  const sum = (length: number) => reader.rows(`select sum(rnd_double()) as total from long_sequence(${length})`);
  try {
    // A query that takes longer than a connection may, on this machine.
    let length = 1_000_000;
    for (let took = 0; took < 2 * connectTimeoutMs; length *= 2) {
      const started = performance.now();
      await sum(length);
      took = performance.now() - started;
    }
    const answers = await Promise.all([sum(length), sum(length), sum(length)]);
    expect(answers.map((rows) => rows.length)).toEqual([1, 1, 1]);
  } finally {
    await reader.close();
  }
});

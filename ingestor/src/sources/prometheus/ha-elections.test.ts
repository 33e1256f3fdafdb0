import { beforeEach, expect, test } from 'vitest';
import { poll } from '../../../../test/support/poll.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import type { TableRows, Warehouse } from '../../warehouse/warehouse.ts';
import { ElectionNeeded, HaElections } from './ha-elections.ts';

const failoverSeconds = 30;
const signMs = (failoverSeconds / 4) * 1_000;
let warehouse: QuestdbWarehouse;
let now: number;

beforeEach(async () => {
  warehouse = await useWarehouse();
  now = Date.UTC(2026, 2, 2, 12);
});

/** An ingestor as far as elections go; `beforeWrite` holds up its writes. */
function ingestor(beforeWrite: () => Promise<void> = () => Promise.resolve()): {
  elections: HaElections;
  pairs: Record<'a' | 'b', number>;
  /** Which replicas it stores now; a replica that would need an election counts as not stored. */
  stores: () => string[];
  /** Hears of both replicas, and writes what is due, as every flush does. */
  flush: () => Promise<void>;
} {
  const writer: Warehouse['writer'] = {
    write: async (batches: readonly TableRows[]) => {
      await beforeWrite();
      await warehouse.writer.write(batches);
    },
    writeLines: (table, lines) => warehouse.writer.writeLines(table, lines),
  };
  const elections = new HaElections({
    warehouse: { writer, reader: warehouse.reader, settle: (tables) => warehouse.settle(tables) },
    failoverSeconds,
    now: () => now,
  });
  const pairs = { a: elections.pair('prod', 'a'), b: elections.pair('prod', 'b') };
  const stores = (): string[] =>
    (['a', 'b'] as const).filter((replica) => {
      try {
        return elections.accepts(pairs[replica]);
      } catch (error) {
        if (error instanceof ElectionNeeded) return false;
        throw error;
      }
    });
  const flush = async (): Promise<void> => {
    stores();
    await writer.write([{ table: 'ha_elections', rows: elections.dueRows() }]);
    await warehouse.settle(['ha_elections']);
  };
  return { elections, pairs, stores, flush };
}

test('ingestors that elected two replicas agree on the earlier claim by the next sign of life', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let claiming = false;
  const early = ingestor(() => {
    claiming = true;
    return gate;
  });
  const late = ingestor();
  // The early one claims b, but its claim is held up on its way, and the other one sees none.
  const deciding = early.elections.decide(early.pairs.b);
  await poll('the early ingestor to have found no claim', () => claiming);
  now += 500;
  await late.elections.decide(late.pairs.a);
  open();
  await deciding;
  expect([early.stores(), late.stores()]).toEqual([['b'], ['a']]);

  now += signMs;
  await Promise.all([early.flush(), late.flush()]);
  await poll('both to store the same replica', () => late.stores().join() === early.stores().join());
  expect([early.stores(), late.stores()]).toEqual([['b'], ['b']]);

  // It stays so, long after the claim that lost has died.
  for (let step = 0; step < 8; step++) {
    now += signMs;
    await early.flush();
    await late.flush();
  }
  expect([early.stores(), late.stores()]).toEqual([['b'], ['b']]);
});

test('an ingestor that cannot ask keeps the replica that it has', async () => {
  const only = ingestor();
  await only.elections.decide(only.pairs.a);
  const { reader } = warehouse;
  const rows = reader.rows.bind(reader);
  Object.assign(reader, { rows: () => Promise.reject(new Error('no answer')) });
  now += signMs;
  await only.flush();
  expect(only.stores()).toEqual(['a']);
  Object.assign(reader, { rows });
});

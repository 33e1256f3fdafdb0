import { beforeEach, describe, expect, it } from 'vitest';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { at, person, pseudonymiser } from '../support/retention/persons.ts';
import { answers, filledWarehouse, merged, retain, traces } from '../support/retention/questions.ts';

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await filledWarehouse();
});

describe('leavers', () => {
  it('are gone 90 days after they left, and not before', async () => {
    const left = [person(2), pseudonymiser.text('p', 'id-2'), pseudonymiser.text('pod', 'jupyter-person2')];
    await retain(warehouse, { now: at('2026-09-29T03:00') });
    expect(await traces(warehouse, left.slice(0, 1), null)).toContain('people.person_key');
    const before = await answers(warehouse);
    await retain(warehouse, { now: at('2026-09-30T03:00') });
    expect(await traces(warehouse, left, null)).toEqual([]);
    expect(await traces(warehouse, [person(3)], null)).toContain('people.person_key');
    const after = await answers(warehouse);
    for (const name of ['usage', 'days', 'visits', 'commits'])
      expect(merged(after[name] ?? []), name).toEqual(merged(before[name] ?? []));
    expect(await warehouse.reader.rows("select * from forgotten_people where reason = 'left'")).toHaveLength(2);
  });

  it('wait while a container of theirs still runs', async () => {
    await warehouse.writer.write([
      {
        table: 'containers',
        rows: [
          {
            timestamp: at('2026-06-01T00:00'),
            container_id: 'c/forgotten/notebook',
            created_at: at('2026-06-01T00:00'),
            last_seen_at: at('2026-09-30T02:00'),
            user_key: person(2),
            kind: 'interactive',
          },
        ],
      },
    ]);
    await warehouse.settle(['containers']);
    expect(await retain(warehouse, { now: at('2026-09-30T03:00') })).toMatchObject({ former: 0 });
    // Not seen for a month: nobody runs it.
    expect(await retain(warehouse, { now: at('2026-11-01T03:00') })).toMatchObject({ former: 1 });
    expect(await traces(warehouse, [person(2)], null)).toEqual([]);
  });
});

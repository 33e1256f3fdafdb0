import { beforeAll, describe, expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { brokenInvariants } from '../../../ingestor/src/warehouse/marts/check-invariants.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, storeRaw } from '../../bench/marts/raw.ts';
import { useWarehouse } from '../../support/warehouse.ts';

const config = parseFileConfig({ organisation: { time_zone: 'Europe/Berlin' } }, 'test') as Config;
const people = [
  ['u_berlin', null],
  ['u_newyork', 'America/New_York'],
  ['u_kolkata', 'Asia/Kolkata'],
] as const;
let warehouse: QuestdbWarehouse;

/** Everybody at half a core around both changes of the clock in Berlin. */
const spans = [
  ['spring', new Date('2026-03-28T12:00:00Z'), new Date('2026-03-30T12:00:00Z')],
  ['autumn', new Date('2026-10-24T12:00:00Z'), new Date('2026-10-26T12:00:00Z')],
] as const;

beforeAll(async () => {
  warehouse = await useWarehouse();
  await warehouse.writer.write([
    {
      table: 'people',
      rows: people.map(([person_key, time_zone]) => ({
        timestamp: new Date('2026-01-01T00:00:00Z'),
        person_key,
        time_zone,
        active: true,
      })),
    },
  ]);
  // Half an hour before and after midnight in each place; everything is the 28th or the 29th in Berlin.
  const visits = [
    ['u_berlin', '2026-03-28T12:10:00Z'],
    ['u_newyork', '2026-03-29T03:30:00Z'],
    ['u_newyork', '2026-03-29T04:30:00Z'],
    ['u_kolkata', '2026-03-28T18:00:00Z'],
    ['u_kolkata', '2026-03-28T19:00:00Z'],
  ] as const;
  await warehouse.writer.write([
    {
      table: 'platform_events',
      rows: visits.map(([person, at], index) => ({
        timestamp: new Date(at),
        event_key: BigInt(index + 1),
        source: 'portal',
        kind: 'visit',
        component: 'interactive',
        person,
        is_bot: false,
        uid: `${person}-spring`,
      })),
    },
  ]);
  await warehouse.settle(['people', 'platform_events']);
  for (const [season, from, to] of spans)
    await storeRaw(
      warehouse,
      people.flatMap(([person]) =>
        containerSamples({
          pod: `${person}-${season}`,
          uid: `${person}-${season}`,
          from,
          to,
          stepSeconds: 240,
          requestCores: 1,
          cores: () => 0.5,
          annotations: { annotation_hub_jupyter_org_username: person },
        }),
      ),
    );
  await new MartRunner({ warehouse, config }).run();
}, 240_000);

describe('days of people lie between the midnights of where they are', () => {
  it.each([
    ['u_berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['u_newyork', '2026-03-29', '2026-03-29T04:00:00.000Z', 24],
    ['u_kolkata', '2026-03-29', '2026-03-28T18:30:00.000Z', 24],
    ['u_berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['u_newyork', '2026-10-25', '2026-10-25T04:00:00.000Z', 24],
    ['u_kolkata', '2026-10-25', '2026-10-24T18:30:00.000Z', 24],
  ])('%s on %s begins at %s and has %d hours', async (person, day, midnight, hours) => {
    const rows = await warehouse.reader.rows<{ timestamp: Date; alive_seconds: number; active_seconds: number }>(
      'select timestamp, alive_seconds, active_seconds from user_days where user_key = $1 and day = $2',
      [person, day],
    );
    expect(rows.map(({ timestamp }) => timestamp.toISOString())).toEqual([midnight]);
    expect(rows[0]?.alive_seconds).toBeCloseTo(hours * 3600, 1);
    expect(rows[0]?.active_seconds).toBeCloseTo(hours * 3600, 1);
  });

  it.each([
    ['u_berlin', ['2026-03-28'], 1],
    ['u_newyork', ['2026-03-28', '2026-03-29'], 2],
    ['u_kolkata', ['2026-03-28', '2026-03-29'], 2],
  ])('visits of %s belong to their days %j, in person and workspace', async (person, days, count) => {
    const rows = await warehouse.reader.rows<{ day: string }>(
      'select day from user_days where user_key = $1 and visits > 0 order by day',
      [person],
    );
    expect(rows.map(({ day }) => day)).toEqual(days);
    const workspaces = await warehouse.reader.rows<{ visit_days: number; visit_basis: string }>(
      'select visit_days, visit_basis from workspaces where user_key = $1 and first_visit_at is not null order by timestamp limit 1',
      [person],
    );
    expect(workspaces).toEqual([{ visit_days: count, visit_basis: 'event' }]);
  });

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ])('the day %s of the organisation has %d hours', async (day, hours) => {
    const rows = await warehouse.reader.rows<{ alive_seconds: number; cpu_used_core_seconds: number }>(
      'select alive_seconds, cpu_used_core_seconds from container_usage_1d where day = $1',
      [day],
    );
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row.alive_seconds).toBeCloseTo(hours * 3600, 1);
      expect(row.cpu_used_core_seconds).toBeCloseTo(hours * 1800, 1);
    }
    expect(await brokenInvariants(warehouse.reader)).toEqual([]);
  });
});

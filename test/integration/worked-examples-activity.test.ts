import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../ingestor/src/app.ts';
import type { QueryResponse } from '../../ingestor/src/contract/index.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { completeWeeks } from '../../ingestor/src/views/people/active-weeks.ts';
import { MartRunner } from '../../ingestor/src/warehouse/marts/runner.ts';
import type { QuestdbWarehouse } from '../../ingestor/src/warehouse/questdb-warehouse.ts';
import { containerSamples, storeRaw } from '../bench/marts/raw.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';

// The week of the change to summer time: Sunday 29 March 2026 has 23 hours in Berlin and ends at 22:00 UTC.
const config = testConfig({ organisation: { time_zone: 'Europe/Berlin' } });
const now = new Date('2026-04-08T12:00:00Z');
let warehouse: QuestdbWarehouse;

const people = (name: string, from: string, to: string, cores: number) =>
  Array.from({ length: 5 }, (_, index) =>
    containerSamples({
      pod: `${name}${index}`,
      uid: `uid-${name}${index}`,
      from: new Date(from),
      to: new Date(to),
      stepSeconds: 60,
      requestCores: 16,
      cores: () => cores,
      annotations: { annotation_hub_jupyter_org_username: `u_${name}${index}` },
      labels: { label_component: 'singleuser-server', label_app: 'jupyterhub' },
    }),
  ).flat();

beforeAll(async () => {
  warehouse = await useWarehouse();
  await storeRaw(warehouse, [
    ...people('idle', '2026-03-25T00:00:00Z', '2026-03-26T00:00:00Z', 0.02), // 24 hours, no active day
    ...people('busy', '2026-03-25T08:00:00Z', '2026-03-25T08:30:00Z', 0.5),
    ...people('sunday', '2026-03-29T21:20:00Z', '2026-03-29T21:50:00Z', 0.5), // until 23:50 in Berlin
    ...people('monday', '2026-03-29T22:10:00Z', '2026-03-29T22:40:00Z', 0.5), // from 0:10 on Monday
  ]);
  await new MartRunner({ warehouse, config }).run();
});

it('0.02 cores for 24 hours make no active day, and days end at local midnight on the day of the time change', async () => {
  const app = await buildApp({
    config,
    warehouse,
    now: () => now,
    log: pino({ level: 'silent' }),
    pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy }),
  });
  const ask = async (view: string, params: object) => {
    const payload = {
      queries: [{ refId: 'A', view, params }],
      range: { from: '2026-03-22T23:00:00Z', to: '2026-04-05T22:00:00Z' },
    };
    const answer = (await app.inject({ method: 'POST', url: '/api/v1/query', payload })).json<QueryResponse>().results[
      'A'
    ];
    if (!answer || 'error' in answer) throw new Error(JSON.stringify(answer));
    return answer.rows.map((row) => Object.fromEntries(answer.columns.map(({ name }, index) => [name, row[index]])));
  };
  const rows = await ask('user-activity', { basis: 'cpu' });
  expect(
    rows.map(({ week, active_7d: active, active_28d: long, people_with_access: all }) => [week, active, long, all]),
  ).toEqual([
    ['2026-03-23T00:00:00.000Z', 10, 10, 20],
    ['2026-03-30T00:00:00.000Z', 5, 15, 20],
  ]);
  expect(await ask('user-activity', { basis: 'visit' })).toMatchObject([
    { active_7d: 0, people_with_access: 20 },
    { active_7d: 0 },
  ]);
  await app.close();
});

describe('complete weeks', () => {
  const iso = ({ from, to }: { from: number; to: number }) =>
    [from, to].map((label) => new Date(label).toISOString().slice(0, 10));
  it.each([
    [
      'into summer time',
      '2026-03-22T23:00:00Z',
      '2026-03-29T22:00:00Z',
      '2026-04-01T00:00:00Z',
      'Europe/Berlin',
      [],
      ['2026-03-23', '2026-03-30'],
    ],
    [
      'into winter time',
      '2026-10-18T22:00:00Z',
      '2026-10-25T23:00:00Z',
      '2026-10-28T00:00:00Z',
      'Europe/Berlin',
      [],
      ['2026-10-19', '2026-10-26'],
    ],
    [
      'not over in Berlin',
      '2026-03-15T23:00:00Z',
      '2026-03-29T22:00:00Z',
      '2026-03-29T21:59:59Z',
      'Europe/Berlin',
      [],
      ['2026-03-16', '2026-03-23'],
    ],
    [
      'not over in Honolulu',
      '2026-03-15T23:00:00Z',
      '2026-03-29T22:00:00Z',
      '2026-03-30T09:59:59Z',
      'Europe/Berlin',
      ['Pacific/Honolulu'],
      ['2026-03-16', '2026-03-23'],
    ],
    [
      'over everywhere',
      '2026-03-15T23:00:00Z',
      '2026-03-29T22:00:00Z',
      '2026-03-30T10:00:00Z',
      'Europe/Berlin',
      ['Pacific/Honolulu'],
      ['2026-03-16', '2026-03-30'],
    ],
    [
      'a range in the future ends with the last complete week',
      '2026-03-29T22:00:00Z',
      '2026-04-12T22:00:00Z',
      '2026-04-01T00:00:00Z',
      'Europe/Berlin',
      ['Pacific/Kiritimati'],
      ['2026-03-23', '2026-03-30'],
    ],
  ])('%s', (_, from, to, at, zone, zones, expected) => {
    expect(iso(completeWeeks({ from: new Date(from), to: new Date(to) }, new Date(at), zone, zones))).toEqual(expected);
  });
});

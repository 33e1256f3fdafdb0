import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, QueryResponse } from '../../ingestor/src/contract/index.ts';
import { startAdapter, type Adapter } from './adapter.ts';
import { columnsOf, rowsOf, type FrameResult, type FrameResults } from './adapter-frames.ts';
import { playedData } from './harness/open.ts';

/** As in harness/stack.ts. */
const authorization = 'Bearer replay-read';
const range = { from: Date.now() - 21 * 86_400_000, to: Math.floor(Date.now() / 3_600_000) * 3_600_000 };

let adapter: Adapter;
let ingestorUrl: string;
let catalog: Catalog;

beforeAll(async () => {
  const starting = startAdapter();
  ({ ingestorUrl } = await playedData());
  adapter = await starting;
  await adapter.configure('scevoice', {
    url: ingestorUrl,
    jsonData: { defaultScope: 'token', timeoutSeconds: 300 },
    secureJsonData: { token: 'replay-read' },
  });
  catalog = (await (await fetch(`${ingestorUrl}/api/v1/catalog`, { headers: { authorization } })).json()) as Catalog;
}, 900_000);
afterAll(() => adapter.stop());

interface Query {
  readonly refId: string;
  readonly view: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly columns?: readonly string[];
  readonly whenEmpty?: 'nothing';
}

async function direct(queries: readonly Query[]): Promise<QueryResponse['results']> {
  const response = await fetch(`${ingestorUrl}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ queries, range, maxDataPoints: 1000 }),
  });
  return ((await response.json()) as QueryResponse).results;
}

async function throughGrafana(queries: readonly Query[]): Promise<FrameResults> {
  const response = await fetch(`${adapter.url}/api/ds/query`, {
    method: 'POST',
    body: JSON.stringify({
      queries: queries.map((query) => ({ ...query, datasource: { uid: 'scevoice' }, maxDataPoints: 1000 })),
      from: String(range.from),
      to: String(range.to),
    }),
  });
  return ((await response.json()) as { results: FrameResults }).results;
}

/** Columns that differ between two moments although nothing has changed: ages, and what was reserved since the last visit. */
const moving = /age_seconds$|unvisited|reserved|since/;

// Sums that were made in parallel differ in their last digits.
expect.addEqualityTesters([
  (one: unknown, other: unknown) =>
    typeof one === 'number' && typeof other === 'number'
      ? Object.is(one, other) || Math.abs(one - other) <= 1e-12 * Math.max(Math.abs(one), Math.abs(other))
      : undefined,
]);

function withoutAges(
  columns: readonly { readonly name: string }[],
  rows: readonly (readonly unknown[])[],
): unknown[][] {
  return rows.map((row) => row.filter((_, index) => !moving.test(columns[index]?.name ?? '')));
}

/** An answer that says as of when it is says the moment of its own request: whatever lies within the last minutes. */
function withoutMoment(meta: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isNow = (moment: string): boolean => Math.abs(Date.now() - Date.parse(moment)) < 600_000;
  const howComputed = String(meta['howComputed']).replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z\b/gu, (moment) =>
    isNow(moment) ? 'now' : moment,
  );
  return { ...meta, howComputed };
}

/** Compares the two answers to a question. Returns the number of its rows. */
function expectSame({ refId, view }: Query, json: QueryResponse['results'][string], found: FrameResult): number {
  if ('error' in json) {
    expect({ view, error: found.error }).toEqual({ view, error: json.error.message });
    return 0;
  }
  expect({ view, error: found.error }).toEqual({ view, error: undefined });
  const frame = found.frames![0]!;
  expect({ refId: frame.schema.refId, columns: columnsOf(frame) }).toEqual({ refId, columns: json.columns });
  expect({ view, rows: withoutAges(json.columns, rowsOf(frame)) }).toEqual({
    view,
    rows: withoutAges(json.columns, json.rows),
  });
  const { notices, ...meta } = json.meta;
  expect(withoutMoment(frame.schema.meta?.custom ?? {})).toEqual(withoutMoment({ ...meta, view }));
  const shown = frame.schema.meta?.notices?.filter(({ severity }) => severity === 'info').map(({ text }) => text) ?? [];
  expect(shown).toEqual(notices);
  return json.rows.length;
}

/**
 * The service lives on between two answers: a source is polled, a day ends. What differs for that reason agrees when both
 * are asked again; what does not agree in three pairs of answers is different.
 */
async function sameInBoth(query: Query, first?: FrameResult): Promise<number> {
  let frames = first;
  for (let pair = 1; ; pair++) {
    const [json, found] = await Promise.all([
      direct([query]).then((results) => results[query.refId]!),
      frames ?? throughGrafana([query]).then((results) => results[query.refId]!),
    ]);
    try {
      return expectSame(query, json, found);
    } catch (error) {
      if (pair === 3) throw error;
      frames = undefined;
    }
  }
}

describe('what Grafana gets equals the JSON answer', () => {
  it('of every view, cell for cell, in one request', async () => {
    // 32 questions go into one request; the rest into a second.
    const queries = catalog.views.map(({ id }) => ({ refId: `of ${id}`, view: id }));
    const frames = await throughGrafana(queries);
    let rows = 0;
    for (const query of queries) rows += await sameInBoth(query, frames[query.refId]);
    expect(rows).toBeGreaterThan(100);
    expect(Object.values(frames).filter(({ error }) => error)).toEqual([]);
  }, 600_000);

  it.each<[string, Query]>([
    ['two attributes', { refId: 'A', view: 'idle-cores', params: { group_by: ['department', 'role'] } }],
    ['weeks', { refId: 'A', view: 'cost', params: { period: 'week', group_by: 'role' } }],
    [
      'columns',
      { refId: 'A', view: 'idle-cores-summary', params: { group_by: 'role' }, columns: ['role', 'idle_share'] },
    ],
    ['no rows', { refId: 'A', view: 'idle-cores', params: { cluster: 'nowhere' } }],
  ])('%s', async (_, query) => {
    await sameInBoth(query);
  });

  it('no columns where there are no rows, for panels that say why; what is said of the answer stays', async () => {
    const query = { refId: 'A', view: 'idle-cores', params: { cluster: 'nowhere' }, whenEmpty: 'nothing' } as const;
    const { A } = await throughGrafana([query]);
    const [frame] = A!.frames!;
    expect(frame!.schema.fields).toEqual([]);
    expect(frame!.schema.meta?.custom).toMatchObject({ view: 'idle-cores', howComputed: expect.any(String) });
  });
});

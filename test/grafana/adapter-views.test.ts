import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, QueryResponse } from '../../ingestor/src/contract/index.ts';
import { startAdapter, type Adapter } from './adapter.ts';
import { columnsOf, rowsOf, type FrameResults } from './adapter-frames.ts';
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

function withoutAges(
  columns: readonly { readonly name: string }[],
  rows: readonly (readonly unknown[])[],
): unknown[][] {
  return rows.map((row) =>
    row
      .filter((_, index) => !moving.test(columns[index]?.name ?? ''))
      .map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(12)) : cell)),
  );
}

/** An answer that says as of when it is says the moment of its own request; parallel sums differ in the last digit. */
function withoutMoment(meta: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const coverage = typeof meta['coverage'] === 'number' ? Number(meta['coverage'].toPrecision(12)) : null;
  return {
    ...meta,
    coverage,
    howComputed: String(meta['howComputed']).replace(/\b(as of|at) \d{4}-\S+Z\b/giu, '$1 now'),
  };
}

describe('what Grafana gets equals the JSON answer', () => {
  it('of every view, cell for cell, in one request', async () => {
    // 32 questions go into one request; the rest into a second.
    const queries = catalog.views.map(({ id }) => ({ refId: `of ${id}`, view: id }));
    const frames = await throughGrafana(queries);
    let rows = 0;
    for (const { refId, view } of queries) {
      const [json, found] = [(await direct([{ refId, view }]))[refId]!, frames[refId]!];
      if ('error' in json) {
        expect({ view, error: found.error }).toEqual({ view, error: json.error.message });
        continue;
      }
      const frame = found.frames![0]!;
      expect({ view, columns: columnsOf(frame) }).toEqual({ view, columns: json.columns });
      expect({ view, rows: withoutAges(json.columns, rowsOf(frame)) }).toEqual({
        view,
        rows: withoutAges(json.columns, json.rows),
      });
      const { notices, ...meta } = json.meta;
      expect(withoutMoment(frame.schema.meta?.custom ?? {})).toEqual(withoutMoment({ ...meta, view }));
      const shown =
        frame.schema.meta?.notices?.filter(({ severity }) => severity === 'info').map(({ text }) => text) ?? [];
      expect(shown).toEqual(notices);
      rows += json.rows.length;
    }
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
    const [json, found] = [(await direct([query]))['A']!, (await throughGrafana([query]))['A']!];
    if ('error' in json) throw new Error(json.error.message);
    const frame = found.frames![0]!;
    expect(rowsOf(frame)).toEqual(json.rows);
    expect(columnsOf(frame)).toEqual(json.columns);
  });
});

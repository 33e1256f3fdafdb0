import { pino } from 'pino';
import { expect } from 'vitest';
import { buildApp } from '../../ingestor/src/app.ts';
import type { Config } from '../../ingestor/src/config.ts';
import type { QueryResponse } from '../../ingestor/src/contract/index.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { MartRunner } from '../../ingestor/src/warehouse/marts/runner.ts';
import type { TableRows } from '../../ingestor/src/warehouse/warehouse.ts';
import type { RawSample } from '../bench/marts/raw.ts';
import type { SeriesInput } from './remote-write/encode.ts';
import { send } from './remote-write/send.ts';
import { useWarehouse } from './warehouse.ts';

const keyOfPseudonyms = Buffer.alloc(32, 7);

export interface WholePath {
  readonly config: Config;
  readonly now: Date;
  readonly samples: readonly RawSample[];
  /** What other sources know: people, prices, coefficients. */
  readonly rows?: readonly TableRows[];
  readonly questions: readonly { view: string; params: object }[];
  /** Days of the organisation. */
  readonly range: { readonly from: string; readonly to: string };
}

/** The person key that `askWholePath` gives a user name. */
export const personKey = (config: Config, name: string): string => pseudonymiserOf(config).person(name);

/**
 * Samples in by remote-write, rolled up, answers of views out by HTTP: for each question its rows as objects, numbers to six digits after
 * the point.
 */
export async function askWholePath(path: WholePath): Promise<Record<string, unknown>[][]> {
  const { config, now, samples, range, questions, rows = [] } = path;
  const warehouse = await useWarehouse();
  const pseudonymiser = pseudonymiserOf(config);
  const app = await buildApp({ config, warehouse, now: () => now, log: pino({ level: 'silent' }), pseudonymiser });
  try {
    await warehouse.writer.write(rows);
    const sent = await send(app, '1.0', seriesOf(samples));
    expect(sent.statusCode, sent.body).toBe(204);
    await warehouse.settle(['series', 'samples', ...rows.map(({ table }) => table)]);
    await new MartRunner({ warehouse, config, now: () => now }).run();
    const queries = questions.map((question, index) => ({ refId: `Q${index}`, ...question }));
    const response = await app.inject({ method: 'POST', url: '/api/v1/query', payload: { queries, range } });
    const { results } = response.json<QueryResponse>();
    return queries.map(({ refId }) => {
      const answer = results[refId];
      if (!answer || 'error' in answer) throw new Error(JSON.stringify(answer ?? response.statusCode));
      return answer.rows.map((row) =>
        Object.fromEntries(answer.columns.map(({ name }, index) => [name, rounded(row[index])])),
      );
    });
  } finally {
    await app.close();
  }
}

function pseudonymiserOf(config: Config): Pseudonymiser {
  return new Pseudonymiser({ key: keyOfPseudonyms, privacy: config.privacy });
}

function seriesOf(samples: readonly RawSample[]): SeriesInput[] {
  const series = new Map<string, { labels: Record<string, string>; samples: { value: number; timestamp: number }[] }>();
  for (const { metric, labels, at: time, value } of samples) {
    const key = metric + JSON.stringify(labels);
    let own = series.get(key);
    if (own === undefined) series.set(key, (own = { labels: { __name__: metric, ...labels }, samples: [] }));
    own.samples.push({ value, timestamp: time.getTime() });
  }
  return [...series.values()];
}

function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
}

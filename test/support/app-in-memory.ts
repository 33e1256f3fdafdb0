import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Type } from 'typebox';
import { afterEach } from 'vitest';
import { buildApp, type AppOptions } from '../../ingestor/src/app.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { defineView } from '../../ingestor/src/views/view.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { testConfig } from './test-config.ts';

/** Routes are under test here, not storage: views that answer from memory. */
const noWarehouse = { reader: {}, writer: {} } as Warehouse;
export const at = new Date('2026-03-01T12:00:00.123Z');

export const everyType = defineView({
  id: 'every-type',
  title: 'Every type',
  topic: 'Test',
  description: 'One column of each type',
  parameters: Type.Object({
    factor: Type.Number({ default: 2, minimum: 0, description: 'times' }),
    only: Type.Union([Type.Literal('all'), Type.Literal('none')], { default: 'all', description: 'rows' }),
    list: Type.Array(Type.String(), { default: [], description: 'several' }),
  }),
  columns: [
    { name: 'at', displayName: 'At', type: 'time', unit: null, description: 'when' },
    { name: 'amount', displayName: 'Amount', type: 'number', unit: 'currencyUSD', description: 'how much' },
    { name: 'text', displayName: 'Text', type: 'string', unit: null, description: 'what' },
    { name: 'flag', displayName: 'Flag', type: 'boolean', unit: null, description: 'whether' },
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed: 'times {factor}',
  async run(_, { factor, only, list }) {
    const rows = [
      { at, amount: 1.5 * factor, text: 'ä, "b"\n', flag: true },
      { at: null, amount: null, text: null, flag: null },
      { at, amount: 2n ** 60n, text: list.join('+'), flag: false },
    ];
    return { rows: only === 'all' ? rows : [], coverage: 0.5, facts: { factor }, notices: ['careful'] };
  },
});

/** An app that answers from memory; closed after each test of the file that imports it. */
export let app: FastifyInstance;
afterEach(() => app.close());

export async function serve(options: Partial<AppOptions> = {}): Promise<void> {
  const config = options.config ?? testConfig();
  const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 1), privacy: config.privacy });
  app = await buildApp({ config, warehouse: noWarehouse, pseudonymiser, sources: [], views: [everyType], ...options });
}

export function query(
  queries: object[],
  more: object = {},
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'POST', url: '/api/v1/query', payload: { queries, ...more }, headers });
}

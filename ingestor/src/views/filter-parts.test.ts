import { pino } from 'pino';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/test-config.ts';
import type { WarehouseReader } from '../warehouse/warehouse.ts';
import type { Principal } from './principal.ts';
import { runView } from './run-view.ts';
import { defineView } from './view.ts';

/** Users of containers by kind; the sum over all kinds is 121. */
const users: Record<string, number> = { interactive: 100, connect: 6, batch: 3, service: 12 };

const hours = defineView({
  id: 'hours',
  title: 'Hours',
  topic: 'Use',
  description: 'Hours by kind',
  parameters: Type.Object({
    kind: Type.String({ default: '', description: 'Only this kind' }),
    node: Type.String({ default: '', description: 'Only this node' }),
  }),
  columns: [{ name: 'hours', displayName: 'Hours', type: 'number', unit: 'h', description: 'Hours' }],
  leastScope: 'aggregate',
  privacy: { kind: 'groups', attributes: [], people: 'people', merge: { hours: 'sum' } },
  howComputed: 'Counted',
  run: async (_, { kind }) => {
    const people = Object.entries(users).reduce(
      (sum, [name, count]) => sum + (kind === '' || kind === name ? count : 0),
      0,
    );
    return { rows: people === 0 ? [] : [{ hours: people * 10, people }], coverage: null };
  },
});

const aggregate: Principal = { scope: 'aggregate', write: false, personKey: null, department: null, name: 'test' };
const nodes = Array.from({ length: 101 }, (_, index) => `n${index}`);
const reader = {
  rows: async () =>
    Object.keys(users).flatMap((kind) =>
      nodes.map((node) => ({ kind, node, cluster: null, component: null, image: null })),
    ),
} as unknown as WarehouseReader;
const ask = async (params: Record<string, string>, scope: Principal['scope'] = 'aggregate') => {
  const { rows, meta } = await runView(
    { view: hours, principal: { ...aggregate, scope }, params },
    { reader, config: testConfig(), log: pino({ level: 'silent' }) },
  );
  return { hours: rows.map((row) => row[0]), notices: meta.notices };
};

describe('filters on containers', () => {
  it.each([
    ['', [1210]],
    ['interactive', [1000]],
    ['service', [120]],
    // Three people: 1210 − 1000 − 120 − 60 must not be theirs.
    ['batch', [90]],
    ['connect', [90]],
    ['unheard of', []],
  ])('kind "%s" has %j hours', async (kind, expected) => {
    expect((await ask({ kind })).hours).toEqual(expected);
  });
  it('says what is shown together', async () => {
    expect((await ask({ kind: 'batch' })).notices).toEqual([expect.stringContaining('batch + connect')]);
  });
  it('the platform, which may see single persons, is answered exactly or not at all', async () => {
    expect((await ask({ kind: 'connect' }, 'platform')).hours).toEqual([60]);
    expect((await ask({ kind: 'batch' }, 'platform')).hours).toEqual([]);
  });
  it('too many parts are refused', async () => {
    await expect(ask({ node: 'n1' })).rejects.toThrow(/101 parts by node, more than 100/);
  });
});

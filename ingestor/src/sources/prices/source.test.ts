import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, parseFileConfig } from '../../config.ts';
import { isSceError } from '../../errors.ts';
import { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { PollOutcome, SourceContext } from '../source.ts';
import { DATED_TABLE_NAMES } from './config.ts';
import { decodeCsv } from './decode.ts';
import { pricesSource } from './source.ts';

const file = join(mkdtempSync(join(tmpdir(), 'sce-prices-')), 'prices.csv');
const HEADER = 'valid_from,resource,unit,price,currency,node_type';
const cpu = (price: number, valid_from = '2026-01-01') => ({
  valid_from,
  resource: 'cpu',
  unit: 'core_hour',
  price,
  currency: 'USD',
});

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await useWarehouse({ migrations: pricesSource.migrations });
});
beforeEach(async () => {
  for (const table of DATED_TABLE_NAMES) await warehouse.reader.execute(`truncate table ${table}`);
});

async function poll(prices: Record<string, unknown>): Promise<PollOutcome> {
  const parsed = parseFileConfig({ prices }, 'test');
  const context: SourceContext = {
    config: { ...loadConfig({}), ...parsed },
    warehouse,
    pseudonymiser: new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: parsed.privacy }),
    log: pino({ level: 'silent' }),
  };
  const [instance] = pricesSource.instances(context);
  if (!instance) throw new Error('no instance');
  await warehouse.settle(DATED_TABLE_NAMES);
  return instance.poll({
    startedAt: new Date('2026-10-02T00:00:00Z'),
    state: null,
    checkpoint: async () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
    log: context.log,
  });
}

async function stored(table: string): Promise<Row[]> {
  await warehouse.settle([table]);
  return warehouse.reader.rows(`select * from ${table}`);
}

const csv = (...lines: string[]) => {
  writeFileSync(file, [HEADER, ...lines].join('\n'));
  return { files: [{ table: 'prices', path: file }] };
};

describe('an import', () => {
  it('fills every table, and the same again writes nothing', async () => {
    const everything = {
      ...csv('2026-01-01,cpu,core_hour,0.02087,USD,', '2026-01-01,memory,gb_hour,0.003,USD,m5'),
      prices: [cpu(0.03, '2026-07-01')],
      budgets: [
        { valid_from: '2026-01-01', group_by: 'department', group_name: 'Biometrics', amount: 1000, currency: 'USD' },
      ],
      exchange_rates: [{ valid_from: '2026-01-01', currency: 'EUR', base_currency: 'USD', rate: 1.1 }],
      carbon_coefficients: [
        {
          valid_from: '2026-01-01',
          coefficient_set: 'low',
          cpu_min_watts: 0.74,
          cpu_max_watts: 3.5,
          memory_watts_per_gb: 0.39,
          pue: 1.135,
          version: 'v1',
        },
      ],
      grid_intensity: [{ valid_from: '2026-01-01', region: 'eu', kg_per_kwh: 0.311, version: 'v1' }],
      runtime_eol: [{ runtime: 'r', release: '4.0', end_of_life: '2024-04-24', successor: '4.1' }],
    };
    expect(await poll(everything)).toMatchObject({ rowsRead: 8, rowsWritten: 8 });
    expect(await poll(everything)).toMatchObject({ rowsRead: 8, rowsWritten: 0 });
    expect(await stored('prices')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          timestamp: new Date('2026-01-01T00:00:00Z'),
          resource: 'cpu',
          price: 0.02087,
          node_type: '',
          source: 'prices.csv',
        }),
        expect.objectContaining({
          timestamp: new Date('2026-07-01T00:00:00Z'),
          resource: 'cpu',
          price: 0.03,
          source: 'config',
        }),
        expect.objectContaining({ resource: 'memory', node_type: 'm5' }),
      ]),
    );
    expect(await stored('runtime_eol')).toEqual([
      expect.objectContaining({ release: '4.0', end_of_life: new Date('2024-04-24T00:00:00Z'), successor: '4.1' }),
    ]);
    expect(await stored('grid_intensity')).toEqual([expect.objectContaining({ hour_of_day: -1, kg_per_kwh: 0.311 })]);
  });

  it('never overwrites a stored price silently', async () => {
    await poll({ prices: [cpu(0.02)] });
    await expect(
      poll({
        prices: [cpu(0.03)],
        exchange_rates: [{ valid_from: '2026-01-01', currency: 'EUR', base_currency: 'USD', rate: 1 }],
      }),
    ).rejects.toThrow(
      /prices\.prices\[0\]: price 0\.02 would become 0\.03 for 2026-01-01 cpu; stored rows are not overwritten/,
    );
    expect(await stored('prices')).toEqual([expect.objectContaining({ price: 0.02 })]);
    expect(await stored('exchange_rates')).toEqual([]);
    expect(await poll({ prices: [cpu(0.03)], accept_corrections: true })).toMatchObject({ rowsWritten: 1 });
    expect(await stored('prices')).toEqual([expect.objectContaining({ price: 0.03 })]);
  });

  it('keeps rows that are no longer in the configuration', async () => {
    await poll({ prices: [cpu(0.02)] });
    await poll({ prices: [cpu(0.03, '2026-07-01')] });
    expect(await stored('prices')).toHaveLength(2);
  });

  it('does nothing without configuration', () => {
    const parsed = parseFileConfig({}, 'test');
    expect(pricesSource.instances({ config: { ...loadConfig({}), ...parsed } } as SourceContext)).toEqual([]);
  });

  it('says which file is missing', async () => {
    const settings = csv();
    rmSync(file);
    await expect(poll(settings)).rejects.toThrow('cannot read');
  });
});

describe('a bad file is refused as a whole, with its line', () => {
  it.each([
    ['a comma as point', '2026-01-01,cpu,core_hour,"0,02",USD,', 'line 3: price "0,02" is not a number'],
    ['a negative price', '2026-01-01,cpu,core_hour,-1,USD,', 'line 3: price'],
    ['no price', '2026-01-01,cpu,core_hour,,USD,', 'line 3: the row must have required properties price'],
    ['no such day', '2026-02-30,cpu,core_hour,1,USD,', 'line 3: valid_from 2026-02-30 is no day'],
    ['another way to write days', '1.2.2026,cpu,core_hour,1,USD,', 'line 3: valid_from'],
    ['another unit', '2026-01-01,cpu,gb_hour,1,USD,', 'line 3: the unit of cpu is core_hour, not gb_hour'],
    ['an unknown resource', '2026-01-01,disk,core_hour,1,USD,', 'line 3: resource'],
    ['a currency in words', '2026-01-01,cpu,core_hour,1,Dollar,', 'line 3: currency'],
    ['too many cells', '2026-01-01,cpu,core_hour,1,USD,,x', 'line 3'],
    [
      'a contradiction',
      '2025-01-01,cpu,core_hour,2,USD,',
      'line 3 contradicts prices.csv line 2: price 1 would become 2',
    ],
  ])('%s', async (_, line, message) => {
    await expect(poll(csv('2025-01-01,cpu,core_hour,1,USD,', line))).rejects.toThrow(message);
    expect(await stored('prices')).toEqual([]);
  });

  it('with a misspelt column, and says which there are', () => {
    expect(() =>
      decodeCsv('prices', 'valid_from,resource,unit,prize,currency\n2026-01-01,cpu,core_hour,1,USD', 'p.csv'),
    ).toThrow(/columns of prices are valid_from, resource, unit, price, currency, node_type/);
  });

  it('counts lines across quoted line breaks, blank lines and a byte order mark', () => {
    const text =
      '\ufeffvalid_from,group_by,group_name,amount,currency\n2026-01-01,department,"a\nb",1,USD\n\n2026-01-01,department,c,x,USD\n';
    expect(() => decodeCsv('budgets', text, 'b.csv')).toThrow('b.csv line 5: amount');
  });

  it('any text is read, or refused with an error of the catalogue', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...DATED_TABLE_NAMES), (text, table) => {
        try {
          decodeCsv(table, `${HEADER}\n${text}`, 'x.csv');
        } catch (error) {
          expect(isSceError(error)).toBe(true);
        }
      }),
    );
  });
});

import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { allValues, numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { sortRows } from '../shared/group-rows.ts';
import { defineView } from '../view.ts';
import { bytesOf, directionOf } from './direction.ts';

const sql = { charges: readSql(import.meta.url, 'query.sql'), imports: readSql(import.meta.url, 'imports.sql') };
const dayMs = 86_400_000;
const splits = ['direction', 'usage_type', 'service', 'sub_account'] as const;

interface ChargeRow {
  readonly timestamp: Date;
  readonly sub_account: string | null;
  readonly service: string | null;
  readonly usage_type: string;
  readonly usage_unit: string | null;
  readonly currency: string;
  readonly amount: number | null;
  readonly cost_of_amount: number;
  readonly cost: number;
}

interface Cell {
  readonly labels: Readonly<Record<string, string | Date>>;
  bytes: number;
  /** Cost of what has an amount: what a price is worked out from. */
  costOfBytes: number;
  cost: number;
}

export const dataTransfer = defineView({
  id: 'data-transfer',
  title: 'Data transfer',
  topic: 'Cost',
  description: 'What moving data costs, by where it goes: from the cost exports of the provider',
  parameters: Type.Object({
    interval: Type.Union([Type.Literal('day'), Type.Literal('month'), Type.Literal('none')], {
      default: 'month',
      description: 'day, month; none: one row for the range',
    }),
    split_by: Type.Array(
      Type.Union([
        Type.Literal('direction'),
        Type.Literal('usage_type'),
        Type.Literal('service'),
        Type.Literal('sub_account'),
      ]),
      {
        default: ['direction'],
        uniqueItems: true,
        description: 'direction, usage_type, service, sub_account, several or none',
      },
    ),
  }),
  columns: [
    timeColumn('period', 'Period', 'First day, UTC, as the provider bills'),
    textColumn(
      'direction',
      'Direction',
      `By the name of the usage type; other: it does not say; ${allValues}: not split by`,
    ),
    textColumn('usage_type', 'Usage type', `As the provider names it; ${allValues}: not split by`),
    textColumn('service', 'Service', `That is billed; ${allValues}: not split by`),
    textColumn('sub_account', 'Account', `${allValues}: not split by`),
    numberColumn('bytes', 'Transferred', 'bytes', 'Where the export tells an amount in bytes; empty: nowhere'),
    numberColumn('cost', 'Cost', 'none', 'As billed; credits are negative'),
    numberColumn('cost_per_gb', 'Cost per GB', 'none', 'Of the charges with an amount; GB = 2³⁰ bytes'),
    textColumn('currency', 'Currency', 'Of the bill; currencies are not added'),
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed:
    'Σ billed cost and Σ amount of charges for data transfer in the newest cost export of each billing period: by AWS’s usage type, else the category Networking with an amount in bytes. A charge lies on its first day. Exports: {exports}.',

  async run({ reader, range }, { interval, split_by: splitBy }) {
    // Bills know days of UTC: those that begin in the range.
    const days = [range.from, range.to].map((at) => new Date(Math.ceil(at.getTime() / dayMs) * dayMs));
    const [charges, imports] = await Promise.all([
      reader.rows<ChargeRow>(sql.charges, days),
      reader.rows<{ billing_account: string; first_charge_day: Date; last_charge_day: Date }>(sql.imports, days),
    ]);
    const cells = new Map<string, Cell>();
    for (const charge of charges) {
      const values = {
        direction: directionOf(charge.usage_type),
        usage_type: charge.usage_type,
        service: charge.service ?? '',
        sub_account: charge.sub_account ?? '',
      };
      const labels = {
        period: periodOf(charge.timestamp, interval, days[0] ?? range.from),
        ...Object.fromEntries(splits.map((name) => [name, splitBy.includes(name) ? values[name] : allValues])),
        currency: charge.currency,
      };
      const key = JSON.stringify(Object.values(labels));
      let cell = cells.get(key);
      if (cell === undefined) cells.set(key, (cell = { labels, bytes: 0, costOfBytes: 0, cost: 0 }));
      const size = bytesOf(charge.usage_unit);
      cell.cost += charge.cost;
      if (size !== null && charge.amount !== null) {
        cell.bytes += charge.amount * size;
        cell.costOfBytes += charge.cost_of_amount;
      }
    }
    const rows = [...cells.values()].map(({ labels, bytes, costOfBytes, cost }) => ({
      ...labels,
      bytes: bytes > 0 ? bytes : null,
      cost,
      cost_per_gb: bytes > 0 ? costOfBytes / (bytes / 2 ** 30) : null,
    }));
    const last = imports.map((row) => row.last_charge_day.toISOString().slice(0, 10)).sort();
    return {
      rows: sortRows(rows, ['period', ...splits, 'currency']),
      coverage: null,
      facts: {
        exports:
          imports.length === 0 ? 'none for the range' : `${imports.length} billing periods, up to ${last.at(-1) ?? ''}`,
      },
      notices:
        imports.length === 0
          ? ['no cost export of these days was imported: npx sce-voice import-costs']
          : charges.length === 0
            ? [
                'the cost exports of these days name no data transfer; those imported before it was kept have to be imported again',
              ]
            : [],
    };
  },
});

function periodOf(day: Date, interval: 'day' | 'month' | 'none', from: Date): Date {
  if (interval === 'none') return from;
  return interval === 'day' ? day : new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth()));
}

import type { Config } from '../../config.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';

export interface ValueContext {
  readonly reader: WarehouseReader;
  readonly config: Config;
  readonly range: TimeRange;
}

/** Values that are about no person, in any order, with doubles and blanks. */
type ValueSource = (context: ValueContext) => Promise<readonly (string | null | undefined)[]>;

const containersSql = readSql(import.meta.url, 'containers.sql');
const seriesSql = readSql(import.meta.url, 'series.sql');
const claimsSql = readSql(import.meta.url, 'claims.sql');
const currenciesSql = readSql(import.meta.url, 'money.sql');
const regionsSql = readSql(import.meta.url, 'regions.sql');
const nodeTypesSql = readSql(import.meta.url, 'node-types.sql');

const inRange = ({ range }: ValueContext): Date[] => [range.from, range.to];
const always = (): Date[] => [];
const inMonths = ({ range }: ValueContext): Date[] => [
  new Date(Date.UTC(range.from.getUTCFullYear(), range.from.getUTCMonth())),
  range.to,
];

function column(sql: string, name: string, bind: (context: ValueContext) => Date[] = inRange): ValueSource {
  return async (context) => {
    const rows = await context.reader.rows<Record<string, string | null>>(sql, bind(context));
    return rows.map((row) => row[name]);
  };
}

/** By parameter. Attributes of people are not here: they are protected (values.ts). */
export const valueSources: Readonly<Record<string, ValueSource>> = {
  kind: column(containersSql, 'kind'),
  cluster: column(containersSql, 'cluster'),
  component: column(containersSql, 'component'),
  image: column(containersSql, 'image'),
  node: column(containersSql, 'node'),
  job: column(seriesSql, 'job', inMonths),
  metric: column(seriesSql, 'metric', inMonths),
  namespace: column(claimsSql, 'namespace'),
  currency: column(currenciesSql, 'currency', always),
  region: column(regionsSql, 'region', always),
  pool: column(nodeTypesSql, 'pool'),
  change: ({ config }) => Promise.resolve(config.changes.map(({ name }) => name)),
};

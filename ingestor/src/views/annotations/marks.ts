import { readSql } from '../../warehouse/sql.ts';
import { LocalDays } from '../shared/local-days.ts';
import type { ViewContext, ViewRow } from '../view.ts';

const deletionsSql = readSql(import.meta.url, 'deletions.sql');
const pricesSql = readSql(import.meta.url, 'prices.sql');
const releasesSql = readSql(import.meta.url, 'releases.sql');
const endOfLifeSql = readSql(import.meta.url, 'end-of-life.sql');

/** A mark on a time axis; `time_end` null: a moment. */
export interface Mark extends ViewRow {
  readonly time: Date;
  readonly time_end: Date | null;
  readonly title: string;
  readonly text: string;
  readonly tags: string;
}

type Marks = (context: ViewContext) => Promise<Mark[]>;

/** One mark for each rule and local day: counts only, nobody's workspace can be told from them. */
export const deletions: Marks = async ({ reader, range, config }) => {
  const rows = await reader.rows<{
    rule: string | null;
    quarter: Date;
    containers: number;
    first_at: Date;
    last_at: Date;
  }>(deletionsSql, [range.from, range.to]);
  const days = new LocalDays(config.organisation.time_zone);
  const marks = new Map<string, { rule: string; first: Date; last: Date; count: number }>();
  for (const { rule, quarter, containers, first_at: first, last_at: last } of rows) {
    const name = rule || 'unnamed rule';
    const key = `${days.startOf(quarter).getTime()} ${name}`;
    const known = marks.get(key);
    if (known) marks.set(key, { ...known, last: later(known.last, last), count: known.count + containers });
    else marks.set(key, { rule: name, first, last, count: containers });
  }
  return [...marks.values()].map(({ rule, first, last, count }) => ({
    time: first,
    time_end: last > first ? last : null,
    title: `Rule ${rule}`,
    text: `${count} ${count === 1 ? 'container was' : 'containers were'} ended by the rule ${rule} that day`,
    tags: 'deletion',
  }));
};

/** From the second price of a resource and node type on; the first one only sets it. */
export const priceChanges: Marks = async ({ reader, range }) => {
  const rows = await reader.rows<{
    timestamp: Date;
    resource: string;
    unit: string;
    node_type: string | null;
    price: number;
    currency: string;
  }>(pricesSql, [range.to]);
  const before = new Map<string, { price: number; currency: string }>();
  return rows.flatMap(({ timestamp, resource, unit, node_type: nodeType, price, currency }) => {
    const key = `${resource} ${nodeType ?? ''}`;
    const old = before.get(key);
    before.set(key, { price, currency });
    if (timestamp < range.from || (old?.price === price && old.currency === currency)) return [];
    const where = nodeType ? ` of ${nodeType}` : '';
    const was = old ? `${old.price}${old.currency === currency ? '' : ` ${old.currency}`} → ` : '';
    return [
      {
        time: timestamp,
        time_end: null,
        title: old ? `Price of ${resource} changed` : `First price of ${resource}`,
        text: `${resource}${where}: ${was}${price} ${currency} per ${unit.replaceAll('_', ' ')}`,
        tags: 'price',
      },
    ];
  });
};

/** Releases that the platform reported, and ends of support of runtimes. */
export const releases: Marks = async ({ reader, range }) => {
  const [released, ended] = await Promise.all([
    reader.rows<{ timestamp: Date; name: string; version: string | null; environment: string | null }>(releasesSql, [
      range.from,
      range.to,
    ]),
    reader.rows<{ runtime: string; release: string; successor: string | null; end_of_life: Date }>(endOfLifeSql, [
      range.from,
      range.to,
    ]),
  ]);
  return [
    ...released.map(({ timestamp, name, version, environment }) => ({
      time: timestamp,
      time_end: null,
      title: `Release ${name}${version ? ` ${version}` : ''}`,
      text: `${name}${version ? ` ${version}` : ''} was released${environment ? ` in ${environment}` : ''}`,
      tags: 'release',
    })),
    ...ended.map(({ runtime, release, successor, end_of_life: at }) => ({
      time: at,
      time_end: null,
      title: `End of life: ${runtimeName(runtime)} ${release}`,
      text: `Support of ${runtimeName(runtime)} ${release} ends${successor ? `; ${successor} follows` : ''}`,
      tags: 'release,end-of-life',
    })),
  ];
};

function runtimeName(runtime: string): string {
  return { r: 'R', python: 'Python', quarto: 'Quarto' }[runtime] ?? runtime;
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

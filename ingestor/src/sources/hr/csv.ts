import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { SceError, messageOf } from '../../errors.ts';
import type { DatedFile } from '../dated-files.ts';
import type { CsvFeed } from './config.ts';
import { FIELDS, toRecord, type Field, type HrFeed, type HrRecord } from './record.ts';

const REQUIRED: readonly Field[] = ['username', 'department'];

/** Reads one file. Throws `FEED_REFUSED` for what is no table of people; `today` stands in for a missing day. */
export async function readCsv(
  feed: CsvFeed,
  file: Pick<DatedFile, 'path' | 'day'>,
  today: string,
): Promise<HrFeed & { readonly digest: string }> {
  const bytes = await readFile(file.path);
  return {
    ...parseCsv(bytes, feed, file.day ?? today, basename(file.path)),
    digest: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Pure part of `readCsv`. */
export function parseCsv(
  bytes: Uint8Array,
  feed: Pick<CsvFeed, 'name' | 'encoding' | 'columns'>,
  day: string,
  fileName: string,
): HrFeed {
  const refuse = (why: string): never => {
    throw new SceError('FEED_REFUSED', `HR feed ${feed.name}: ${fileName} ${why}`);
  };
  let text: string;
  try {
    text = new TextDecoder(feed.encoding, { fatal: true }).decode(bytes);
  } catch {
    return refuse(`is not ${feed.encoding}; set "encoding" of the feed, such as windows-1252`);
  }
  let table: string[][];
  try {
    table = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      skip_empty_lines: true,
      trim: true,
      relax_quotes: false,
    });
  } catch (error) {
    // The parser quotes the offending text, which may be a name: keep the place only.
    const line = /line (\d+)/u.exec(messageOf(error))?.[1];
    return refuse(
      `is broken${line === undefined ? '' : ` at line ${line}`}: its rows do not have the columns of the header, or a quote is not closed`,
    );
  }
  const header = (table[0] ?? []).map((name) => name.toLowerCase());
  const position = new Map<Field, number>();
  for (const field of FIELDS) {
    const at = header.indexOf((feed.columns[field] ?? field).toLowerCase());
    if (at >= 0) position.set(field, at);
  }
  const lacking = REQUIRED.filter((field) => !position.has(field));
  if (lacking.length > 0)
    return refuse(
      `has no column ${lacking.join(', ')} (it has ${header.length} columns); name it in "columns" of the feed`,
    );

  const records: HrRecord[] = [];
  const invalid: string[] = [];
  table.slice(1).forEach((cells, index) => {
    const fields: Partial<Record<Field, string>> = {};
    for (const [field, at] of position) fields[field] = cells[at] ?? '';
    const record = toRecord(fields, { where: `row ${index + 2}` });
    if (typeof record === 'string') invalid.push(record);
    else records.push(record);
  });
  return { records, invalid, day };
}

/** The separator that the header has most of. */
function delimiterOf(text: string): string {
  const header = text.split(/\r?\n/u, 1)[0] ?? '';
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, count: header.split(mark).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}

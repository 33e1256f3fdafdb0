import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView } from '../view.ts';

const sql = readSql(import.meta.url, 'query.sql');
const dayMs = 86_400_000;

interface Poller {
  source: string;
  instance: string;
  runs: number;
  failed_runs: number;
  failures_in_row: number;
  rows_written: number | null;
  last_run_at: Date;
  last_good_at: Date | null;
  outcome: string;
  error_code: string | null;
  error: string | null;
}

export const sourceStatus = defineView({
  id: 'source-status',
  title: 'Sources',
  topic: 'Operations',
  description: 'Every polled source: when it last worked, how often it failed since, and why',
  parameters: Type.Object({
    window_days: Type.Number({
      default: 30,
      minimum: 1,
      maximum: 365,
      description: 'Days before the end of the range in which runs are looked at',
    }),
    source: Type.String({ default: '', description: 'Only this source; empty: all' }),
  }),
  columns: [
    textColumn('source', 'Source', 'Kind of source: hr, images, prices …'),
    textColumn('instance', 'Instance', 'Its name in the configuration'),
    textColumn(
      'outcome',
      'Last outcome',
      'ok; partial; refused: the feed looked wrong, the last good one stays; failed',
    ),
    numberColumn('failures_in_row', 'Failures in a row', 'short', 'Failed or refused runs since the last good one'),
    timeColumn(
      'last_good_at',
      'Last success',
      'Start of the newest run that was ok or partial; empty: none in the window',
    ),
    numberColumn('last_good_age_seconds', 'Age', 's', 'End of the range − last success; empty: none in the window'),
    timeColumn('last_run_at', 'Last run', 'Start of the newest run'),
    numberColumn('runs', 'Runs', 'short', 'In the window'),
    numberColumn('failed_runs', 'Failed runs', 'short', 'Failed or refused ones of these'),
    numberColumn('rows_written', 'Rows written', 'short', 'By all runs of the window'),
    textColumn('error_code', 'Error', 'Code of the last run; empty: none'),
    textColumn('error', 'What happened', 'Message of the last run, without secrets and names'),
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed:
    'Runs of the last {window_days} days before the end of the range. partial (only a part was visible) counts as good; runs that were stopped with the ingestor do not count.',

  async run({ reader, range, now }, { window_days: days, source }) {
    const to = range.to < now ? range.to : now;
    const rows = await reader.rows<Poller>(sql, [new Date(to.getTime() - days * dayMs), to]);
    return {
      rows: rows
        .filter((row) => source === '' || row.source === source)
        .map((row) => ({
          ...row,
          last_good_age_seconds: row.last_good_at && (to.getTime() - row.last_good_at.getTime()) / 1000,
        })),
      coverage: null,
      facts: { window_days: days },
    };
  },
});

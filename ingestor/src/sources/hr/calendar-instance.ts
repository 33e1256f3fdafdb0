import { createHash } from 'node:crypto';
import { readSql } from '../../warehouse/sql.ts';
import type { PollInstance, SourceContext } from '../source.ts';
import { calendarDays, calendarRows } from './calendars.ts';
import { writeAndSettle } from './people-store.ts';

/** Keeps `calendar_days` filled some years back and ahead, for every location that people or the configuration name. */
export function calendarInstance(context: SourceContext): PollInstance {
  const hr = context.config.hr;
  return {
    name: 'calendars',
    schedule: '30 4 * * *',
    async poll(run) {
      const found = await context.warehouse.reader.rows<{ location: string }>(
        readSql(import.meta.url, 'locations.sql'),
      );
      const locations = [...new Set(['*', ...Object.keys(hr.calendars), ...found.map((row) => row.location)])].sort();
      const year = run.startedAt.getUTCFullYear();
      const fromYear = year - hr.calendar_years_back;
      const toYear = year + hr.calendar_years_ahead;
      const state = createHash('sha256')
        .update(JSON.stringify([locations, fromYear, toYear, hr.calendars, hr.default_calendar]))
        .digest('hex');
      if (run.state === state) return { state, rowsRead: 0, rowsWritten: 0, complete: true };
      let rowsWritten = 0;
      for (const location of locations) {
        run.signal.throwIfAborted();
        const days = calendarDays(
          hr.calendars[location] ?? hr.default_calendar,
          fromYear,
          toYear,
          `hr.calendars.${location === '*' ? 'default' : location}`,
        );
        rowsWritten += await writeAndSettle(context.warehouse, [
          { table: 'calendar_days', rows: calendarRows(days, location) },
        ]);
      }
      return { state, rowsRead: locations.length, rowsWritten, complete: true };
    },
  };
}

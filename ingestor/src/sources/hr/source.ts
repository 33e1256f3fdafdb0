import { SceError } from '../../errors.ts';
import { listDatedFiles, newFiles, watchFiles } from '../dated-files.ts';
import type { PollInstance, PollOutcome, PollRun, PollSource, SourceContext } from '../source.ts';
import { calendarInstance } from './calendar-instance.ts';
import type { CsvFeed, Feed } from './config.ts';
import { readCsv } from './csv.ts';
import { localDay } from './days.ts';
import { readLdap } from './ldap.ts';
import { readScim } from './scim.ts';
import { NO_STATE, takeOver, type FeedState } from './take-over.ts';

/** People, departments, managers, access and working days: from files, SCIM 2.0, LDAP or Active Directory. */
export const hrSource: PollSource = {
  id: 'hr',
  description: 'People with department, role and manager, who has access, and working days (CSV, SCIM, LDAP)',
  kind: 'poll',
  migrations: [new URL('./tables.sql', import.meta.url)],
  instances(context) {
    const feeds = context.config.hr.feeds;
    if (feeds.some((feed) => feed.name === 'calendars'))
      throw new SceError('INVALID_CONFIG', 'hr.feeds: the name "calendars" is taken; give the feed another');
    return feeds.length === 0 ? [] : [...feeds.map((feed) => feedInstance(feed, context)), calendarInstance(context)];
  },
};

function feedInstance(feed: Feed, context: SourceContext): PollInstance {
  return {
    name: feed.name,
    schedule: feed.schedule,
    poll: (run) => (feed.kind === 'csv' ? pollCsv(feed, context, run) : pollDirectory(feed, context, run)),
    ...(feed.kind === 'csv' && feed.watch ? { watch: (changed) => watchFiles(feed.path, changed) } : {}),
  };
}

async function pollDirectory(feed: Exclude<Feed, CsvFeed>, context: SourceContext, run: PollRun): Promise<PollOutcome> {
  const options = {
    day: today(context, run),
    signal: run.signal,
    progress: (done: number, total: number | null, what: string) => run.progress(done, total, what),
  };
  const read = feed.kind === 'scim' ? await readScim(feed, options) : await readLdap(feed, options);
  run.signal.throwIfAborted();
  const { state, rowsWritten } = await takeOver(read, feed, lastState(run), context, run);
  return { state, rowsRead: read.records.length + read.invalid.length, rowsWritten, complete: true };
}

/** Reads what is new: the file when it was written again, or every dated file of a directory after the last one, in order. */
async function pollCsv(feed: CsvFeed, context: SourceContext, run: PollRun): Promise<PollOutcome> {
  let state = lastState(run);
  const listed = await listDatedFiles(feed.path, `HR feed ${feed.name}`, 'people-2026-11-22.csv');
  const files = newFiles(listed, state);
  let rowsRead = 0;
  let rowsWritten = 0;
  for (const [index, file] of files.entries()) {
    run.signal.throwIfAborted();
    run.progress(index, files.length, 'files');
    try {
      const read = await readCsv(feed, file, today(context, run));
      rowsRead += read.records.length + read.invalid.length;
      const taken = await takeOver(read, feed, state, context, run);
      state = { ...taken.state, version: file.version, digest: read.digest };
      rowsWritten += taken.rowsWritten;
      await run.checkpoint(state);
    } catch (error) {
      // One bad file of the past does not block the days after it; a bad last one is the feed's failure.
      if (index === files.length - 1 || !(error instanceof SceError) || error.code !== 'FEED_REFUSED') throw error;
      run.log.warn({ day: file.day, reason: error.message }, 'HR file left out');
    }
  }
  return { state, rowsRead, rowsWritten, complete: true };
}

function today(context: SourceContext, run: PollRun): string {
  return localDay(run.startedAt, context.config.organisation.time_zone);
}

function lastState(run: PollRun): FeedState {
  return run.state === null ? NO_STATE : (run.state as FeedState);
}

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DateTime } from 'luxon';
import { SceError } from '../../errors.ts';
import { normaliseUser } from '../../identity/normalise-user.ts';
import { hashKey } from '../../warehouse/hash-key.ts';
import { forgottenReason } from '../../warehouse/persons/forgotten.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import { listDatedFiles, newFiles, type DatedFile } from '../dated-files.ts';
import type { PollOutcome, PollRun, SourceContext } from '../source.ts';
import type { DriveReport } from './config.ts';
import { parseReport, type ParsedReport, type ReportedDrive } from './parse-report.ts';

const lastSql = readSql(import.meta.url, 'last-snapshot.sql');
const dayMs = 86_400_000;

interface ReportState {
  readonly day: string | null;
  readonly version: string | null;
}

/** One poll: every file that is new, in the order of days. A file is read as a whole or refused: nothing is gone because of half a file. */
export async function pollReport(report: DriveReport, run: PollRun, context: SourceContext): Promise<PollOutcome> {
  let state = (run.state ?? { day: null, version: null }) as ReportState;
  const what = `home drives ${report.name}`;
  const files = newFiles(await listDatedFiles(report.path, what, 'quota-2026-11-22.csv'), state);
  let [rowsRead, rowsWritten] = [0, 0];
  for (const [index, file] of files.entries()) {
    run.signal.throwIfAborted();
    run.progress(index, files.length, 'files');
    try {
      const rows = await readReport(report, file, run, context);
      rowsRead += rows;
      rowsWritten += rows + 1;
    } catch (error) {
      // One bad file of the past does not block the days after it; a bad last one is the report's failure.
      if (index === files.length - 1 || !(error instanceof SceError) || error.code !== 'FEED_REFUSED') throw error;
      run.log.warn({ day: file.day, reason: error.message }, 'report of home drives left out');
    }
    state = { day: file.day, version: file.version };
    await run.checkpoint(state);
  }
  return { state, rowsRead, rowsWritten, complete: true };
}

/** Reads and writes one file; returns the number of drives. */
async function readReport(report: DriveReport, file: DatedFile, run: PollRun, context: SourceContext): Promise<number> {
  const { config, warehouse } = context;
  const text = await readFile(file.path, 'utf8');
  const what = `home drives ${report.name}: ${basename(file.path)}`;
  const parsed = parseReport(text, what);
  const ignored = new Set(config.home_drives.ignore_users.map(normaliseUser));
  const drives = parsed.drives.filter(({ name }) => parsed.kind !== 'users' || !ignored.has(normaliseUser(name)));
  await refuseLosses(report, { ...parsed, drives }, what, context);
  const day = file.day ?? localDay(parsed.scannedAt ?? file.writtenAt, config.organisation.time_zone);
  const snapshot = hashKey('home-drives', text);
  const common = { timestamp: new Date(`${day}T00:00:00Z`), store: report.name };
  const reason = await forgottenReason(warehouse.reader, context.pseudonymiser);
  const rows = drives.map((drive): Row => ({
    ...common,
    snapshot,
    ...ownerOf(drive, report, parsed, context, (code) => reason(code) !== null),
    used_bytes: drive.usedBytes,
    soft_limit_bytes: drive.softLimitBytes,
    hard_limit_bytes: drive.hardLimitBytes,
    files: drive.files,
    changed_on: drive.changedAt && new Date(Math.floor(drive.changedAt.getTime() / dayMs) * dayMs),
    is_partial: drive.isPartial,
  }));
  const mark: Row = {
    ...common,
    snapshot,
    drives: rows.length,
    used_bytes: drives.reduce((sum, { usedBytes }) => sum + (usedBytes ?? 0), 0),
    invalid_rows: parsed.invalidRows,
  };
  run.signal.throwIfAborted();
  await warehouse.writer.write([{ table: 'home_drives', rows }]);
  await warehouse.writer.write([{ table: 'home_snapshots', rows: [mark] }]);
  return rows.length;
}

/** Whose a drive is. Neither name nor path leaves this function. */
function ownerOf(
  { name }: ReportedDrive,
  report: DriveReport,
  { kind }: ParsedReport,
  { pseudonymiser }: SourceContext,
  isForgotten: (code: string) => boolean,
): Row {
  const drive = pseudonymiser.keyed('drive', `${report.name} ${name}`);
  if (kind === 'projects' || report.is_shared) return { drive, owner: null, account_state: 'shared' };
  // A number: the account was removed, what it held was not.
  const account = kind === 'paths' ? basename(name) : name;
  if (/^#?\d+$/u.test(account)) return { drive, owner: null, account_state: 'gone' };
  const owner = pseudonymiser.person(account);
  if (owner === '' || isForgotten(owner))
    // Not the code it had when it was somebody's.
    return {
      drive: pseudonymiser.keyed('drive', `${report.name} forgotten ${name}`),
      owner: null,
      account_state: 'gone',
    };
  return { drive, owner, account_state: 'known' };
}

async function refuseLosses(
  report: DriveReport,
  { drives, invalidRows }: ParsedReport,
  what: string,
  { config, warehouse }: SourceContext,
): Promise<void> {
  const { max_loss_share: loss, max_invalid_share: invalid } = config.home_drives;
  if (drives.length === 0) throw new SceError('FEED_REFUSED', `${what} has no drives`);
  if (invalidRows > invalid * (drives.length + invalidRows))
    throw new SceError(
      'FEED_REFUSED',
      `${what} has ${invalidRows} rows that cannot be read; home_drives.max_invalid_share allows ${invalid}`,
    );
  const [last] = await warehouse.reader.rows<{ drives: number }>(lastSql, [report.name]);
  if (last && drives.length < (1 - loss) * last.drives)
    throw new SceError(
      'FEED_REFUSED',
      `${what} has ${drives.length} drives, the last report had ${last.drives}; home_drives.max_loss_share allows to lose ${loss} of them`,
    );
}

/** The day of an instant in a time zone. */
function localDay(instant: Date, timeZone: string): string {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toISODate() ?? instant.toISOString().slice(0, 10);
}

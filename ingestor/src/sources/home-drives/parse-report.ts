import { parse } from 'csv-parse/sync';
import { SceError, messageOf } from '../../errors.ts';

/** A drive as a report tells it. `name`: user, `#uid`, project or path; never stored. */
export interface ReportedDrive {
  readonly name: string;
  readonly usedBytes: number | null;
  readonly softLimitBytes: number | null;
  readonly hardLimitBytes: number | null;
  readonly files: number | null;
  readonly changedAt: Date | null;
  readonly isPartial: boolean;
}

export interface ParsedReport {
  readonly kind: 'users' | 'projects' | 'paths';
  readonly drives: readonly ReportedDrive[];
  readonly invalidRows: number;
  /** When the last path was looked at; du only. */
  readonly scannedAt: Date | null;
}

/** `repquota -O csv` counts in blocks of 1 KiB. */
const blockBytes = 1024;
type Cells = (column: string) => string;

/** Reads `repquota -O csv` (of users or projects) or a CSV of du, told by the header. Throws `FEED_REFUSED` without names of people. */
export function parseReport(text: string, what: string): ParsedReport {
  const refuse = (why: string): never => {
    throw new SceError('FEED_REFUSED', `${what} ${why}`);
  };
  // `repquota -a` says before each table of which device it is.
  const plain = text
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n/u)
    .filter((line) => !line.startsWith('***'))
    .join('\n');
  let table: string[][];
  try {
    table = parse(plain, { skip_empty_lines: true, trim: true, relax_column_count: true });
  } catch (error) {
    // The parser quotes the offending text, which may be a name: keep the place only.
    return refuse(`is broken at line ${/line (\d+)/u.exec(messageOf(error))?.[1] ?? '?'}: a quote is not closed`);
  }
  const header = (table[0] ?? []).map((name) => name.toLowerCase());
  const kind = ({ user: 'users', project: 'projects', path: 'paths' } as const)[header[0] ?? ''];
  const needed = kind === 'paths' ? ['bytes'] : ['blockused', 'blocksoftlimit', 'blockhardlimit'];
  const lacking = needed.filter((name) => !header.includes(name));
  if (kind === undefined || lacking.length > 0)
    return refuse(
      `is neither repquota -O csv (User,…,BlockUsed,…) nor du (path,bytes,files,newest_mtime,scanned_at)${kind === undefined ? '' : `: it lacks ${lacking.join(', ')}`}`,
    );
  const drives = new Map<string, ReportedDrive>();
  let invalidRows = 0;
  let scannedAt: Date | null = null;
  for (const row of table.slice(1)) {
    // One header for each device.
    if (row[0]?.toLowerCase() === header[0]) continue;
    const cells: Cells = (column) => row[header.indexOf(column)] ?? '';
    const drive = row.length < header.length && kind !== 'paths' ? null : (kind === 'paths' ? duRow : quotaRow)(cells);
    if (drive === null) {
      invalidRows += 1;
      continue;
    }
    const seen = timeOf(cells('scanned_at'));
    if (seen !== null && (scannedAt === null || seen > scannedAt)) scannedAt = seen;
    const known = drives.get(drive.name);
    // One account on several devices is one drive; a path that is listed again was looked at again.
    drives.set(drive.name, known && kind !== 'paths' ? added(known, drive) : drive);
  }
  return { kind, drives: [...drives.values()], invalidRows, scannedAt };
}

function quotaRow(cells: Cells): ReportedDrive | null {
  const name = cells('user') || cells('project');
  const used = countOf(cells('blockused'));
  const [soft, hard] = [countOf(cells('blocksoftlimit')), countOf(cells('blockhardlimit'))];
  if (name === '' || used === null || soft === null || hard === null) return null;
  return {
    name,
    usedBytes: used * blockBytes,
    // 0 = no limit.
    softLimitBytes: soft === 0 ? null : soft * blockBytes,
    hardLimitBytes: hard === 0 ? null : hard * blockBytes,
    files: countOf(cells('fileused')),
    changedAt: null,
    isPartial: false,
  };
}

function duRow(cells: Cells): ReportedDrive | null {
  const name = cells('path').replace(/(?<=.)\/+$/u, '');
  const bytes = countOf(cells('bytes'));
  if (name === '' || (bytes === null && cells('bytes') !== '')) return null;
  return {
    name,
    usedBytes: bytes,
    softLimitBytes: null,
    hardLimitBytes: null,
    files: countOf(cells('files')),
    changedAt: timeOf(cells('newest_mtime')),
    isPartial: bytes === null || /^(?:1|true|yes|partial)$/iu.test(cells('partial')),
  };
}

function added(one: ReportedDrive, other: ReportedDrive): ReportedDrive {
  const sum = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));
  // Where one device has no limit the whole has none.
  const limit = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
  return {
    ...one,
    usedBytes: sum(one.usedBytes, other.usedBytes),
    softLimitBytes: limit(one.softLimitBytes, other.softLimitBytes),
    hardLimitBytes: limit(one.hardLimitBytes, other.hardLimitBytes),
    files: sum(one.files, other.files),
  };
}

function countOf(text: string): number | null {
  return /^\d{1,15}$/u.test(text) ? Number(text) : null;
}

/** ISO 8601, or epoch seconds as `stat` and `find` print them. */
function timeOf(text: string): Date | null {
  if (text === '') return null;
  const at = /^\d{9,10}(?:\.\d+)?$/u.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isFinite(at) ? new Date(at) : null;
}

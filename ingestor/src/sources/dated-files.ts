import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { SceError, messageOf } from '../errors.ts';

/** A file to read: a dated one of a directory, or the one file as it is now. */
export interface DatedFile {
  readonly path: string;
  /** Day in the name; null: the name has none. */
  readonly day: string | null;
  /** Changes when the file was written again, even with the same content: a new delivery is a new feed. */
  readonly version: string;
  readonly writtenAt: Date;
}

/**
 * The one file at `path`, or the dated files of a directory in the order of their days. Throws `SOURCE_FAILED` when there is nothing
 * to read; `what` and `example` (a file name) are for its message.
 */
export async function listDatedFiles(path: string, what: string, example: string): Promise<DatedFile[]> {
  try {
    const info = await stat(path);
    const fileOf = (at: string, day: string | null, { mtimeMs, size }: typeof info): DatedFile => ({
      path: at,
      day,
      version: `${mtimeMs}/${size}`,
      writtenAt: new Date(mtimeMs),
    });
    if (!info.isDirectory()) return [fileOf(path, null, info)];
    const names = (await readdir(path)).filter((name) => /\.(csv|tsv|txt)$/iu.test(name));
    const files = await Promise.all(
      names.map(async (name) => {
        const match = /(\d{4})-?(\d{2})-?(\d{2})/u.exec(name);
        const day = match ? `${match[1] ?? ''}-${match[2] ?? ''}-${match[3] ?? ''}` : null;
        return fileOf(join(path, name), day, await stat(join(path, name)));
      }),
    );
    const dated = files.filter((file) => file.day !== null);
    if (dated.length === 0) throw new Error(`no file with a day in its name (${example})`);
    return dated.sort((a, b) => (a.day ?? '').localeCompare(b.day ?? ''));
  } catch (error) {
    throw new SceError('SOURCE_FAILED', `${what}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** What was not read yet: the file when it was written again, or every dated file after the last one, and that one written again. */
export function newFiles<F extends Pick<DatedFile, 'day' | 'version'>>(
  files: readonly F[],
  last: { readonly day: string | null; readonly version?: string | null },
): F[] {
  return files.filter((file) =>
    file.day === null
      ? file.version !== last.version
      : last.day === null || file.day > last.day || (file.day === last.day && file.version !== last.version),
  );
}

/** Calls back when a file has been completely written; network drives without events are covered by the schedule. */
export function watchFiles(path: string, changed: () => void): { close(): Promise<void> } {
  const watcher = watch(path, {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 1000, pollInterval: 200 },
  });
  watcher
    .on('add', changed)
    .on('change', changed)
    .on('error', () => undefined);
  return { close: () => watcher.close() };
}

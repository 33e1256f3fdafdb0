import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SceError, messageOf } from '../errors.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Claims a data directory for this process until it releases it or ends, however it ends.
 * Throws `SETUP` when another live process holds it or the directory cannot be written to.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const file = join(dataDir, 'sce-voice.lock');
  const own = identify(process.pid);
  if (own === null) throw new SceError('SETUP', 'cannot read the start time of this process');
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify(own), { mode: 0o600, flag: 'wx' });
    while (!(await claim(temporary, file))) await removeIfStale(file, dataDir);
  } catch (error) {
    if (error instanceof SceError) throw error;
    throw directoryError(dataDir, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
  return { release: () => rm(file, { force: true }) };
}

/** What is wrong with a directory that cannot be written to, with what to do. */
export function directoryError(dataDir: string, error: unknown): SceError {
  const code = (error as NodeJS.ErrnoException).code;
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full; free some space or set SCE_DATA_DIR to another disk'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'it may not be written to; give this user the rights or set SCE_DATA_DIR'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'it is not a directory; set SCE_DATA_DIR to one'
          : messageOf(error);
  return new SceError('SETUP', `cannot use the data directory ${dataDir}: ${advice}`, { cause: error });
}

async function claim(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeIfStale(file: string, dataDir: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return;
  const owner = parseOwner(text);
  if (owner !== null && isAlive(owner))
    throw new SceError(
      'SETUP',
      `the data directory ${dataDir} is in use by another sce-voice (pid ${owner.pid}); stop it or set SCE_DATA_DIR to another directory`,
      {
        details: { dataDir, pid: owner.pid },
      },
    );
  // Moved aside first: of two that find the same dead owner, only one may take away the file, and never a new one.
  const aside = `${file}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  await rename(file, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => null);
  if (moved !== null && moved !== text) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseOwner(text: string): ProcessIdentity | null {
  try {
    const parsed = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof parsed.pid === 'number' && typeof parsed.started === 'string'
      ? { pid: parsed.pid, started: parsed.started }
      : null;
  } catch {
    return null;
  }
}

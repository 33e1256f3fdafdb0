import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const MARK = 'demo.json';

/** Makes an empty data directory for the demo; what an earlier demo left is removed, anything else is not touched. */
export async function freshDataDir(): Promise<{ readonly path: string; readonly wasReset: boolean }> {
  const path = resolve(process.env['SCE_DATA_DIR'] || './data', 'demo');
  const mark = await readFile(join(path, MARK), 'utf8').catch(() => null);
  const content = await readdir(path).catch(() => []);
  if (mark === null && content.length > 0)
    throw new Error(`${path} is not empty and was not made by the demo; move it away or set SCE_DATA_DIR`);
  const owner = mark === null ? null : (JSON.parse(mark) as { pid?: number }).pid;
  if (typeof owner === 'number' && owner !== process.pid && isAlive(owner))
    throw new Error(`another demo (pid ${String(owner)}) uses ${path}; stop it or set SCE_DATA_DIR`);
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(path, MARK), `${JSON.stringify({ pid: process.pid })}\n`);
  return { path, wasReset: mark !== null };
}

/** Says that the demo of this directory has ended. */
export async function releaseDataDir(path: string): Promise<void> {
  await writeFile(join(path, MARK), '{}\n');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

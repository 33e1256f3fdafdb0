import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SceError, messageOf } from '../errors.ts';

/** Secrets made on first start, kept in `credentials.json` (0600) in the data directory. Other parts may add keys. */
export interface Credentials {
  readonly questdb_http_password: string;
  readonly questdb_pg_password: string;
  readonly questdb_pg_read_password: string;
  readonly [key: string]: string;
}

const required = ['questdb_http_password', 'questdb_pg_password', 'questdb_pg_read_password'] as const;

export function credentialsFile(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/** Reads the credentials, making on first use what is missing. Throws `SETUP` when the file cannot be read or made. */
export async function loadCredentials(dataDir: string): Promise<Credentials> {
  return ensureSecrets(dataDir, required) as Promise<Credentials>;
}

/** The named secrets of the data directory; those that are missing are made (192 random bits, base64url). */
export async function ensureSecrets(
  dataDir: string,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const file = credentialsFile(dataDir);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    for (;;) {
      const present = await read(file);
      const missing = names.filter((name) => present?.[name] === undefined);
      if (present !== null && missing.length === 0) return present;
      const made = {
        ...present,
        ...Object.fromEntries(missing.map((name) => [name, randomBytes(24).toString('base64url')])),
      };
      if (await store(file, made, present === null)) return made;
    }
  } catch (error) {
    throw new SceError('SETUP', `cannot keep credentials in ${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function read(file: string): Promise<Record<string, string> | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  await chmod(file, 0o600);
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('the file is not a JSON object');
  return parsed as Record<string, string>;
}

/** Atomic: readers see the old file or the new one. False when another process was first with a new file. */
async function store(file: string, secrets: object, isNew: boolean): Promise<boolean> {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (isNew) await link(temporary, file);
    else await rename(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

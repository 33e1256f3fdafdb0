import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SceError, messageOf } from '../errors.ts';

const MIN_KEY_LENGTH = 32;
const FILE_NAME = 'pseudonym.key';

export interface KeySettings {
  /** `SCE_PSEUDONYM_KEY` */
  readonly pseudonymKey: string | null;
  /** `SCE_PSEUDONYM_KEY_FILE` */
  readonly pseudonymKeyFile: string | null;
  readonly dataDir: string;
}

/**
 * The secret behind all pseudonyms: from the environment, from a file it names, else from `pseudonym.key` in the data
 * directory, which is generated (0600) the first time. Without the key nobody can tell which code is which person; with
 * another key the same person gets another code, so several ingestors must share one.
 * Throws `INVALID_CONFIG` (given key too short or unreadable) or `SETUP` (own file unusable).
 */
export function loadPseudonymKey(settings: KeySettings): Buffer {
  if (settings.pseudonymKey) return checked(settings.pseudonymKey, 'SCE_PSEUDONYM_KEY');
  if (settings.pseudonymKeyFile) {
    try {
      return checked(
        readFileSync(settings.pseudonymKeyFile, 'utf8'),
        `the file of SCE_PSEUDONYM_KEY_FILE (${settings.pseudonymKeyFile})`,
      );
    } catch (error) {
      if (error instanceof SceError) throw error;
      throw new SceError('INVALID_CONFIG', `cannot read SCE_PSEUDONYM_KEY_FILE: ${messageOf(error)}`, { cause: error });
    }
  }
  return ownKey(settings.dataDir);
}

function ownKey(dataDir: string): Buffer {
  const file = join(dataDir, FILE_NAME);
  try {
    mkdirSync(dataDir, { recursive: true });
    // `wx`: of two processes that start together one writes, the other reads.
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new SceError('SETUP', `cannot write the pseudonym key ${file}: ${messageOf(error)}`, { cause: error });
  }
  if ((statSync(file).mode & 0o077) !== 0)
    throw new SceError(
      'SETUP',
      `${file} can be read by other accounts of this machine; it must be private: chmod 600 ${file}`,
    );
  return checked(readFileSync(file, 'utf8'), file);
}

function checked(text: string, where: string): Buffer {
  const key = text.trim();
  if (key.length < MIN_KEY_LENGTH)
    throw new SceError(
      'INVALID_CONFIG',
      `${where} holds ${key.length} characters; a pseudonym key needs at least ${MIN_KEY_LENGTH}, the same for every ingestor (openssl rand -hex 32)`,
    );
  return Buffer.from(key, 'utf8');
}

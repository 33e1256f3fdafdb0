import { readFile } from 'node:fs/promises';
import { SceError, messageOf } from '../errors.ts';
import { environmentVariable } from '../config.ts';

/** A token or password from the named environment variable or file; empty when neither is named. Throws `INVALID_CONFIG`. */
export async function readSecret(variable: string, file: string, owner: string): Promise<string> {
  if (variable !== '') {
    const value = environmentVariable(variable);
    if (value === '') throw new SceError('INVALID_CONFIG', `${owner}: the environment variable ${variable} is not set`);
    return value;
  }
  if (file === '') return '';
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `${owner}: cannot read the secret file: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

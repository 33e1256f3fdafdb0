import {
  LockFileError,
  nothingParsed,
  type LockFile,
  type LockFileKind,
  type LockFileStatus,
  type ParsedLockFile,
} from './model.ts';
import { parsePyproject, parsePythonLock } from './python-toml.ts';
import { parseRenv } from './renv.ts';
import { parseRequirements } from './requirements.ts';

/** A rise makes every file be read again: for parsers that have learned something. */
export const parserVersion = 1;
export const mostLockFileBytes = 8 * 1024 * 1024;
const mostPackages = 20_000;

const parsers: Readonly<Record<LockFileKind, (text: string) => ParsedLockFile>> = {
  'renv.lock': parseRenv,
  'requirements.txt': parseRequirements,
  'pyproject.toml': parsePyproject,
  'uv.lock': parsePythonLock,
  'poetry.lock': parsePythonLock,
};

const vendored = /(?:^|\/)(?:node_modules|site-packages|\.?venv|\.tox|renv\/library|renv\/staging|packrat|vendor)\//u;

/** The kind of a file of a repository by its path; null: no lock file, or one of a package that was copied in. */
export function lockFileKind(path: string): LockFileKind | null {
  if (vendored.test(path)) return null;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (Object.hasOwn(parsers, name)) return name as LockFileKind;
  return /^requirements[\w.-]*\.txt$/u.test(name) || /(?:^|\/)requirements\/[\w.-]+\.txt$/u.test(path)
    ? 'requirements.txt'
    : null;
}

/** Reads a lock file. Never throws: what is wrong with it is its status. */
export function parseLockFile(kind: LockFileKind, bytes: Uint8Array): LockFile {
  if (bytes.length > mostLockFileBytes) return failed('too_large', `more than ${mostLockFileBytes} bytes`);
  const text = decode(bytes);
  if (text.startsWith('version https://git-lfs')) return failed('lfs_pointer', 'its content is in Git LFS');
  if (/^(?:<{7}|>{7})(?:\s|$)/mu.test(text)) return failed('parse_error', 'it holds marks of a merge conflict');
  try {
    const parsed = parsers[kind](text);
    if (parsed.packages.length > mostPackages) return failed('too_large', `more than ${mostPackages} packages`);
    return { status: 'ok', problem: null, ...parsed };
  } catch (error) {
    if (!(error instanceof LockFileError || error instanceof RangeError)) throw error;
    return failed('parse_error', error instanceof LockFileError ? error.message : 'nested too deeply');
  }
}

/** What is stored for a file that was not read because of its size. */
export function tooLarge(): LockFile {
  return failed('too_large', `more than ${mostLockFileBytes} bytes`);
}

function failed(status: LockFileStatus, problem: string): LockFile {
  return { status, problem, ...nothingParsed };
}

/** UTF-8 with or without a mark; UTF-16 as PowerShell writes it (`pip freeze > requirements.txt`). */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

import { nothingParsed, type LockPackage, type ParsedLockFile } from './model.ts';
import { parseRequirement } from './requirement.ts';
import { distinct, pythonName } from './values.ts';

/** `requirements.txt`, as pip reads it. What it includes (`-r`) and constrains (`-c`) counts as skipped. */
export function parseRequirements(text: string): ParsedLockFile {
  const packages: LockPackage[] = [];
  let skipped = 0;
  for (const line of logicalLines(text)) {
    const found = line.startsWith('-') ? editable(line) : (vcs(line) ?? parseRequirement(withoutOptions(line)));
    if (found === 'option') continue;
    if (found === null) skipped += 1;
    else packages.push(found);
  }
  return { ...nothingParsed, packages: distinct(packages), skipped };
}

/** Lines with their continuations, without comments and empty ones. */
function logicalLines(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/gu, ' ')
    .split(/\r?\n/u)
    .map((line) => line.replace(/(?:^|\s)#.*$/u, '').trim())
    .filter((line) => line !== '');
}

function withoutOptions(line: string): string {
  return line.replace(/\s--?[a-z].*$/u, '');
}

/** `-e`; other options that name an index or a switch are no packages. */
function editable(line: string): LockPackage | 'option' | null {
  const path = /^(?:-e|--editable)[\s=]+(\S+)/u.exec(line)?.[1];
  if (path !== undefined) return vcs(path) ?? null;
  return /^(?:-r|-c|--requirement|--constraint)\b/u.test(line) ? null : 'option';
}

/** `git+https://host/path@ref#egg=name`; an address without a name is none. */
function vcs(line: string): LockPackage | null {
  if (!/^(?:(?:git|hg|svn|bzr)\+)?[a-z]+:\/\//u.test(line)) return null;
  const name = pythonName(/[#&]egg=([\w.-]+)/u.exec(line)?.[1]);
  if (name === null) return null;
  const source = line.startsWith('git+') ? 'git' : 'url';
  return { language: 'python', name, version: null, constraint: null, source, repository: null };
}

import type { LockPackage } from './model.ts';
import { exactVersion, pythonName, words } from './values.ts';

const longestLine = 4096;

/** One requirement by PEP 508 (`name[extra]>=1,<2; marker`, `name @ url`). Null: none. */
export function parseRequirement(line: string): LockPackage | null {
  if (line.length > longestLine) return null;
  const beforeMarker = line.split(/\s*;/u, 1)[0] ?? '';
  const found = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/su.exec(beforeMarker);
  const name = pythonName(found?.[1]);
  if (name === null) return null;
  const rest = (found?.[2] ?? '').trim();
  if (rest.startsWith('@')) return of(name, null, null, rest.includes('git+') ? 'git' : 'url');
  const range = rest.replace(/^\(|\)$/gu, '').trim();
  if (range === '') return of(name, null, null);
  if (!/^(?:===?|~=|!=|<=?|>=?)/u.test(range)) return null;
  const pinned = /^===?\s*([^,\s]+)$/u.exec(range)?.[1];
  const version = exactVersion(pinned);
  return of(name, version, version === null ? words(range) : null);
}

function of(name: string, version: string | null, constraint: string | null, source = 'pypi'): LockPackage {
  return { language: 'python', name, version, constraint, source, repository: null };
}

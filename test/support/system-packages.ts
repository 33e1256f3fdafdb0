import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs the tests run for real, by the Debian package that brings them. */
const programs = {
  chromium: ['chromium'],
  prometheus: ['prometheus', 'promtool'],
  'prometheus-node-exporter': ['prometheus-node-exporter'],
  slapd: ['slapd'],
  'ldap-utils': ['ldapsearch'],
} as const;

/** Where `command` lies, or null. Debian keeps daemons in directories that are not on every user's PATH. */
export function findProgram(command: string): string | null {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const directory of directories) {
    const path = join(directory, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not here
    }
  }
  return null;
}

/** The packages of which a program is missing. */
export function missingPackages(): string[] {
  return Object.entries(programs)
    .filter(([, commands]) => commands.some((command) => findProgram(command) === null))
    .map(([name]) => name);
}

/**
 * Installs what is missing when that is possible (root, apt-get); otherwise returns one message that names it all.
 * No daemon is started by the installation.
 */
export function ensurePackages(): string | null {
  const missing = missingPackages();
  if (missing.length === 0) return null;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || findProgram('apt-get') === null)
    return `missing programs; on Debian or Ubuntu: sudo ${command}`;
  console.log(`installing Debian packages: ${missing.join(', ')}`);
  const restore = forbidServiceStarts();
  try {
    if (!apt('update')) return 'apt-get update failed; see its output above';
    if (!apt('install', '--yes', '--no-install-recommends', ...missing))
      return `${command} failed; see its output above`;
  } finally {
    restore();
  }
  const still = missingPackages();
  return still.length === 0 ? null : `installed, but their programs are not found: ${still.join(', ')}`;
}

function apt(...args: string[]): boolean {
  const result = spawnSync('apt-get', ['--quiet=2', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return result.status === 0;
}

/** Debian's maintainer scripts start what they install, unless this file says no. */
function forbidServiceStarts(): () => void {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => undefined;
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}

import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { SceError, messageOf } from '../errors.ts';
import { loopback } from './questdb-settings.ts';

/** `wanted`, checked to be free; 0 asks for any free port. Throws `SETUP` naming the variable and, where visible, the process. */
export async function claimPort(wanted: number, variable: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const who =
        error.code === 'EADDRINUSE' ? `is taken${describeHolder(wanted)}` : `cannot be opened (${messageOf(error)})`;
      reject(
        new SceError(
          'SETUP',
          `port ${wanted} for QuestDB ${who}; stop that process or set ${variable} to another port (0 = any free one)`,
          { cause: error, details: { port: wanted } },
        ),
      );
    });
    server.listen({ host: loopback, port: wanted, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

/** ` by java (pid 12)`, as far as /proc shows it to this user; else nothing. */
function describeHolder(port: number): string {
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)));
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (holdsSocket(pid, inodes)) return ` by ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
  } catch {
    // No /proc, or not ours to read.
  }
  return '';
}

function listeningInodes(file: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
    .map((fields) => fields[9] ?? '');
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`));
      return match?.[1] !== undefined && inodes.has(match[1]);
    });
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { FileConfigSchema } from '../../ingestor/src/config.ts';
import { freePort } from '../support/ports.ts';

export interface DemoService {
  readonly url: string;
  /** Reads with platform scope, as the command line of this machine does. */
  readonly token: string;
  readonly logFile: string;
  /** Settings with which `npx sce-voice view …` finds this service. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ports that were not the usual ones, for the output. */
  readonly moved: readonly string[];
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../ingestor/bin/sce-voice.js', import.meta.url));

/** Starts `sce-voice serve` on a data directory, as a user does, and waits until it is ready. `more`: of its environment. */
export async function startService(
  dataDir: string,
  config: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<DemoService> {
  const configFile = join(dataDir, 'sce-voice.yaml');
  // Parts of the configuration whose source is not built in yet would be refused.
  const known = Object.fromEntries(Object.entries(config).filter(([key]) => key in FileConfigSchema.properties));
  await writeFile(configFile, stringify(known));
  const moved: string[] = [];
  const port = async (name: string, usual: number): Promise<string> => {
    const chosen = (await isFree(usual)) ? usual : await freePort();
    if (chosen !== usual) moved.push(`${name} ${String(chosen)} (${String(usual)} is taken)`);
    return String(chosen);
  };
  const environment = {
    SCE_DATA_DIR: dataDir,
    SCE_CONFIG: configFile,
    SCE_HTTP_HOST: '127.0.0.1',
    SCE_HTTP_PORT: await port('HTTP', 9201),
    SCE_QUESTDB_HTTP_PORT: await port('QuestDB HTTP', 9000),
    SCE_QUESTDB_PG_PORT: await port('QuestDB PostgreSQL', 8812),
  };
  const logFile = join(dataDir, 'service.log');
  const log = await open(logFile, 'a');
  // Own settings of the user (tokens, an external QuestDB) are not the demo's.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('SCE_')));
  // Detached: Ctrl-C reaches the demo alone, which then ends the service in order.
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    env: { ...inherited, ...more, ...environment },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const url = `http://127.0.0.1:${environment.SCE_HTTP_PORT}`;
  const stop = async (): Promise<void> => {
    await end(child);
    await log.close().catch(() => undefined);
  };
  try {
    await ready(child, url, logFile, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as { cli_token: string };
  return { url, token: credentials.cli_token, logFile, environment, moved, stop };
}

async function ready(child: ChildProcess, url: string, logFile: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null)
      throw new Error(`the service ended with code ${String(child.exitCode)}: ${lastLines(logFile)}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(200);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // A roll-up of many days would be waited for; nobody needs it any more.
  const again = setTimeout(() => child.kill('SIGTERM'), 10_000);
  await ended;
  clearTimeout(again);
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * `npm run test:grafana`: the demo, a Grafana in front of it and the specs of this folder, end to end. GRAFANA_HOME starts that
 * Grafana with the plugin and provisioning as they are here; GRAFANA_URL takes one that runs. See README.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { createOrganisation } from '../../support/organisation/index.ts';
import { findProgram } from '../../support/system-packages.ts';
import { admin, grafanaUrl } from './environment.ts';
import { localGrafana } from './local-grafana.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
/** Enough people for roles and patterns to be told apart, and enough days for every panel. */
const story = { seed: 2971, people: 160, days: 40 };
const token = process.env['SCE_READ_TOKEN'] ?? 'end-to-end-read-token-0123456789';

interface Demo {
  readonly url: string;
  stop(): Promise<void>;
}

/** The demo, which verifies the identities of the Grafana at `url`; resolves when it is live. Its output is passed on. */
async function startDemo(folder: string, url: string): Promise<Demo> {
  const [tokenFile, configFile] = [join(folder, 'read.token'), join(folder, 'more.yaml')];
  await writeFile(tokenFile, token, { mode: 0o600 });
  const access = {
    tokens: [{ name: 'grafana', token_file: tokenFile }],
    grafana: { jwks_url: `${url}/api/signing-keys/keys`, issuer: `${url}/`, platform_logins: [admin.user] },
  };
  await writeFile(configFile, stringify({ access }));
  const options = ['--people', String(story.people), '--days', String(story.days), '--seed', String(story.seed)];
  // The demo itself and no npx before it: when it has ended, its QuestDB has too, and the folder can go.
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/demo/demo.ts', ...options, '--config', configFile], {
    cwd: repository,
    env: { ...process.env, SCE_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C reaches this process alone, which then ends the others in order.
    detached: true,
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  let service = '';
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    service = /^Service: (http:\S+?),/.exec(line)?.[1] ?? service;
    if (!line.startsWith('Live:')) continue;
    child.stdout.resume();
    return { url: service, stop };
  }
  throw new Error('the demo ended before it was live');
}

/** Somebody who has a workspace as long as the story lasts. */
function viewer(): string {
  const { everybody } = createOrganisation({ ...story, now: Date.now() });
  const person = everybody.find(({ part }) => part === 'simulation');
  if (person === undefined) throw new Error('the organisation has no simulation scientist');
  return person.username;
}

async function runSpecs(environment: Readonly<Record<string, string>>): Promise<number> {
  const specs = ['playwright', 'test', '--config', 'test/grafana/e2e/playwright.config.ts', ...process.argv.slice(2)];
  const child = spawn('npx', specs, {
    cwd: repository,
    env: { ...process.env, CHROMIUM: process.env['CHROMIUM'] ?? findProgram('chromium') ?? '', ...environment },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function main(): Promise<number> {
  const home = process.env['GRAFANA_HOME'] ?? '';
  if ((home === '') === (grafanaUrl === '')) {
    console.error(
      'Set either GRAFANA_HOME (a folder with bin/grafana) or GRAFANA_URL (one that runs); see test/grafana/e2e/README.md',
    );
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'sce-voice-e2e-'));
  const grafana = home === '' ? null : await localGrafana(home, folder);
  const url = grafana?.url ?? grafanaUrl.replace(/\/$/, '');
  const given = process.env['SCE_URL'] ?? '';
  let demo: Demo | null = null;
  try {
    if (given === '') demo = await startDemo(folder, url);
    const ingestorUrl = demo?.url ?? given;
    await grafana?.start({ url: ingestorUrl, token });
    return await runSpecs({
      GRAFANA_URL: url,
      SCE_URL: ingestorUrl,
      SCE_READ_TOKEN: token,
      ...(demo === null ? {} : { SCE_VIEWER: viewer() }),
    });
  } finally {
    await grafana?.stop();
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();

/**
 * `npm run demo`: the real service on a data directory of its own, the invented organisation's last days at full speed
 * through the real protocols, what the views say of them, then live until stopped.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import {
  createOrganisation,
  hrCsv,
  hrDays,
  hrFileName,
  organisationConfig,
  Sender,
} from '../support/organisation/index.ts';
import type { Organisation } from '../support/organisation/index.ts';
import { startBatch } from './batch.ts';
import type { DemoBatch } from './batch.ts';
import { startConnect } from './connect.ts';
import type { DemoConnect } from './connect.ts';
import { writeCosts } from './costs.ts';
import { startGit } from './git.ts';
import type { DemoGit } from './git.ts';
import { freshDataDir, releaseDataDir } from './data-dir.ts';
import { ALL_PEOPLE, readOptions } from './options.ts';
import type { DemoOptions } from './options.ts';
import { playHistory, playLive } from './play.ts';
import { pollerSettled } from './poller.ts';
import { awaitRollUps } from './roll-ups.ts';
import { startService } from './service.ts';
import type { DemoService } from './service.ts';
import { printSummary } from './summary.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function run(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const dataDir = await freshDataDir();
  say(
    `Data directory: ${dataDir.path}${dataDir.wasReset ? ' (the earlier demo in it is gone: its "now" has passed)' : ''}`,
  );
  const organisation = createOrganisation({
    seed: options.seed,
    now: Date.now(),
    people: options.people,
    days: options.days,
  });
  const hrDirectory = join(dataDir.path, 'hr');
  await mkdir(hrDirectory);
  await writeHr(organisation, hrDirectory, { from: organisation.frame.start, to: organisation.frame.now });
  let service: DemoService | null = null;
  let sender: Sender | null = null;
  let connect: DemoConnect | null = null;
  let batch: DemoBatch | null = null;
  let git: DemoGit | null = null;
  try {
    connect = await startConnect(organisation, dataDir.path);
    batch = await startBatch(organisation);
    git = await startGit(organisation, dataDir.path);
    service = await startService(
      dataDir.path,
      {
        ...organisationConfig({ hrDirectory, frame: organisation.frame }),
        ...connect.config,
        ...batch.config,
        ...git.config,
        ...(await writeCosts(organisation, dataDir.path)),
        marts: { interval_seconds: 10 },
        ...(options.config === '' ? {} : (parse(await readFile(options.config, 'utf8')) as object)),
      },
      signal,
      batch.environment,
    );
    say(
      `Service: ${service.url}, log in ${relative('.', service.logFile)}${service.moved.map((moved) => `; ${moved}`).join('')}`,
    );
    sender = new Sender({ url: service.url, signal });
    say(`\n${describe(options, organisation)}`);
    const played = await playHistory(organisation, sender, options, signal);
    say(
      `  ${played.samples.toLocaleString('en')} samples in ${played.requests.toLocaleString('en')} requests and ${played.events.toLocaleString('en')} events in ${played.seconds.toFixed(0)} s; ${String(played.retries)} sent again`,
    );
    const waited = await awaitRollUps(service, organisation.frame.now, signal);
    say(waited === null ? '  The service has no roll-ups to wait for.' : `  Rolled up ${waited.toFixed(0)} s later.`);
    const requests = await connect.settled(service, signal);
    say(`  Posit Connect was read with ${requests.toLocaleString('en')} requests.`);
    say(`  AWS Batch was read with ${(await batch.settled(service, signal)).toLocaleString('en')} requests.`);
    say(
      `  GitLab, GitHub and Package Manager were read with ${(await git.settled(service, signal)).toLocaleString('en')} requests.`,
    );
    await pollerSettled(service, 'cost-export', signal);
    const failed = await printSummary(service, organisation, (text) => void process.stdout.write(text));
    if (failed.length > 0) throw new Error(`these views failed: ${failed.join(', ')}`);
    if (!options.once) await goLive(service, organisation, sender, options, hrDirectory, signal);
  } finally {
    await sender?.close().catch(() => undefined);
    await service?.stop();
    await connect?.close();
    await batch?.close();
    await git?.close();
    await releaseDataDir(dataDir.path);
  }
}

async function goLive(
  service: DemoService,
  organisation: Organisation,
  sender: Sender,
  options: DemoOptions,
  hrDirectory: string,
  signal: AbortSignal,
): Promise<void> {
  const environment = ['SCE_DATA_DIR', 'SCE_CONFIG', 'SCE_HTTP_PORT']
    .map((name) => `${name}=${service.environment[name] ?? ''}`)
    .join(' ');
  say(
    `\nLive: a scrape every ${String(options.live)} s until you stop it (Ctrl-C). In another terminal:\n  ${environment} npx sce-voice catalog`,
  );
  let day = organisation.frame.now;
  await playLive(organisation, sender, options, signal, async (request) => {
    await writeHr(organisation, hrDirectory, { from: day, to: request.from });
    day = request.from;
  });
  say('The plan ends here, two days after the start; start the demo again for more.');
}

/** Writes the directory's exports of the days whose midnight lies in the range. */
async function writeHr(
  organisation: Organisation,
  directory: string,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  for (const day of hrDays(range)) {
    if (day < range.from && day !== hrDays({ from: organisation.frame.start, to: organisation.frame.start + 1 })[0])
      continue;
    await writeFile(join(directory, hrFileName(day)), hrCsv(organisation, day));
  }
}

function describe(options: DemoOptions, { frame, cluster }: Organisation): string {
  const minutes = options.scrape / 60;
  const parts = [
    `Playing ${String(options.days)} days of ${options.people.toLocaleString('en')} people and ${cluster.pods.length.toLocaleString('en')} pods, ${new Date(frame.start).toISOString().slice(0, 10)} to now:`,
    `  a sample of each container every ${minutes >= 1 ? `${String(minutes)} min` : `${String(options.scrape)} s`} (Prometheus would send one every 30 s), requests, owners and volumes every ${String(options.slow / 60)} min and at each change;`,
    `  a six-hour hole in the data of a third of the nodes, a week of broken directory exports, requests sent twice and six hours late.`,
  ];
  if (options.people < ALL_PEOPLE)
    parts.push(
      `  This is a part, so that it takes minutes; --all plays ${ALL_PEOPLE.toLocaleString('en')} people with a sample a minute.`,
    );
  return parts.join('\n');
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stop.abort(new Error(`stopped by ${name}`)));
  try {
    await run(options, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) {
      say('\nStopped; nothing is left running.');
      process.exitCode = options.once ? 130 : 0;
    } else {
      process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

await main();

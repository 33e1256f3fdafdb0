import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { headersV1 } from '../../support/remote-write/send.ts';
import { poll } from '../../support/poll.ts';
import { BodyMaker } from './bodies.ts';
import { sendAll } from './load.ts';
import { makePodSeries, makeSeries, podValue, seriesPerPod, type SortedLabels } from './series.ts';
import { residentMb, resetPeak, startSceVoice, type Target } from './targets.ts';

const SAMPLES_PER_REQUEST = 2_000;
const CONNECTIONS = 4;
const SLICE = 50_000;
/** One pod of the platform in a hundred series of a cluster: their containers are what the roll-ups give the usage to. */
const SERIES_PER_POD_OF_ALL = 100;
/** Every so many of the known series go on reporting. */
const REPORTING = 5;
const STOPPED_SECONDS = 60;
const SENDERS = 16;
const REQUESTS_PER_SENDER = 16;

/**
 * The ingestor's resident memory at its worst: `count` series registered, then a complete roll-up over them while it
 * receives, then QuestDB stopped while sixteen senders push as much as they can.
 */
export async function measureMemory(count: number): Promise<string[]> {
  const summary: string[] = [];
  const target = await startSceVoice({ rollUps: true });
  const pid = target.pids()['ingestor']!;
  const note = (what: string): void => {
    const { now, peak } = residentMb(pid);
    summary.push(
      `Ingestor with ${count.toLocaleString('en')} known series, ${what}: resident at most ${peak.toFixed(0)} MiB, then ${now.toFixed(0)} MiB`,
    );
    console.error(summary.at(-1));
    resetPeak(pid);
  };
  try {
    const started = Date.now();
    const pods = Math.floor(count / SERIES_PER_POD_OF_ALL);
    await eachSlice(count, pods, async (series, first) => {
      await sendSeries(target, series, started);
      console.error(await line(target.url, pid, first + series.length, started));
    });
    note('just registered');

    // A run that began after the last series was registered has all of them in its window.
    const registered = Date.now();
    let round = 0;
    while ((await metric(target.url, 'sce_marts_last_run_started_timestamp_seconds')) * 1000 <= registered) {
      round++;
      await eachSlice(count / REPORTING, Math.floor(pods / REPORTING), (series) =>
        sendSeries(target, series, started + round * 15_000),
      );
      console.error(await line(target.url, pid, 0, started));
    }
    note('with a complete roll-up over all of them while a fifth reports');

    const questdb = target.pids()['questdb']!;
    const body = new BodyMaker('1.0', makeSeries(SLICE), started + (round + 1) * 15_000, 1_000);
    const bodies = Array.from({ length: SENDERS }, () => body.make(5 * SAMPLES_PER_REQUEST));
    process.kill(questdb, 'SIGSTOP');
    const answers = await push(target.url, bodies, STOPPED_SECONDS * 1_000).finally(() =>
      process.kill(questdb, 'SIGCONT'),
    );
    note(
      `QuestDB stopped for ${STOPPED_SECONDS} s while ${SENDERS} senders push ${SENDERS * REQUESTS_PER_SENDER} requests of ${5 * SAMPLES_PER_REQUEST} samples at once (${answers})`,
    );
    await poll('the ingestor to accept again', async () => (await send(target.url, bodies[0]!)) === 204, {
      timeoutMs: 120_000,
    });
    note('going on after that');
  } finally {
    await target.stop();
  }
  return summary;
}

/** Calls `work` with all series, slice by slice: cAdvisor's, of the first `pods` also what kube-state-metrics says. */
async function eachSlice(
  count: number,
  pods: number,
  work: (series: readonly SortedLabels[], first: number) => Promise<void>,
): Promise<void> {
  const ofPods = pods * seriesPerPod;
  const podsPerSlice = Math.floor(SLICE / seriesPerPod);
  for (let first = 0; first < pods; first += podsPerSlice)
    await work(makePodSeries(Math.min(podsPerSlice, pods - first), first), first * seriesPerPod);
  for (let first = 0; first < count - ofPods; first += SLICE)
    await work(makeSeries(Math.min(SLICE, count - ofPods - first), first), ofPods + first);
}

async function sendSeries(target: Target, series: readonly SortedLabels[], timestamp: number): Promise<void> {
  const bodies = Array.from({ length: CONNECTIONS }, (_, i) => {
    const own = series.filter((_labels, k) => k % CONNECTIONS === i);
    const isOfPod = own[0]?.some(([name, value]) => name === '__name__' && value.startsWith('kube_')) ?? false;
    const maker = new BodyMaker(
      '1.0',
      own,
      timestamp,
      0,
      isOfPod ? (index) => podValue(own[index]!, timestamp) : undefined,
    );
    return Array.from({ length: Math.ceil(own.length / SAMPLES_PER_REQUEST) }, (_body, k) =>
      maker.make(Math.min(SAMPLES_PER_REQUEST, own.length - k * SAMPLES_PER_REQUEST)),
    );
  });
  await sendAll(target.url, '1.0', bodies);
}

/** Sends without pause for a while, whatever is answered; says how often each status came. */
async function push(url: string, bodies: readonly Buffer[], milliseconds: number): Promise<string> {
  const dispatcher = new Agent({ connections: SENDERS * REQUESTS_PER_SENDER, pipelining: 1 });
  const statuses = new Map<string, number>();
  const until = Date.now() + milliseconds;
  await Promise.all(
    Array.from({ length: SENDERS * REQUESTS_PER_SENDER }, async (_, index) => {
      while (Date.now() < until) {
        const status = String(await send(url, bodies[index % SENDERS]!, dispatcher).catch(() => 'cut'));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await sleep(100);
      }
    }),
  );
  await dispatcher.destroy();
  return [...statuses].map(([status, times]) => `${times} × ${status}`).join(', ');
}

async function send(url: string, body: Buffer, dispatcher?: Agent): Promise<number> {
  const answer = await request(url, {
    method: 'POST',
    headers: headersV1,
    body,
    ...(dispatcher ? { dispatcher } : {}),
  });
  await answer.body.dump();
  return answer.statusCode;
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Where the memory is, from the process's own metrics. */
async function line(url: string, pid: number, done: number, started: number): Promise<string> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const mb = (name: string): string =>
    (Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 1024 / 1024).toFixed(0);
  const { now, peak } = residentMb(pid);
  return (
    `  ${done.toLocaleString('en').padStart(9)} registered, ${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s: resident ${now.toFixed(0)}, ` +
    `most ${peak.toFixed(0)}, heap used ${mb('nodejs_heap_size_used_bytes')}, heap ${mb('nodejs_heap_size_total_bytes')}, ` +
    `outside ${mb('nodejs_external_memory_bytes')} MiB`
  );
}

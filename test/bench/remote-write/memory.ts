import { BodyMaker } from './bodies.ts';
import { sendAll } from './load.ts';
import { makeSeries } from './series.ts';
import { cpuSeconds, residentMb, startSceVoice } from './targets.ts';

const SAMPLES_PER_REQUEST = 2_000;
const CONNECTIONS = 4;
const SLICE = 50_000;

/** Registers `count` series with one sample each, then sends a fifth of them again: the ingestor's memory at its worst and after. */
export async function measureMemory(count: number): Promise<string[]> {
  const summary: string[] = [];
  const target = await startSceVoice({ rollUps: process.env['BENCH_ROLL_UPS'] !== '0' });
  try {
    const pid = target.pids()['ingestor']!;
    console.error(await line(target.url, pid, 0, performance.now()));
    const cpu = (): string =>
      Object.entries(target.pids())
        .map(([name, each]) => `${name} ${cpuSeconds(each).toFixed(1)}`)
        .join(', ');
    console.error(cpu());
    const timestamp = Date.now() - 3_600_000;
    const started = performance.now();
    for (const round of [0, 1]) {
      for (let first = 0; first < (round === 0 ? count : count / 5); first += SLICE) {
        const series = makeSeries(Math.min(SLICE, count - first), first);
        const bodies = Array.from({ length: CONNECTIONS }, (_, i) => {
          const own = series.filter((_labels, k) => k % CONNECTIONS === i);
          const maker = new BodyMaker('1.0', own, timestamp + round * 15_000, 0);
          return Array.from({ length: Math.ceil(own.length / SAMPLES_PER_REQUEST) }, () =>
            maker.make(SAMPLES_PER_REQUEST),
          );
        });
        await sendAll(target.url, '1.0', bodies);
        if ((first / SLICE) % 2 === 1) console.error(await line(target.url, pid, first + SLICE, started));
      }
      console.error(cpu());
      const { now, peak } = residentMb(pid);
      summary.push(
        `Ingestor with ${count.toLocaleString('en')} known series, ${round === 0 ? 'just registered' : 'a fifth sent again'}: ` +
          `resident ${now.toFixed(0)} MiB, at most ${peak.toFixed(0)} MiB so far`,
      );
    }
  } finally {
    await target.stop();
  }
  return summary;
}

/** Where the memory is, from the process's own metrics. */
async function line(url: string, pid: number, done: number, started: number): Promise<string> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const mb = (name: string): string =>
    (Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 1024 / 1024).toFixed(0);
  const { now, peak } = residentMb(pid);
  return (
    `  ${done.toLocaleString('en').padStart(9)} sent, ${((performance.now() - started) / 1000).toFixed(0).padStart(3)} s: resident ${now.toFixed(0)}, ` +
    `most ${peak.toFixed(0)}, heap used ${mb('nodejs_heap_size_used_bytes')}, heap ${mb('nodejs_heap_size_total_bytes')}, ` +
    `outside ${mb('nodejs_external_memory_bytes')} MiB`
  );
}

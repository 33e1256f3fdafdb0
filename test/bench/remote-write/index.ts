import type { Protocol } from '../../support/remote-write/send.ts';
import { BodyMaker } from './bodies.ts';
import { quantile, sendAll } from './load.ts';
import { measureMemory } from './memory.ts';
import { makeSeries, type SortedLabels } from './series.ts';
import { cpuSeconds, startPrometheus, startSceVoice, startVictoriaMetrics, type Target } from './targets.ts';

const SAMPLES_PER_REQUEST = 2_000;
const STEP_MS = 5_000;
const MILLION = 1_000_000;
/** Two thousand requests: of five hundred, the one flush that sixteen senders share would be the p99 alone. */
const SAMPLES = 4 * MILLION;

/** What is measured; `BENCH_…` changes it, an empty list leaves a part out. */
interface Plan {
  readonly series: readonly number[];
  readonly connections: readonly number[];
  readonly samples: number;
  readonly protocols: readonly string[];
  readonly targets: readonly string[];
  readonly memorySeries: number;
}

function planOf(quick: boolean): Plan {
  const list = (name: string, fallback: string): string[] =>
    (process.env[name] ?? fallback).split(',').filter((part) => part !== '');
  return {
    series: list('BENCH_SERIES', quick ? '5000' : '5000,100000').map(Number),
    connections: list('BENCH_CONNECTIONS', '16,4').map(Number),
    samples: Number(process.env['BENCH_SAMPLES'] ?? (quick ? 400_000 : SAMPLES)),
    protocols: list('BENCH_PROTOCOLS', '1.0,2.0'),
    targets: list('BENCH_TARGETS', 'sce-voice,prometheus,victoria-metrics'),
    memorySeries: Number(process.env['BENCH_MEMORY_SERIES'] ?? (quick ? 0 : MILLION)),
  };
}

const starters: Readonly<Record<string, () => Promise<Target>>> = {
  'sce-voice': startSceVoice,
  prometheus: startPrometheus,
  'victoria-metrics': startVictoriaMetrics,
};

interface Measurement {
  readonly target: string;
  readonly series: number;
  readonly connections: number;
  readonly protocol: Protocol;
  readonly samplesPerCpuSecond: number;
  readonly cpuPerMillion: Readonly<Record<string, number>>;
  readonly samplesPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Receivers against each other, by CPU time of all their processes; then the ingestor's memory with a million series. */
export async function run({ quick }: { quick: boolean }): Promise<void> {
  const plan = planOf(quick);
  const all: Measurement[] = [];
  for (const count of plan.series) {
    const series = makeSeries(count);
    for (const name of plan.targets) all.push(...(await measureTarget(name, series, plan)));
  }
  const memory = plan.memorySeries > 0 ? await measureMemory(plan.memorySeries) : [];
  report(all, memory);
}

async function measureTarget(name: string, series: readonly SortedLabels[], plan: Plan): Promise<Measurement[]> {
  const start = starters[name];
  if (start === undefined)
    throw new Error(`BENCH_TARGETS: there is no "${name}", only ${Object.keys(starters).join(', ')}`);
  const target = await start();
  const results: Measurement[] = [];
  try {
    let timestamp = Date.now() - 5 * 3_600_000;
    for (const protocol of target.protocols.filter((each) => plan.protocols.includes(each))) {
      // Every series once, and enough for the compilers of all sides to have seen the hot path.
      timestamp = (await load(target, protocol, series, 16, Math.max(300_000, series.length), timestamp)).timestamp;
      await target.settle();
      for (const connections of plan.connections) {
        const before = cpu(target);
        const {
          result,
          timestamp: next,
          sent,
        } = await load(target, protocol, series, connections, plan.samples, timestamp, () =>
          Object.assign(before, cpu(target)),
        );
        await target.settle();
        timestamp = next;
        const after = cpu(target);
        const cpuPerMillion = Object.fromEntries(
          Object.entries(after).map(([process, seconds]) => [process, ((seconds - before[process]!) / sent) * MILLION]),
        );
        const total = Object.values(cpuPerMillion).reduce((sum, seconds) => sum + seconds, 0);
        const measurement: Measurement = {
          target: name,
          series: series.length,
          connections,
          protocol,
          samplesPerCpuSecond: MILLION / total,
          cpuPerMillion,
          samplesPerSecond: sent / result.seconds,
          p50: quantile(result.latencies, 0.5),
          p99: quantile(result.latencies, 0.99),
        };
        console.error(describe(measurement));
        results.push(measurement);
      }
    }
  } finally {
    await target.stop();
  }
  return results;
}

interface Load {
  readonly result: Awaited<ReturnType<typeof sendAll>>;
  readonly timestamp: number;
  readonly sent: number;
}

/** Makes the bodies first, then sends them: making them is not measured. */
async function load(
  target: Target,
  protocol: Protocol,
  series: readonly SortedLabels[],
  connections: number,
  samples: number,
  timestamp: number,
  ready?: () => void,
): Promise<Load> {
  const makers = Array.from(
    { length: connections },
    (_, i) =>
      new BodyMaker(
        protocol,
        series.filter((_labels, k) => k % connections === i),
        timestamp,
        STEP_MS,
      ),
  );
  const requests = Math.ceil(samples / SAMPLES_PER_REQUEST / connections);
  const bodies = makers.map((maker) => Array.from({ length: requests }, () => maker.make(SAMPLES_PER_REQUEST)));
  ready?.();
  const result = await sendAll(target.url, protocol, bodies);
  return {
    result,
    timestamp: Math.max(...makers.map((maker) => maker.timestamp)),
    sent: requests * connections * SAMPLES_PER_REQUEST,
  };
}

function cpu(target: Target): Record<string, number> {
  return Object.fromEntries(Object.entries(target.pids()).map(([process, pid]) => [process, cpuSeconds(pid)]));
}

function describe(m: Measurement): string {
  const parts = Object.entries(m.cpuPerMillion).map(([process, seconds]) => `${process} ${seconds.toFixed(2)}`);
  return (
    `${m.target.padEnd(17)} ${m.protocol}  ${String(m.series).padStart(7)} series  ${String(m.connections).padStart(2)} connections  ` +
    `${Math.round(m.samplesPerCpuSecond).toLocaleString('en').padStart(9)} samples/CPU-s  (CPU-s per million: ${parts.join(', ')})  ` +
    `${Math.round(m.samplesPerSecond).toLocaleString('en')}/s  p50 ${m.p50.toFixed(0)} ms  p99 ${m.p99.toFixed(0)} ms`
  );
}

/** Ratios first: they hold on other machines, the absolute numbers do not. */
function report(all: readonly Measurement[], memory: readonly string[]): void {
  console.log('\nSamples per CPU-second, sce-voice ÷ other (2.0 against the 1.0 of those that know no 2.0):');
  for (const own of all.filter(({ target }) => target === 'sce-voice')) {
    const ratios = all
      .filter(
        (other) => other.target !== 'sce-voice' && other.series === own.series && other.connections === own.connections,
      )
      .map((other) => `${(own.samplesPerCpuSecond / other.samplesPerCpuSecond).toFixed(2)} × ${other.target}`);
    console.log(
      `  ${own.protocol}  ${String(own.series).padStart(7)} series  ${String(own.connections).padStart(2)} connections  ` +
        `${ratios.join('  ').padEnd(45)}  p50 ${own.p50.toFixed(0)} ms  p99 ${own.p99.toFixed(0)} ms`,
    );
  }
  for (const line of memory) console.log(line);
  console.log('\nAll of it (receiving alone: the roll-ups of sce-voice are off, but for the memory):');
  for (const measurement of all) console.log(describe(measurement));
}

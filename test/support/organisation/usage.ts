import type { Container, Pod } from './cluster.ts';
import { coveredMs, coveredStretches } from './coverage.ts';
import type { Faults } from './faults.ts';
import { UNITS_PER_CORE, cpuUnits, memoryBytes } from './load.ts';
import { BUCKET_MS, bucketAt } from './time.ts';

/** What a container really did in one bucket, and what samples at `scrapeSeconds` can know of it. */
export interface UsageRow {
  readonly pod: Pod;
  readonly container: Container;
  /** Start of the bucket, epoch ms. */
  readonly bucket: number;
  /** Scheduled and not yet ended. */
  readonly aliveSeconds: number;
  readonly coveredSeconds: number;
  readonly requestCores: number;
  readonly requestBytes: number;
  /** Mean cores while running. */
  readonly cores: number;
  readonly usedCoreSeconds: number;
  /** The part of `usedCoreSeconds` within covered time. */
  readonly coveredCoreSeconds: number;
  readonly memoryBytes: number;
}

export interface UsageRange {
  readonly from: number;
  readonly to: number;
  /** Interval of the samples; decides coverage only. Default 60. */
  readonly scrapeSeconds?: number;
  /** Rows of these kinds only. */
  readonly kinds?: readonly Pod['plan']['kind'][];
}

/** One row per container and bucket that has alive time, container by container, in time order within each. */
export function* usageRows(pods: readonly Pod[], faults: Faults | null, range: UsageRange): Generator<UsageRow> {
  const scrapeMs = (range.scrapeSeconds ?? 60) * 1000;
  for (const pod of pods) {
    if (range.kinds !== undefined && !range.kinds.includes(pod.plan.kind)) continue;
    const from = Math.max(range.from, pod.scheduledAt);
    const to = Math.min(range.to, pod.endedAt);
    if (from >= to) continue;
    for (const container of pod.containers) yield* containerRows(pod, container, faults, scrapeMs, from, to);
  }
}

function* containerRows(
  pod: Pod,
  container: Container,
  faults: Faults | null,
  scrapeMs: number,
  from: number,
  to: number,
): Generator<UsageRow> {
  const stretches = container.cgroups.flatMap((cgroup) => coveredStretches(cgroup, pod.node, faults, scrapeMs, to));
  for (let bucket = bucketAt(from); bucket * BUCKET_MS < to; bucket += 1) {
    const start = Math.max(from, bucket * BUCKET_MS);
    const end = Math.min(to, (bucket + 1) * BUCKET_MS);
    const cores = cpuUnits(container.load, bucket) / UNITS_PER_CORE;
    const running = coveredMs(container.cgroups, start, end) / 1000;
    const covered = coveredMs(stretches, start, end) / 1000;
    yield {
      pod,
      container,
      bucket: bucket * BUCKET_MS,
      aliveSeconds: (end - start) / 1000,
      coveredSeconds: covered,
      requestCores: container.requestCores ?? 0,
      requestBytes: container.requestBytes ?? 0,
      cores,
      usedCoreSeconds: cores * running,
      coveredCoreSeconds: cores * covered,
      memoryBytes: memoryBytes(container.load, bucket),
    };
  }
}

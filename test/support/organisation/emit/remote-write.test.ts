import { describe, expect, it } from 'vitest';
import { createOrganisation, remoteWriteRequests, withDelivery } from '../index.ts';
import { DAY_MS, HOUR_MS } from '../time.ts';
import { decodeWriteRequest } from './decode-for-tests.ts';
import type { DecodedSeries } from './decode-for-tests.ts';
import { RequestWriter, SampleList, encodeLabels } from './protobuf.ts';

const STALE = 0x7ff0_0000_0000_0002n;
const now = Date.parse('2026-11-18T15:00:00Z');
const organisation = createOrganisation({ now, people: 80, days: 40 });

function decode(
  range: { from: number; to: number },
  options: Parameters<typeof remoteWriteRequests>[2],
): readonly DecodedSeries[] {
  return [...remoteWriteRequests(organisation, range, options)].flatMap(({ body }) => decodeWriteRequest(body));
}

/** All samples by label set, in time order. */
function bySeries(decoded: readonly DecodedSeries[]): ReadonlyMap<string, DecodedSeries> {
  const joined = new Map<string, DecodedSeries>();
  for (const series of decoded) {
    const key = JSON.stringify(series.labels);
    const known = joined.get(key);
    joined.set(
      key,
      known === undefined
        ? series
        : { ...series, samples: [...known.samples, ...series.samples].sort((a, b) => a.time - b.time) },
    );
  }
  return joined;
}

it('encodes what another decoder reads: labels sorted, values and times exact, the stale marker by its bits', () => {
  const writer = new RequestWriter();
  const list = new SampleList();
  for (let i = 0; i < 200; i += 1)
    list.push(1_790_000_000_000 + i * 15_007, [0, -0, 1e-300, 0.1 + i, 2 ** 53, -1.5][i % 6]!);
  list.staleAt = 1_790_004_000_000;
  writer.add(encodeLabels({ pod: 'jupyter-größe', __name__: 'm', empty: '', a: 'x'.repeat(300) }), list);
  const request = writer.take();
  expect(request).toMatchObject({ samples: 201, series: 1 });
  const [series] = decodeWriteRequest(request.body);
  expect(series?.labelNames).toEqual(['__name__', 'a', 'pod']);
  expect(series?.labels['pod']).toBe('jupyter-größe');
  expect(series?.samples.slice(0, 200).map(({ time, value }) => [time, value])).toEqual(
    Array.from({ length: 200 }, (_, i) => [list.times[i], list.values[i]]),
  );
  expect(series?.samples[200]).toMatchObject({ time: 1_790_004_000_000, bits: STALE });
  expect(writer.take().samples).toBe(0);
});

it('sends the same bytes for the same seed, and others for another', () => {
  const bytes = (seed: number): Buffer =>
    Buffer.concat(
      [
        ...remoteWriteRequests(
          createOrganisation({ now, people: 60, days: 2, seed }),
          { from: now - HOUR_MS, to: now },
          { scrapeSeconds: 60 },
        ),
      ].map(({ body }) => body),
    );
  expect(bytes(1).equals(bytes(1))).toBe(true);
  expect(bytes(1).equals(bytes(2))).toBe(false);
});

it('sends the same samples whatever the slices and wherever it begins', () => {
  const range = { from: now - 3 * HOUR_MS, to: now };
  const coarse = bySeries(decode(range, { scrapeSeconds: 300, sliceSeconds: 3600 }));
  const fine = bySeries([
    ...decode({ from: range.from, to: range.from + 2 * HOUR_MS }, { scrapeSeconds: 300 }),
    ...decode({ from: range.from + 2 * HOUR_MS, to: range.to }, { scrapeSeconds: 300, maxSamples: 500 }),
  ]);
  expect([...fine.keys()].sort()).toEqual([...coarse.keys()].sort());
  const text = (series: DecodedSeries | undefined): string =>
    (series?.samples ?? []).map(({ time, bits }) => `${String(time)}=${String(bits)}`).join();
  for (const [key, series] of coarse) expect(text(fine.get(key))).toBe(text(series));
});

describe('cAdvisor counters', () => {
  const range = { from: now - 8 * HOUR_MS, to: now };
  const series = bySeries(decode(range, { scrapeSeconds: 60, sliceSeconds: 3600, rows: 'lean' }));
  const cpu = [...series.values()].filter(({ labels }) => labels['__name__'] === 'container_cpu_usage_seconds_total');
  const live = (one: DecodedSeries): readonly { time: number; value: number }[] =>
    one.samples.filter(({ bits }) => bits !== STALE);

  it('never fall within one cgroup', () => {
    expect(cpu.length).toBeGreaterThan(50);
    for (const one of cpu)
      live(one).reduce((before, sample) => (expect(sample.value).toBeGreaterThanOrEqual(before), sample.value), 0);
  });

  it('agree with the ground truth over every container', () => {
    const truth = new Map<string, number>();
    // The last sample of the range stands a minute before its end.
    for (const row of organisation.usage({ from: range.from, to: range.to - 60_000, scrapeSeconds: 60 })) {
      const key = `${row.pod.uid}/${row.container.name}`;
      truth.set(key, (truth.get(key) ?? 0) + row.coveredCoreSeconds);
    }
    const sent = new Map<string, number>();
    for (const one of cpu) {
      const key = `${/pod([0-9a-f-]{36})/.exec(one.labels['id'] ?? '')?.[1] ?? ''}/${one.labels['container'] ?? ''}`;
      const samples = live(one);
      const first = samples[0];
      const last = samples.at(-1);
      if (first === undefined || last === undefined) continue;
      // The first sample of a cgroup that began in the range counts from its start at zero.
      const began = organisation.cluster.pods.some((pod) =>
        pod.containers.some(({ cgroups }) =>
          cgroups.some(({ id, from }) => one.labels['name'] === id && from > range.from),
        ),
      );
      sent.set(key, (sent.get(key) ?? 0) + last.value - (began ? 0 : first.value));
    }
    let compared = 0;
    for (const [key, seconds] of truth) {
      if (!sent.has(key)) continue;
      expect(sent.get(key)).toBeCloseTo(seconds, 3);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(50);
  });
});

describe('the hole', () => {
  const { hole } = organisation.faults;
  const holed = new Set(
    organisation
      .nodes()
      .filter((node) => hole.has(node))
      .map(({ name }) => name),
  );
  const range = { from: hole.from - HOUR_MS, to: hole.to + HOUR_MS };
  const samples = decode(range, { scrapeSeconds: 300, sliceSeconds: 3600 })
    .filter(({ labels }) => labels['metrics_path'] === '/metrics/cadvisor' && holed.has(labels['node'] ?? ''))
    .flatMap((series) => series.samples);

  it('has no value, and one marker where it begins', () => {
    const within = samples.filter(({ time }) => time >= hole.from && time < hole.to);
    expect(within.length).toBeGreaterThan(0);
    expect(within.every(({ bits, time }) => bits === STALE && time === hole.from)).toBe(true);
    expect(samples.some(({ time }) => time >= hole.to)).toBe(true);
  });
});

it('marks what has ended, and sends what changes at its scrape even when the rest is seldom', () => {
  const pod = organisation.cluster.pods.find(
    ({ plan, end, endedAt }) =>
      plan.kind === 'interactive' &&
      end === 'user' &&
      endedAt > now - 5 * DAY_MS &&
      endedAt < now - DAY_MS &&
      !Number.isNaN(endedAt),
  );
  if (pod === undefined) throw new Error('nobody deleted a workspace');
  const own = [
    ...bySeries(
      decode(
        { from: pod.endedAt - HOUR_MS, to: pod.removedAt + HOUR_MS },
        { scrapeSeconds: 60, slowSeconds: 3600, sliceSeconds: 3600, rows: 'lean' },
      ),
    ).values(),
  ].filter(({ labels }) => labels['uid'] === pod.uid);
  const last = (name: string) => own.find(({ labels }) => labels['__name__'] === name)?.samples.at(-1);
  expect(last('kube_pod_info')).toMatchObject({ bits: STALE, time: Math.ceil(pod.removedAt / 60_000) * 60_000 });
  const info = own.find(({ labels }) => labels['__name__'] === 'kube_pod_info')?.samples ?? [];
  expect(info.at(-2)?.time).toBe(Math.floor((pod.removedAt - 1) / 60_000) * 60_000);
});

it('sends some requests twice and some late, and none gets lost', () => {
  const range = { from: now - 5 * DAY_MS, to: now };
  const plain = [...remoteWriteRequests(organisation, range, { scrapeSeconds: 300, sliceSeconds: 3600, rows: 'lean' })];
  const delivered = [...withDelivery(plain, organisation.faults)];
  expect(new Set(delivered)).toEqual(new Set(plain));
  expect(delivered.length).toBe(
    plain.length +
      Math.floor(plain.length / organisation.faults.duplicateEvery) -
      Math.floor(plain.length / (organisation.faults.duplicateEvery * organisation.faults.lateEvery)),
  );
  expect(delivered.some((request, i) => i > 0 && request.from < (delivered[i - 1]?.from ?? 0))).toBe(true);
});

it('says how much a day of 1,200 people is', () => {
  const all = createOrganisation({ now, days: 3 });
  const count = (options: Parameters<typeof remoteWriteRequests>[2]): number => {
    let samples = 0;
    for (const request of remoteWriteRequests(all, { from: now - DAY_MS, to: now }, options))
      samples += request.samples;
    return samples;
  };
  // Written down, so that a change of the volume is noticed: about 5 M at five minutes, a quarter of it when lean.
  expect(count({ scrapeSeconds: 300, sliceSeconds: 3600 }) / 1e6).toBeCloseTo(5.1, 0);
  expect(count({ scrapeSeconds: 300, slowSeconds: 3600, sliceSeconds: 3600, rows: 'lean' }) / 1e6).toBeCloseTo(1.2, 0);
});

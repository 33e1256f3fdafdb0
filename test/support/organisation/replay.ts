import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { QueryResponse } from '../../../ingestor/src/contract/index.ts';
import { IngestorProcess } from '../ingestor-process.ts';
import { poll } from '../poll.ts';
import { auditEventLists } from './emit/audit.ts';
import { organisationConfig } from './emit/config.ts';
import { platformEvents } from './emit/events.ts';
import { hrCsv, hrDays, hrFileName } from './emit/hr.ts';
import { remoteWriteRequests, withDelivery } from './emit/remote-write.ts';
import { Sender, json, remoteWrite } from './emit/send.ts';
import type { Organisation } from './organisation.ts';

export interface ReplayOptions {
  readonly scrapeSeconds: number;
  /** See RemoteWriteOptions. */
  readonly slowSeconds: number;
  /** Laid over the organisation's own configuration, key by key. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly coverage: number | null;
  readonly notices: readonly string[];
}

/** The organisation's history in a real service: everything came in by HTTP and HR files, everything is asked by HTTP. */
export interface Replayed {
  readonly ingestor: IngestorProcess;
  ask(
    view: string,
    range: { readonly from: number; readonly to: number },
    params?: Readonly<Record<string, unknown>>,
  ): Promise<Answer>;
  remove(): Promise<void>;
}

const TOKEN = 'replay-write';
const READ_TOKEN = 'replay-read';

/** Starts a service with a QuestDB of its own, plays the whole story and waits until it is rolled up. */
export async function replay(organisation: Organisation, options: ReplayOptions): Promise<Replayed> {
  const hrDirectory = await mkdtemp(join(tmpdir(), 'sce-voice-hr-'));
  const { start, now } = organisation.frame;
  for (const day of hrDays({ from: start, to: now }))
    await writeFile(join(hrDirectory, hrFileName(day)), hrCsv(organisation, day));
  const ingestor = await IngestorProcess.start({
    config: {
      ...organisationConfig({ hrDirectory, frame: organisation.frame }),
      marts: { interval_seconds: 10 },
      ...options.config,
    },
    env: { SCE_WRITE_TOKEN: TOKEN, SCE_READ_TOKEN: READ_TOKEN },
  });
  const remove = async (): Promise<void> => {
    await ingestor.remove();
    await rm(hrDirectory, { recursive: true, force: true });
  };
  try {
    await untilDirectoryIsRead(ingestor, hrDays({ from: start, to: now }).at(-1) ?? 0);
    await send(organisation, ingestor, options);
    await untilRolledUp(ingestor, now);
  } catch (error) {
    await remove();
    throw error;
  }
  return { ingestor, ask: (view, range, params = {}) => ask(ingestor, view, range, params), remove };
}

/** The newest file of the directory has been taken. */
async function untilDirectoryIsRead(ingestor: IngestorProcess, lastDay: number): Promise<void> {
  const warehouse = ingestor.warehouse();
  try {
    await poll(
      'the directory to be read',
      async () => {
        const [row] = await warehouse.reader.rows<{ newest: Date | null }>(
          'select max(timestamp) as newest from hr_feeds',
        );
        return (row?.newest?.getTime() ?? 0) >= lastDay;
      },
      { timeoutMs: 120_000, everyMs: 500 },
    );
  } finally {
    await warehouse.close();
  }
}

async function send(organisation: Organisation, ingestor: IngestorProcess, options: ReplayOptions): Promise<void> {
  const { start, now } = organisation.frame;
  const range = { from: start, to: now };
  const sender = new Sender({ url: ingestor.url, token: TOKEN });
  const events = [
    ...[...auditEventLists(organisation, range)].map(({ at, body }) => ({
      at,
      outgoing: json('/api/v1/kubernetes-audit', body),
    })),
    ...[...platformEvents(organisation, range, 500)].map(({ at, events: list }) => ({
      at,
      outgoing: json('/api/v1/events', list),
    })),
  ].sort((a, b) => a.at - b.at);
  try {
    const requests = remoteWriteRequests(organisation, range, {
      scrapeSeconds: options.scrapeSeconds,
      slowSeconds: options.slowSeconds,
      sliceSeconds: 6 * 3600,
      rows: 'lean',
    });
    let count = 0;
    for (const outgoing of withDelivery(requests, organisation.faults)) {
      while (events[0] !== undefined && events[0].at < outgoing.from) await sender.send(events.shift()!.outgoing);
      await sender.send(remoteWrite(outgoing.body));
      // Encoding a request is synchronous: room for everything else.
      if (++count % 16 === 0) await sleep(0);
    }
    for (const { outgoing } of events) await sender.send(outgoing);
    await sender.drain();
  } finally {
    await sender.close();
  }
}

/** A roll-up that began after everything was sent has reached the end. */
async function untilRolledUp(ingestor: IngestorProcess, until: number): Promise<void> {
  const sentAt = Date.now();
  await poll(
    'the roll-ups to reach the end of the story',
    async () => {
      ingestor.child.assertRunning();
      const text = await (await fetch(`${ingestor.url}/metrics`)).text();
      const gauge = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0) * 1000;
      return (
        gauge('sce_marts_last_run_started_timestamp_seconds') >= sentAt &&
        gauge('sce_marts_watermark_timestamp_seconds') >= until - 10 * 60_000
      );
    },
    { timeoutMs: 900_000, everyMs: 500 },
  );
}

async function ask(
  ingestor: IngestorProcess,
  view: string,
  range: { readonly from: number; readonly to: number },
  params: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const response = await request(`${ingestor.url}/api/v1/query`, {
    method: 'POST',
    // A recomputation keeps this process busy for longer than a server keeps an idle connection.
    reset: true,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${READ_TOKEN}` },
    body: JSON.stringify({
      queries: [{ refId: 'A', view, params }],
      range: { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() },
      maxDataPoints: 5000,
    }),
  });
  const body = (await response.body.json()) as QueryResponse;
  if (response.statusCode !== 200) throw new Error(`${view}: ${String(response.statusCode)} ${JSON.stringify(body)}`);
  const result = body.results['A'];
  if (result === undefined || 'error' in result)
    throw new Error(`${view}: ${String(response.statusCode)} ${JSON.stringify(result ?? body).slice(0, 500)}`);
  return {
    rows: result.rows.map((row) =>
      Object.fromEntries(result.columns.map(({ name }, i) => [name, row[i] ?? null] as const)),
    ),
    coverage: result.meta.coverage,
    notices: result.meta.notices,
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import {
  auditEventLists,
  json,
  platformEvents,
  remoteWrite,
  remoteWriteRequests,
  withDelivery,
} from '../support/organisation/index.ts';
import type { Organisation, Sender, WriteRequest } from '../support/organisation/index.ts';
import type { DemoOptions } from './options.ts';

export interface Played {
  readonly samples: number;
  readonly requests: number;
  readonly events: number;
  readonly retries: number;
  readonly seconds: number;
}

/** Six hours of a series in one message: its labels are most of the bytes. */
const SLICE_SECONDS = 6 * 3600;

/** A generator with a look at its next value. */
class Peekable<T> {
  readonly #source: Generator<T>;
  #next: IteratorResult<T>;

  constructor(source: Generator<T>) {
    this.#source = source;
    this.#next = source.next();
  }

  /** The next value if it fits, which is then taken; else undefined. */
  takeIf(fits: (value: T) => boolean): T | undefined {
    const next = this.#next;
    if (next.done === true || !fits(next.value)) return undefined;
    this.#next = this.#source.next();
    return next.value;
  }
}

/** Sends audit and platform events up to a moment, each once. */
class EventFeed {
  readonly #audit;
  readonly #events;
  readonly #sender: Sender;
  sent = 0;

  /** Small batches when live: a batch leaves when its last event has happened. */
  constructor(
    organisation: Organisation,
    sender: Sender,
    range: { readonly from: number; readonly to: number },
    batch: number,
  ) {
    this.#audit = new Peekable(auditEventLists(organisation, range, batch));
    this.#events = new Peekable(platformEvents(organisation, range, batch));
    this.#sender = sender;
  }

  async upTo(ms: number): Promise<void> {
    const isPast = ({ at }: { readonly at: number }): boolean => at < ms;
    for (let next = this.#audit.takeIf(isPast); next !== undefined; next = this.#audit.takeIf(isPast)) {
      this.sent += next.events;
      await this.#sender.send(json('/api/v1/kubernetes-audit', next.body));
    }
    for (let next = this.#events.takeIf(isPast); next !== undefined; next = this.#events.takeIf(isPast)) {
      this.sent += next.events.length;
      await this.#sender.send(json('/api/v1/events', next.events));
    }
  }
}

/** The history, at full speed, with a progress bar on a terminal and a line every ten per cent elsewhere. */
export async function playHistory(
  organisation: Organisation,
  sender: Sender,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<Played> {
  const { start, now } = organisation.frame;
  const range = { from: start, to: now };
  const feed = new EventFeed(organisation, sender, range, 1000);
  const requests = withDelivery(
    remoteWriteRequests(organisation, range, {
      scrapeSeconds: options.scrape,
      slowSeconds: options.slow,
      sliceSeconds: SLICE_SECONDS,
      rows: 'lean',
    }),
    organisation.faults,
  );
  const progress = new Progress(start, now);
  let samples = 0;
  let count = 0;
  for (const request of requests) {
    signal.throwIfAborted();
    await feed.upTo(request.from);
    await sender.send(remoteWrite(request.body));
    samples += request.samples;
    count += 1;
    progress.at(request.to, samples);
    // Room for signals: encoding a request is synchronous.
    if (count % 16 === 0) await sleep(0);
  }
  await feed.upTo(now);
  await sender.drain();
  return { samples, requests: count, events: feed.sent, retries: sender.retries, seconds: progress.done(samples) };
}

/** From now on in real time; ends with the horizon of the plan or when aborted. `tick` is called after each scrape. */
export async function playLive(
  organisation: Organisation,
  sender: Sender,
  options: DemoOptions,
  signal: AbortSignal,
  tick: (request: WriteRequest) => Promise<void>,
): Promise<void> {
  const { now, horizon } = organisation.frame;
  const range = { from: now, to: horizon };
  const feed = new EventFeed(organisation, sender, range, 1);
  for (const request of remoteWriteRequests(organisation, range, { scrapeSeconds: options.live, maxSamples: 5000 })) {
    const wait = request.from - Date.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
    signal.throwIfAborted();
    await feed.upTo(request.from);
    await sender.send(remoteWrite(request.body));
    await tick(request);
  }
  await sender.drain();
}

class Progress {
  readonly #from: number;
  readonly #to: number;
  readonly #started = performance.now();
  readonly #bar: SingleBar | null;
  #said = 0;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
    this.#bar = process.stdout.isTTY
      ? new SingleBar({
          format: '  {bar} {percentage} %  {day}  {millions} M samples, {rate} k/s, {eta_formatted} left',
          hideCursor: true,
          etaBuffer: 200,
        })
      : null;
    this.#bar?.start(100, 0, { day: '', millions: '0', rate: '0' });
  }

  at(ms: number, samples: number): void {
    const share = Math.min(100, ((ms - this.#from) / (this.#to - this.#from)) * 100);
    const seconds = (performance.now() - this.#started) / 1000;
    const facts = {
      day: new Date(ms).toISOString().slice(0, 10),
      millions: (samples / 1e6).toFixed(1),
      rate: (samples / seconds / 1000).toFixed(0),
    };
    if (this.#bar !== null) this.#bar.update(Math.floor(share), facts);
    else if (share >= this.#said + 10) {
      this.#said = Math.floor(share / 10) * 10;
      process.stdout.write(`  ${String(this.#said)} %  ${facts.day}  ${facts.millions} M samples, ${facts.rate} k/s\n`);
    }
  }

  /** Seconds it took. */
  done(samples: number): number {
    this.at(this.#to, samples);
    this.#bar?.stop();
    return (performance.now() - this.#started) / 1000;
  }
}

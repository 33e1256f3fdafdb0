import type { Logger } from 'pino';
import { SceError, messageOf } from '../../errors.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { BatchMark } from './batch.ts';
import { Block } from './block.ts';
import { Decompressor } from './body.ts';
import { ByteHash } from './byte-hash.ts';
import { MonthClock } from './calendar.ts';
import type { RemoteWriteConfig } from './config.ts';
import { DecoderV1 } from './decode-v1.ts';
import { DecoderV2 } from './decode-v2.ts';
import { GroupCommit } from './group-commit.ts';
import { ElectionNeeded, HaElections } from './ha-elections.ts';
import { IngestRejections } from './ingest-rejections.ts';
import { MetadataCache } from './metadata-cache.ts';
import type { ProtocolVersion } from './protocol.ts';
import { RegisteredSeries } from './registered-series.ts';
import { SeriesResolver, type LabelPseudonym } from './series-resolver.ts';
import { SeriesSink, type WriteCounts } from './series-sink.ts';
import { SeriesTable } from './series-table.ts';
import * as metrics from './write-metrics.ts';

const REJECTIONS_INTERVAL_MS = 10_000;
/** A request that finds one cluster after the other undecided is answered 503 at some point. */
const MAX_ELECTIONS = 8;
const RETRY_SECONDS = 5;

export interface ReceiverOptions {
  readonly config: RemoteWriteConfig;
  readonly warehouse: Warehouse;
  readonly log: Logger;
  readonly pseudonym?: LabelPseudonym;
  readonly now?: () => number;
}

/** How one request ended: `error` says what part of it was refused. */
export interface WriteOutcome {
  readonly counts: WriteCounts;
  readonly error: SceError | null;
}

/**
 * The remote-write receiver without HTTP: decompress → decode → rows → shared flush. Everything up to joining the flush
 * happens synchronously, so that one sink, one hash and one decoder of each kind serve all requests.
 */
export class RemoteWriteReceiver {
  readonly #config: RemoteWriteConfig;
  readonly #warehouse: Warehouse;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #table: SeriesTable;
  readonly #registered: RegisteredSeries;
  readonly #elections: HaElections;
  readonly #metadata = new MetadataCache();
  readonly #ingestRejections: IngestRejections;
  readonly #sink: SeriesSink;
  readonly #decoders: Readonly<Record<ProtocolVersion, DecoderV1 | DecoderV2>>;
  readonly #commit: GroupCommit;
  readonly #decompressor: Decompressor;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** Where the batch stood before the request that is being decoded. */
  #mark: BatchMark | null = null;
  #bodyBytes = 0;
  #closing = false;

  constructor(options: ReceiverOptions) {
    const { config, warehouse } = options;
    this.#config = config;
    this.#warehouse = warehouse;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
    this.#table = new SeriesTable(config.max_series);
    this.#registered = new RegisteredSeries(config.max_series);
    this.#elections = new HaElections({ warehouse, failoverSeconds: config.ha.failover_seconds, now: this.#now });
    this.#ingestRejections = new IngestRejections(this.#now);
    this.#sink = new SeriesSink({
      config,
      table: this.#table,
      registered: this.#registered,
      resolver: new SeriesResolver(config, this.#elections, options.pseudonym ?? ((_metric, _name, value) => value)),
      elections: this.#elections,
      metadata: this.#metadata,
      ingestRejections: this.#ingestRejections,
    });
    const block = new Block();
    this.#decompressor = new Decompressor(config.max_decoded_bytes, block);
    const hash = new ByteHash();
    this.#decoders = { '1.0': new DecoderV1(hash, block), '2.0': new DecoderV2(hash) };
    this.#commit = new GroupCommit({
      writer: warehouse.writer,
      table: this.#table,
      registered: this.#registered,
      metadata: this.#metadata,
      lingerMs: config.linger_ms,
      extraRows: () => [{ table: 'ha_elections', rows: this.#elections.dueRows() }],
      onFlush: (rows, seconds, error) => {
        metrics.flushRows.observe(rows);
        metrics.flushSeconds.observe({ outcome: error === undefined ? 'stored' : 'failed' }, seconds);
        metrics.knownSeries.set(this.#table.size);
        if (error !== undefined)
          this.#log.warn({ rows, error: messageOf(error) }, 'samples were not stored; senders will repeat them');
      },
    });
    this.#timer = setInterval(() => void this.#writeRejections(), REJECTIONS_INTERVAL_MS).unref();
  }

  get knownSeries(): number {
    return this.#table.size;
  }

  /** Bodies and rows held in memory, about. */
  get pendingBytes(): number {
    return this.#bodyBytes + this.#commit.pendingBytes;
  }

  /** Reads back, in the background, which series are registered: a restart then writes no series twice. */
  async load(): Promise<void> {
    try {
      await this.#metadata.load(this.#warehouse.reader);
      const month = new MonthClock().of(this.#now());
      for (const each of [month, month - 1])
        await this.#registered.load(this.#warehouse.reader, each, this.#stop.signal);
      this.#log.info({ series: this.#registered.size }, 'registered series are loaded');
    } catch (error) {
      // Only a saving is lost: series are written again as they come.
      if (!this.#stop.signal.aborted)
        this.#log.warn({ error: messageOf(error) }, 'registered series could not be loaded');
    }
  }

  /** Throws `OVERLOADED` or `SHUTTING_DOWN`; called before a body is read. */
  admit(bytes: number): void {
    if (this.#closing)
      throw new SceError('SHUTTING_DOWN', 'the ingestor is shutting down', { retryAfterSeconds: RETRY_SECONDS });
    if (this.pendingBytes + bytes > this.#config.max_pending_bytes)
      throw new SceError(
        'OVERLOADED',
        'more is being received than can be stored (remote_write.max_pending_bytes); send again later',
        {
          retryAfterSeconds: RETRY_SECONDS,
        },
      );
  }

  /** Counts a body that is being read; give the bytes back with `release`. */
  hold(bytes: number): void {
    this.admit(bytes);
    this.#bodyBytes += bytes;
    metrics.pendingBytes.set(this.pendingBytes);
  }

  release(bytes: number): void {
    this.#bodyBytes -= bytes;
    metrics.pendingBytes.set(this.pendingBytes);
  }

  /** A request is on its way; the flush waits for it a little. Pair with `arrived`. */
  arriving(): void {
    this.#commit.arriving();
  }

  arrived(): void {
    this.#commit.arrived();
  }

  /**
   * Stores one body. Resolves when all that could be stored is acknowledged by QuestDB. Throws `WRITE_UNDECODABLE` and
   * `BODY_TOO_LARGE` (nothing is stored), `WAREHOUSE_UNAVAILABLE` and the like (repeat the whole).
   */
  async write(body: Buffer, version: ProtocolVersion): Promise<WriteOutcome> {
    for (let round = 0; round < MAX_ELECTIONS; round++) {
      // Anew in every round: while an election ran, other requests have used the memory.
      const pair = this.#decode(this.#decompressor.decompress(body), version);
      if (pair === null) return this.#store(version);
      await this.#elections.decide(pair);
    }
    throw new SceError('OVERLOADED', 'it is not settled which replicas are stored', {
      retryAfterSeconds: RETRY_SECONDS,
    });
  }

  /** Finishes what was accepted. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#stop.abort();
    clearInterval(this.#timer);
    await this.#commit.drain();
    await this.#writeRejections();
  }

  /** Puts the rows into the open batch; gives the pair that has to be decided first, with the batch as it was. */
  #decode(decoded: Buffer, version: ProtocolVersion): number | null {
    const mark = this.#commit.batch.mark();
    this.#mark = mark;
    this.#sink.beginRequest(this.#commit.batch, this.#now());
    try {
      this.#decoders[version].decode(decoded, this.#sink);
      return null;
    } catch (error) {
      this.#commit.rollback(mark);
      if (error instanceof ElectionNeeded) return error.pair;
      throw error;
    }
  }

  async #store(protocol: ProtocolVersion): Promise<WriteOutcome> {
    const { counts, rejections, droppedSamples, newestTimestamp } = this.#sink;
    // A request of dropped or refused samples alone has nothing to wait for.
    if (this.#mark !== null && !this.#commit.batch.unchangedSince(this.#mark)) await this.#commit.join();
    metrics.receivedTotal.inc({ kind: 'samples', protocol }, counts.samples);
    metrics.receivedTotal.inc({ kind: 'histograms', protocol }, counts.histograms);
    metrics.receivedTotal.inc({ kind: 'exemplars', protocol }, counts.exemplars);
    if (droppedSamples > 0) metrics.replicaDroppedTotal.inc(droppedSamples);
    for (const [reason, count] of rejections.counts) metrics.rejectedTotal.inc({ reason }, count);
    if (newestTimestamp > 0) metrics.lagSeconds.observe(Math.max(0, (this.#now() - newestTimestamp) / 1_000));
    const stored = counts.samples + counts.histograms + counts.exemplars;
    return { counts, error: rejections.total > 0 ? rejections.toError(stored) : null };
  }

  async #writeRejections(): Promise<void> {
    const rows = this.#ingestRejections.rows();
    if (rows.length === 0) return;
    try {
      await this.#warehouse.writer.write([{ table: 'ingest_rejections', rows }]);
      this.#ingestRejections.written();
    } catch {
      // Kept and written with the next ones.
      this.#ingestRejections.prune();
    }
  }
}

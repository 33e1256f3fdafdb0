import type { Batch } from './batch.ts';
import { MonthClock } from './calendar.ts';
import type { RemoteWriteConfig } from './config.ts';
import type { HaElections } from './ha-elections.ts';
import type { IngestRejections } from './ingest-rejections.ts';
import type { LabelSpans } from './label-set.ts';
import type { MetadataCache } from './metadata-cache.ts';
import { InvalidHistogram, isStaleMarker, type NativeHistogram } from './native-histogram.ts';
import type { RegisteredSeries } from './registered-series.ts';
import { RequestRejections, type Refusal, type RejectionReason } from './rejections.ts';
import { readSeriesWords, writeSeriesWords } from './sample-lines.ts';
import type { SeriesResolver, ResolvedSeries } from './series-resolver.ts';
import type { SeriesTable } from './series-table.ts';

/** Gives the labels of the series that was begun last: only the slow path asks. */
export interface LabelSource {
  labels(): LabelSpans;
}

/** What was received and acknowledged, for the 2.0 response headers and the counters. */
export interface WriteCounts {
  samples: number;
  histograms: number;
  exemplars: number;
}

export interface SinkParts {
  readonly config: RemoteWriteConfig;
  readonly table: SeriesTable;
  readonly registered: RegisteredSeries;
  readonly resolver: SeriesResolver;
  readonly elections: HaElections;
  readonly metadata: MetadataCache;
  readonly ingestRejections: IngestRejections;
}

/** 13 digits: the width of a timestamp in a line, good until the year 2286. */
const LAST_TIMESTAMP = 9_999_999_999_999;
type State = 'stored' | 'refused' | 'dropped';

/**
 * Takes what the decoders find and puts rows into a batch. One at a time: `begin` a series, then its samples. Known
 * series cost a look-up and a line of 68 bytes; everything else is the slow path. Throws `ElectionNeeded`.
 */
export class SeriesSink {
  readonly #parts: SinkParts;
  readonly #table: SeriesTable;
  readonly #months = new MonthClock();
  #batch!: Batch;
  #oldest = 0;
  #newest = 0;
  #source!: LabelSource;
  #low = 0;
  #high = 0;
  #record = -1;
  #state: State = 'stored';
  #refusal: Refusal | null = null;
  #resolved: ResolvedSeries | null = null;
  counts: WriteCounts = { samples: 0, histograms: 0, exemplars: 0 };
  rejections = new RequestRejections();
  droppedSamples = 0;
  newestTimestamp = 0;

  constructor(parts: SinkParts) {
    this.#parts = parts;
    this.#table = parts.table;
  }

  beginRequest(batch: Batch, now: number): void {
    this.#batch = batch;
    this.#oldest = Math.max(0, now - this.#parts.config.past_window_seconds * 1_000);
    this.#newest = Math.min(LAST_TIMESTAMP, now + this.#parts.config.future_window_seconds * 1_000);
    this.counts = { samples: 0, histograms: 0, exemplars: 0 };
    this.rejections = new RequestRejections();
    this.droppedSamples = 0;
    this.newestTimestamp = 0;
  }

  /** Starts a series by the hash of its label bytes. */
  begin(low: number, high: number, source: LabelSource): void {
    this.#source = source;
    this.#low = low;
    this.#high = high;
    this.#resolved = null;
    this.#state = 'stored';
    this.#record = this.#table.find(low, high);
    if (this.#record < 0 && !this.#learn()) return;
    const pair = this.#table.pair(this.#record);
    if (pair >= 0 && !this.#parts.elections.accepts(pair)) this.#state = 'dropped';
  }

  /** A series whose labels cannot even be looked up. */
  beginRefused(refusal: Refusal, source: LabelSource): void {
    this.#source = source;
    this.#state = 'refused';
    this.#refusal = refusal;
  }

  /** Ends a series. One without a sample has its fault reported all the same. */
  end(things: number): void {
    if (this.#state === 'refused' && things === 0) this.#refuse();
  }

  /** One float sample; the eight bytes of its value lie at `at`, as NaN payloads do not survive becoming a number. */
  sample(view: DataView, at: number, timestamp: number): void {
    if (this.#state !== 'stored') {
      this.#unstored();
      return;
    }
    if (!(timestamp >= this.#oldest && timestamp <= this.#newest)) {
      this.#outsideWindow(timestamp);
      return;
    }
    this.counts.samples++;
    if (timestamp > this.newestTimestamp) this.newestTimestamp = timestamp;
    const high = view.getInt32(at + 4, true);
    if ((high & 0x7ff00000) === 0x7ff00000) {
      this.#nonFinite(view.getInt32(at, true), high, timestamp);
      return;
    }
    if (!this.#table.hasMonth(this.#record, this.#months.of(timestamp))) this.#register(timestamp);
    this.#batch.samples.add(this.#table.records, this.#table.digitsAt(this.#record), view, at, timestamp);
  }

  histogram(histogram: NativeHistogram | InvalidHistogram): void {
    if (this.#state !== 'stored') {
      this.#unstored();
      return;
    }
    const { timestamp } = histogram;
    if (!(timestamp >= this.#oldest && timestamp <= this.#newest)) {
      this.#outsideWindow(timestamp);
      return;
    }
    if (histogram instanceof InvalidHistogram) {
      this.#reject('invalid_histogram', `a native histogram is not valid: ${histogram.message}`);
      return;
    }
    this.counts.histograms++;
    const [series, at] = [this.#id(timestamp), new Date(timestamp)];
    if (histogram.stale) {
      this.#batch.add('series_ends', { timestamp: at, series });
      return;
    }
    const {
      count,
      sum,
      schema,
      buckets,
      isFloat: is_float,
      resetHint: reset_hint,
      zeroThreshold: zero_threshold,
      zeroCount: zero_count,
    } = histogram;
    const row = { timestamp: at, series, schema, zero_threshold, reset_hint, is_float };
    this.#batch.add('histograms', { ...row, count: finite(count), sum: finite(sum), zero_count: finite(zero_count) });
    for (const bucket of buckets)
      this.#batch.add('histogram_buckets', { timestamp: at, series, ...bucket, count: finite(bucket.count) });
    if (histogram.startTimestamp > 0) this.start(histogram.startTimestamp, timestamp);
  }

  /** `labels` are the exemplar's own; a value that is not finite, or labels that are no text, are refused. */
  exemplar(labels: readonly (readonly [string, string])[] | null, value: number, timestamp: number): void {
    if (this.#state === 'dropped') return;
    if (this.#state === 'refused') {
      this.#refuse();
      return;
    }
    if (!(timestamp >= this.#oldest && timestamp <= this.#newest)) {
      this.#outsideWindow(timestamp);
      return;
    }
    if (labels === null || !Number.isFinite(value)) {
      this.#reject('invalid_exemplar', 'an exemplar has no finite value or no valid labels');
      return;
    }
    this.counts.exemplars++;
    const trace = labels.find(([name]) => name === 'trace_id' || name === 'traceID' || name === 'traceId')?.[1] ?? '';
    const stored = this.#parts.resolver.exemplarLabels(this.#labels().metric, labels);
    this.#batch.add('exemplars', {
      timestamp: new Date(timestamp),
      series: this.#id(timestamp),
      value,
      trace_id: trace,
      labels: JSON.stringify(stored),
    });
  }

  /** When the series started to count (ms); written once per change. `timestamp` is that of a sample, for the month. */
  start(start: number, timestamp: number): void {
    if (this.#state !== 'stored' || !(start > 0 && start <= this.#newest)) return;
    const hash = (start ^ Math.floor(start / 4_294_967_296)) | 1;
    if (this.#table.start(this.#record) === hash) return;
    const series = this.#id(timestamp);
    this.#batch.add('series_starts', { timestamp: new Date(start), series });
    this.#table.setStart(this.#record, hash);
    this.#batch.touch(this.#low, this.#high);
  }

  /** Metadata that came with a series (2.0); `hash` recognises it, `read` decodes it. */
  seriesMetadata(hash: number, read: () => { type: number; help: string; unit: string } | null): void {
    if (this.#state !== 'stored' || this.#table.metadata(this.#record) === hash) return;
    const metadata = read();
    if (metadata === null) {
      this.#reject('invalid_metadata', 'its metadata refer to symbols that do not exist or are not UTF-8');
      return;
    }
    this.metadata(this.#labels().metric, metadata.type, metadata.help, metadata.unit);
    this.#table.setMetadata(this.#record, hash);
    this.#batch.touch(this.#low, this.#high);
  }

  /** Metadata of a metric; nothing is written when they are as before. */
  metadata(metric: string, type: number, help: string, unit: string): void {
    const row = this.#parts.metadata.changed(metric, type, help, unit);
    if (row !== null) this.#batch.add('metric_metadata', row);
  }

  /** A series in words, for a refusal. */
  describe(spans: LabelSpans): string {
    return this.#parts.resolver.describe(spans);
  }

  /** Something else of the request that is not valid. */
  refuse(reason: RejectionReason, message: string): void {
    this.rejections.add(reason, () => message);
  }

  #learn(): boolean {
    const resolved = this.#parts.resolver.resolve(this.#source.labels());
    if ('reason' in resolved) {
      this.#state = 'refused';
      this.#refusal = resolved;
      return false;
    }
    this.#resolved = resolved;
    this.#record = this.#table.add(this.#low, this.#high);
    writeSeriesWords(this.#table.records, this.#table.digitsAt(this.#record), resolved.id);
    this.#table.setPair(this.#record, resolved.pair);
    return true;
  }

  /** The labels of a stored series, decoded again where they are needed. */
  #labels(): ResolvedSeries {
    if (this.#resolved === null) {
      const resolved = this.#parts.resolver.resolve(this.#source.labels());
      // It was valid when it was learnt, and the bytes are the same.
      if ('reason' in resolved) throw new Error(`a known series is no longer valid: ${resolved.message}`);
      this.#resolved = resolved;
    }
    return this.#resolved;
  }

  /** The id, for rows other than samples; makes sure that the series is registered. */
  #id(timestamp: number): bigint {
    if (!this.#table.hasMonth(this.#record, this.#months.of(timestamp))) this.#register(timestamp);
    return readSeriesWords(this.#table.records, this.#table.digitsAt(this.#record));
  }

  #register(timestamp: number): void {
    const month = this.#months.of(timestamp);
    const series = this.#labels();
    this.#table.addMonth(this.#record, month);
    if (this.#parts.registered.has(series.id, month)) return;
    this.#batch.register({ low: this.#low, high: this.#high, id: series.id, month }, series, timestamp);
  }

  #nonFinite(low: number, high: number, timestamp: number): void {
    if (isStaleMarker(low, high)) {
      this.#batch.add('series_ends', { timestamp: new Date(timestamp), series: this.#id(timestamp) });
      return;
    }
    const infinite = low === 0 && (high & 0xfffff) === 0;
    this.#countRejection(infinite ? 'infinite' : 'not_a_number');
  }

  #unstored(): void {
    if (this.#state === 'dropped') this.droppedSamples++;
    else this.#refuse();
  }

  #refuse(): void {
    if (this.#refusal === null) return;
    const { reason, message } = this.#refusal;
    this.#parts.ingestRejections.add('', '', reason);
    this.rejections.add(reason, () => message);
  }

  #countRejection(reason: RejectionReason): void {
    const { metric, job } = this.#parts.resolver.identify(this.#source.labels());
    this.#parts.ingestRejections.add(job, metric, reason);
  }

  #outsideWindow(timestamp: number): void {
    const [reason, side] =
      timestamp > this.#newest ? (['in_the_future', 'after'] as const) : (['too_old', 'before'] as const);
    const limit = new Date(side === 'after' ? this.#newest : this.#oldest).toISOString();
    this.#reject(reason, `timestamp ${timestamp} ms is ${side} ${limit}`);
  }

  #reject(reason: RejectionReason, what: string): void {
    this.#countRejection(reason);
    this.rejections.add(reason, () => `${this.#parts.resolver.describe(this.#source.labels())}: ${what}`);
  }
}

/** QuestDB reads a value that is not finite as NULL: say so ourselves. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { compressSync } from 'snappy';

/** Encoders that share no code with the receiver: protobufjs over the published schemas. */
const load = (file: string): protobuf.Root => protobuf.loadSync(fileURLToPath(new URL(file, import.meta.url)));
const requestV1 = load('write-v1.proto').lookupType('prometheus.WriteRequest');
const requestV2 = load('write-v2.proto').lookupType('io.prometheus.write.v2.Request');

export type Labels = Readonly<Record<string, string>>;

export interface HistogramInput {
  readonly timestamp: number;
  readonly countInt?: number;
  readonly countFloat?: number;
  readonly sum?: number;
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCountInt?: number;
  readonly zeroCountFloat?: number;
  readonly positiveSpans?: readonly { offset: number; length: number }[];
  readonly positiveDeltas?: readonly number[];
  readonly positiveCounts?: readonly number[];
  readonly negativeSpans?: readonly { offset: number; length: number }[];
  readonly negativeDeltas?: readonly number[];
  readonly negativeCounts?: readonly number[];
  readonly resetHint?: number;
  readonly customValues?: readonly number[];
}

export interface SeriesInput {
  /** In the order given, unless an object: then sorted by name, as senders do. */
  readonly labels: Labels | readonly (readonly [string, string])[];
  readonly samples?: readonly {
    readonly value: number;
    readonly timestamp: number;
    readonly startTimestamp?: number;
  }[];
  readonly exemplars?: readonly { readonly labels: Labels; readonly value: number; readonly timestamp: number }[];
  readonly histograms?: readonly HistogramInput[];
  /** 2.0 only. */
  readonly metadata?: { readonly type: number; readonly help: string; readonly unit: string };
  readonly createdTimestamp?: number;
}

export interface MetadataInput {
  readonly type: number;
  readonly metricFamilyName: string;
  readonly help: string;
  readonly unit: string;
}

function pairs(labels: SeriesInput['labels']): readonly (readonly [string, string])[] {
  if (Array.isArray(labels)) return labels as readonly (readonly [string, string])[];
  return Object.entries(labels as Labels).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** A 1.0 body before compression. */
export function encodeV1(series: readonly SeriesInput[], metadata: readonly MetadataInput[] = []): Buffer {
  const toLabels = (labels: SeriesInput['labels']): object[] => pairs(labels).map(([name, value]) => ({ name, value }));
  const timeseries = series.map(({ labels, samples = [], exemplars = [], histograms = [] }) => ({
    labels: toLabels(labels),
    samples,
    exemplars: exemplars.map((exemplar) => ({ ...exemplar, labels: toLabels(exemplar.labels) })),
    histograms,
  }));
  return Buffer.from(requestV1.encode(requestV1.create({ timeseries, metadata })).finish());
}

/** A 2.0 body before compression. */
export function encodeV2(series: readonly SeriesInput[], options: { firstSymbol?: string } = {}): Buffer {
  const symbols = new Map([[options.firstSymbol ?? '', 0]]);
  const reference = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const toRefs = (labels: SeriesInput['labels']): number[] =>
    pairs(labels).flatMap(([name, value]) => [reference(name), reference(value)]);
  const timeseries = series.map(
    ({ labels, samples = [], exemplars = [], histograms = [], metadata, createdTimestamp }) => ({
      labelsRefs: toRefs(labels),
      samples,
      histograms,
      exemplars: exemplars.map((exemplar) => ({
        value: exemplar.value,
        timestamp: exemplar.timestamp,
        labelsRefs: toRefs(exemplar.labels),
      })),
      ...(metadata
        ? { metadata: { type: metadata.type, helpRef: reference(metadata.help), unitRef: reference(metadata.unit) } }
        : {}),
      ...(createdTimestamp === undefined ? {} : { createdTimestamp }),
    }),
  );
  return encodeRawV2({ symbols: [...symbols.keys()], timeseries });
}

/** A 2.0 message as it is, for symbol tables and references that no encoder would make. */
export function encodeRawV2(message: object): Buffer {
  return Buffer.from(requestV2.encode(requestV2.create(message)).finish());
}

export function snappy(body: Uint8Array): Buffer {
  return compressSync(body);
}

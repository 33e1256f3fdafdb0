import { isUtf8 } from 'node:buffer';
import type { Block } from './block.ts';
import type { ByteHash } from './byte-hash.ts';
import type { LabelSpans } from './label-set.ts';
import { readHistogram } from './native-histogram.ts';
import type { LabelSource, SeriesSink } from './series-sink.ts';
import { textPairs } from './text-pairs.ts';
import { BYTES, FIXED64, VARINT, WireReader } from './wire.ts';

const DOMAIN = 1;
/** Labels beyond this are not looked at; the limit of the configuration is lower. */
const MAX_SPANS = 4 * 4_096;
const ZERO = new DataView(new ArrayBuffer(8));

/**
 * Remote-write 1.0, walked by hand. What is known is recognised by the bytes of its labels:
 *
 *     message WriteRequest  { repeated TimeSeries timeseries = 1;  reserved 2;  repeated MetricMetadata metadata = 3; }
 *     message TimeSeries    { repeated Label labels = 1;  repeated Sample samples = 2;
 *                             repeated Exemplar exemplars = 3;  repeated Histogram histograms = 4; }
 *     message Label         { string name = 1;  string value = 2; }
 *     message Sample        { double value = 1;  int64 timestamp = 2; }            // ms
 *     message Exemplar      { repeated Label labels = 1;  double value = 2;  int64 timestamp = 3; }
 *     message MetricMetadata{ MetricType type = 1;  string metric_family_name = 2;  string help = 4;  string unit = 5; }
 *
 * Not re-entrant; holds on to the body until the next one.
 */
export class DecoderV1 implements LabelSource {
  readonly #hash: ByteHash;
  readonly #block: Block;
  /** Address of the body in the block's memory, -1 when it is elsewhere. */
  #address = -1;
  #body: Buffer = Buffer.alloc(0);
  #reader = new WireReader(this.#body);
  #start = 0;
  #end = 0;

  /** `hash` is for label sets beyond what `block` takes. */
  constructor(hash: ByteHash, block: Block) {
    this.#hash = hash;
    this.#block = block;
  }

  /** Feeds a decompressed body to the sink. Throws `WRITE_UNDECODABLE` when it is no WriteRequest. */
  decode(body: Buffer, sink: SeriesSink): void {
    this.#body = body;
    this.#address = this.#block.addressOf(body);
    this.#reader = new WireReader(body);
    const reader = this.#reader;
    while (reader.within(reader.position, body.length).next()) {
      if (reader.field === 1) {
        reader.expect(BYTES);
        const end = reader.lengthEnd();
        this.#series(reader.position, end, sink);
        reader.position = end;
      } else if (reader.field === 3) {
        reader.expect(BYTES);
        const end = reader.lengthEnd();
        this.#metadata(reader.position, end, sink);
        reader.position = end;
      } else reader.skip();
    }
  }

  labels(): LabelSpans {
    const spans: number[] = [];
    const reader = new WireReader(this.#body).within(this.#start, this.#end);
    while (reader.next()) {
      if (reader.field === 1 && spans.length <= MAX_SPANS) readLabel(reader, spans);
      else reader.skip();
    }
    return { bytes: this.#body, spans };
  }

  #series(start: number, end: number, sink: SeriesSink): void {
    const bytes = this.#body;
    const { view } = this.#reader;
    const block = this.#block;
    const address = this.#address;
    this.#start = start;
    this.#end = end;
    // The usual order is labels, then samples.
    let position = address < 0 ? -1 : block.labels(address + start, address + end) - address;
    if (address >= 0 && position >= 0 && !this.#labelsFollow(position, end)) sink.begin(block.low, block.high, this);
    else {
      position = this.#passLabels(start, end);
      this.#hashLabels(
        this.#labelsFollow(position, end) ? this.#scatteredLabels(start, end) : bytes.subarray(start, position),
        sink,
      );
    }
    let things = 0;
    // A sample with both fields and a timestamp of today: 0x12 16 0x09 <8 bytes> 0x10 <6 bytes>.
    while (
      position + 18 <= end &&
      view.getInt32(position, true) << 8 === 0x09101200 &&
      bytes[position + 11] === 0x10 &&
      (view.getInt32(position + 12, true) & 0x80808080) === (0x80808080 | 0) &&
      bytes[position + 16]! >= 0x80 &&
      bytes[position + 17]! < 0x80
    ) {
      const low =
        (bytes[position + 12]! & 0x7f) |
        ((bytes[position + 13]! & 0x7f) << 7) |
        ((bytes[position + 14]! & 0x7f) << 14) |
        ((bytes[position + 15]! & 0x7f) << 21);
      const high = (bytes[position + 16]! & 0x7f) | (bytes[position + 17]! << 7);
      sink.sample(view, position + 3, high * 268_435_456 + low);
      position += 18;
      things++;
    }
    if (position < end) things += this.#rest(position, end, sink);
    sink.end(things);
  }

  /** Everything that is not the usual sample: absent values (0), other timestamps, exemplars, histograms, unknown fields. */
  #rest(start: number, end: number, sink: SeriesSink): number {
    const reader = this.#reader.within(start, end);
    let things = 0;
    while (reader.next()) {
      if (reader.field === 2) {
        reader.expect(BYTES);
        const sampleEnd = reader.lengthEnd();
        this.#sample(reader, sampleEnd, sink);
        things++;
      } else if (reader.field === 3) {
        reader.expect(BYTES);
        const exemplarEnd = reader.lengthEnd();
        this.#exemplar(reader.position, exemplarEnd, sink);
        reader.position = exemplarEnd;
        things++;
      } else if (reader.field === 4) {
        reader.expect(BYTES);
        const histogramEnd = reader.lengthEnd();
        reader.end = histogramEnd;
        const histogram = readHistogram(reader);
        reader.end = end;
        sink.histogram(histogram);
        things++;
      } else reader.skip();
    }
    return things;
  }

  #sample(reader: WireReader, sampleEnd: number, sink: SeriesSink): void {
    const outer = reader.end;
    reader.end = sampleEnd;
    let at = -1;
    let timestamp = 0;
    while (reader.next()) {
      if (reader.field === 1) {
        reader.expect(FIXED64);
        at = reader.fixed64();
      } else if (reader.field === 2) {
        reader.expect(VARINT);
        timestamp = reader.signed();
      } else reader.skip();
    }
    reader.end = outer;
    if (at < 0) sink.sample(ZERO, 0, timestamp);
    else sink.sample(reader.view, at, timestamp);
  }

  #exemplar(start: number, end: number, sink: SeriesSink): void {
    const reader = new WireReader(this.#body).within(start, end);
    const spans: number[] = [];
    let [value, timestamp] = [0, 0];
    while (reader.next()) {
      if (reader.field === 1 && spans.length <= MAX_SPANS) readLabel(reader, spans);
      else if (reader.field === 2) {
        reader.expect(FIXED64);
        value = reader.double();
      } else if (reader.field === 3) {
        reader.expect(VARINT);
        timestamp = reader.signed();
      } else reader.skip();
    }
    sink.exemplar(textPairs({ bytes: this.#body, spans }), value, timestamp);
  }

  #metadata(start: number, end: number, sink: SeriesSink): void {
    const reader = new WireReader(this.#body).within(start, end);
    let type = 0;
    const texts = new Map<number, string>();
    let valid = true;
    while (reader.next()) {
      if (reader.field === 1) {
        reader.expect(VARINT);
        type = reader.unsigned();
      } else if (reader.field === 2 || reader.field === 4 || reader.field === 5) {
        reader.expect(BYTES);
        const textEnd = reader.lengthEnd();
        const bytes = this.#body.subarray(reader.position, textEnd);
        if (isUtf8(bytes)) texts.set(reader.field, bytes.toString('utf8'));
        else valid = false;
        reader.position = textEnd;
      } else reader.skip();
    }
    if (valid) sink.metadata(texts.get(2) ?? '', type, texts.get(4) ?? '', texts.get(5) ?? '');
    else sink.refuse('invalid_metadata', `metadata of the metric "${texts.get(2) ?? ''}" are not UTF-8`);
  }

  /** True when labels come after something else, which the encoding allows and nobody does. */
  #labelsFollow(position: number, end: number): boolean {
    // One short field, the sample, and nothing behind it: the case of nearly all series.
    if (position === end || (this.#body[position] === 0x12 && end === position + 2 + this.#body[position + 1]!))
      return false;
    const reader = this.#reader.within(position, end);
    while (reader.position < end) {
      reader.next();
      if (reader.field === 1) return true;
      reader.skip();
    }
    return false;
  }

  /** The labels of a series wherever they stand, one after the other. */
  #scatteredLabels(start: number, end: number): Buffer {
    const reader = new WireReader(this.#body).within(start, end);
    const parts: Buffer[] = [];
    while (reader.position < end) {
      const from = reader.position;
      reader.next();
      reader.skip();
      if (reader.field === 1) parts.push(this.#body.subarray(from, reader.position));
    }
    return Buffer.concat(parts);
  }

  /** Where the labels end that stand at the beginning of a series. */
  #passLabels(start: number, end: number): number {
    const reader = this.#reader.within(start, end);
    while (reader.position < end && this.#body[reader.position] === 0x0a) {
      reader.position++;
      reader.position = reader.lengthEnd();
    }
    return reader.position;
  }

  #hashLabels(labels: Buffer, sink: SeriesSink): void {
    if (this.#block.hash(labels)) sink.begin(this.#block.low, this.#block.high, this);
    else {
      this.#hash.begin(DOMAIN);
      this.#hash.bytes(new DataView(labels.buffer, labels.byteOffset, labels.length), 0, labels.length);
      this.#hash.finish();
      sink.begin(this.#hash.low, this.#hash.high, this);
    }
  }
}

/** Reads a Label message into four offsets. */
function readLabel(reader: WireReader, spans: number[]): void {
  reader.expect(BYTES);
  const outer = reader.end;
  reader.end = reader.lengthEnd();
  let [nameStart, nameEnd, valueStart, valueEnd] = [0, 0, 0, 0];
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) {
      reader.expect(BYTES);
      const end = reader.lengthEnd();
      if (reader.field === 1) [nameStart, nameEnd] = [reader.position, end];
      else [valueStart, valueEnd] = [reader.position, end];
      reader.position = end;
    } else reader.skip();
  }
  reader.end = outer;
  spans.push(nameStart, nameEnd, valueStart, valueEnd);
}

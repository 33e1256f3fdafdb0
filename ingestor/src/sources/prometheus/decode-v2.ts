import { SceError } from '../../errors.ts';
import type { ByteHash } from './byte-hash.ts';
import type { LabelSpans } from './label-set.ts';
import { readHistogram } from './native-histogram.ts';
import type { Refusal } from './rejections.ts';
import type { LabelSource, SeriesSink } from './series-sink.ts';
import { Symbols } from './symbols.ts';
import { textPairs } from './text-pairs.ts';
import { BYTES, FIXED64, VARINT, WireReader } from './wire.ts';

const DOMAIN = 3;
const MAX_SPANS = 4 * 4_096;
const ZERO = new DataView(new ArrayBuffer(8));

/**
 * Remote-write 2.0, walked by hand. Every symbol is hashed once per request, a series is the sequence of its references:
 *
 *     message Request    { reserved 1 to 3;  repeated string symbols = 4;  repeated TimeSeries timeseries = 5; }
 *     message TimeSeries { repeated uint32 labels_refs = 1;  repeated Sample samples = 2;  repeated Histogram histograms = 3;
 *                          repeated Exemplar exemplars = 4;  Metadata metadata = 5;  int64 created_timestamp = 6; }
 *     message Sample     { double value = 1;  int64 timestamp = 2;  int64 start_timestamp = 3; }   // ms; 3 in newer drafts
 *     message Exemplar   { repeated uint32 labels_refs = 1;  double value = 2;  int64 timestamp = 3; }
 *     message Metadata   { MetricType type = 1;  uint32 help_ref = 3;  uint32 unit_ref = 4; }
 *
 * Not re-entrant; holds on to the body until the next one.
 */
export class DecoderV2 implements LabelSource {
  readonly #hash: ByteHash;
  readonly #symbols = new Symbols();
  #body: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #index = 0;

  constructor(hash: ByteHash) {
    this.#hash = hash;
  }

  /** Feeds a decompressed body to the sink. Throws `WRITE_UNDECODABLE` when it is no Request. */
  decode(body: Buffer, sink: SeriesSink): void {
    this.#body = body;
    this.#index = 0;
    const firstSeries = this.#readSymbols(body);
    if (firstSeries < 0) return;
    const reader = new WireReader(body).within(firstSeries, body.length);
    while (reader.next()) {
      if (reader.field === 5) {
        const end = reader.lengthEnd();
        this.#series(reader, end, sink);
        reader.within(end, body.length);
        this.#index++;
      } else reader.skip();
    }
  }

  labels(): LabelSpans {
    const spans: number[] = [];
    const references = this.#references(new WireReader(this.#body).within(this.#start, this.#end), MAX_SPANS / 2);
    for (const reference of references) if (reference < this.#symbols.count) this.#symbols.span(reference, spans);
    return { bytes: this.#body, spans: spans.length % 4 === 0 ? spans : spans.slice(0, -2) };
  }

  /** Symbols may stand anywhere, so they are read first. Gives the offset of the first series, -1 without one. */
  #readSymbols(body: Buffer): number {
    const reader = new WireReader(body);
    this.#symbols.reset(body);
    let firstSeries = -1;
    while (reader.position < body.length) {
      const at = reader.position;
      reader.next();
      if (reader.field === 4) {
        reader.expect(BYTES);
        const end = reader.lengthEnd();
        this.#symbols.add(reader.view, reader.position, end, this.#hash);
        reader.position = end;
      } else {
        if (reader.field === 5) {
          reader.expect(BYTES);
          if (firstSeries < 0) firstSeries = at;
        }
        reader.skip();
      }
    }
    if (firstSeries >= 0 && (this.#symbols.count === 0 || !this.#symbols.isEmpty(0)))
      throw new SceError('WRITE_REJECTED', 'the first symbol must be the empty string (remote-write 2.0)');
    return firstSeries;
  }

  #series(reader: WireReader, end: number, sink: SeriesSink): void {
    this.#start = reader.position;
    this.#end = end;
    reader.end = end;
    const { bytes } = reader;
    let position = reader.position;
    // The usual form: one packed list of references, first.
    let known = false;
    if (bytes[position] === 0x0a && position + 1 < end) {
      const listLength = bytes[position + 1]!;
      const listEnd = position + 2 + listLength;
      if (listLength < 0x80 && listEnd <= end && bytes[listEnd] !== 0x0a && bytes[listEnd] !== 0x08) {
        known = this.#hashList(position + 2, listEnd);
        position = listEnd;
      }
    }
    const refusal = known ? null : this.#hashReferences(end, sink);
    if (refusal === null) sink.begin(this.#hash.low, this.#hash.high, this);
    else sink.beginRefused(refusal, this);
    this.#contents(reader.within(position, end), sink);
  }

  /** Hashes the symbols of a packed list; false when a reference is out of range, their number odd, or one cut short. */
  #hashList(start: number, end: number): boolean {
    const bytes = this.#body;
    const { low, high, count } = this.#symbols;
    const hash = this.#hash;
    hash.begin(DOMAIN);
    let references = 0;
    let position = start;
    while (position < end) {
      let reference = bytes[position++]!;
      if (reference >= 0x80) {
        reference = (reference & 0x7f) | (bytes[position++]! << 7);
        if (reference >= 0x4000) {
          reference = (reference & 0x3fff) | (bytes[position++]! << 14);
          if (reference >= 0x200000) return false;
        }
      }
      if (reference >= count) return false;
      hash.words(low[reference]!, high[reference]!);
      references++;
    }
    hash.words(references, 0);
    hash.finish();
    return position === end && references > 0 && references % 2 === 0;
  }

  /** The same for any encoding of the list; says what is wrong with it. */
  #hashReferences(end: number, sink: SeriesSink): Refusal | null {
    const references = this.#references(new WireReader(this.#body).within(this.#start, end), MAX_SPANS / 2);
    const bad = references.find((reference) => reference >= this.#symbols.count);
    const name = (): string => `series number ${this.#index + 1}, ${sink.describe(this.labels())}`;
    if (bad !== undefined)
      return {
        reason: 'symbol_out_of_range',
        message: `${name()}: symbol ${bad} does not exist, the request has ${this.#symbols.count}`,
      };
    if (references.length % 2 !== 0)
      return {
        reason: 'odd_label_references',
        message: `${name()}: ${references.length} label references, an even number is needed`,
      };
    if (references.length === 0)
      return { reason: 'no_metric_name', message: `series number ${this.#index + 1} has no labels` };
    this.#hash.begin(DOMAIN);
    for (const reference of references) this.#hash.words(this.#symbols.low[reference]!, this.#symbols.high[reference]!);
    this.#hash.words(references.length, 0);
    this.#hash.finish();
    return null;
  }

  /** `labels_refs` (field 1) of the message at the cursor, packed or not, at most `limit` of them. */
  #references(reader: WireReader, limit: number): number[] {
    const references: number[] = [];
    while (reader.next()) {
      if (reader.field !== 1) reader.skip();
      else if (reader.wireType === VARINT) references.push(reader.uint32());
      else {
        reader.expect(BYTES);
        const outer = reader.end;
        reader.end = reader.lengthEnd();
        while (reader.position < reader.end) {
          const reference = reader.uint32();
          if (references.length < limit) references.push(reference);
        }
        reader.end = outer;
      }
    }
    return references;
  }

  #contents(reader: WireReader, sink: SeriesSink): void {
    const { end } = reader;
    let things = 0;
    let created = 0;
    let newest = 0;
    while (reader.next()) {
      if (reader.wireType !== BYTES) {
        if (reader.field === 6 && reader.wireType === VARINT) created = reader.signed();
        else reader.skip();
        continue;
      }
      const partEnd = reader.lengthEnd();
      reader.end = partEnd;
      switch (reader.field) {
        case 2:
          newest = this.#sample(reader, sink);
          things++;
          break;
        case 3: {
          const histogram = readHistogram(reader);
          sink.histogram(histogram);
          newest = histogram.timestamp;
          things++;
          break;
        }
        case 4:
          this.#exemplar(reader, sink);
          things++;
          break;
        case 5:
          this.#metadata(reader, sink);
          break;
        default:
      }
      reader.within(partEnd, end);
    }
    if (created > 0 && things > 0) sink.start(created, newest);
    sink.end(things);
  }

  #sample(reader: WireReader, sink: SeriesSink): number {
    let at = -1;
    let timestamp = 0;
    let start = 0;
    while (reader.next()) {
      if (reader.field === 1) {
        reader.expect(FIXED64);
        at = reader.fixed64();
      } else if (reader.field === 2) {
        reader.expect(VARINT);
        timestamp = reader.signed();
      } else if (reader.field === 3 && reader.wireType === VARINT) start = reader.signed();
      else reader.skip();
    }
    if (at < 0) sink.sample(ZERO, 0, timestamp);
    else sink.sample(reader.view, at, timestamp);
    if (start > 0) sink.start(start, timestamp);
    return timestamp;
  }

  #exemplar(reader: WireReader, sink: SeriesSink): void {
    const references = this.#references(new WireReader(this.#body).within(reader.position, reader.end), MAX_SPANS / 2);
    let [value, timestamp] = [0, 0];
    while (reader.next()) {
      if (reader.field === 2) {
        reader.expect(FIXED64);
        value = reader.double();
      } else if (reader.field === 3) {
        reader.expect(VARINT);
        timestamp = reader.signed();
      } else reader.skip();
    }
    const spans: number[] = [];
    const valid = references.length % 2 === 0 && references.every((reference) => reference < this.#symbols.count);
    if (valid) for (const reference of references) this.#symbols.span(reference, spans);
    sink.exemplar(valid ? textPairs({ bytes: this.#body, spans }) : null, value, timestamp);
  }

  #metadata(reader: WireReader, sink: SeriesSink): void {
    let [type, help, unit] = [0, 0, 0];
    while (reader.next()) {
      if (reader.wireType !== VARINT) reader.skip();
      else if (reader.field === 1) type = reader.uint32();
      else if (reader.field === 3) help = reader.uint32();
      else if (reader.field === 4) unit = reader.uint32();
      else reader.skip();
    }
    const { low, count } = this.#symbols;
    const mixed = Math.imul(
      Math.imul((help < count ? low[help]! : -1) ^ type, 0x9e3779b1) ^ (unit < count ? low[unit]! : -1),
      0x85ebca6b,
    );
    sink.seriesMetadata(mixed | 1, () => {
      const [helpText, unitText] = [this.#symbols.text(help), this.#symbols.text(unit)];
      return helpText === null || unitText === null ? null : { type, help: helpText, unit: unitText };
    });
  }
}

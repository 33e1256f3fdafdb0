import { compressSync } from 'snappy';
import type { Protocol } from '../../support/remote-write/send.ts';
import type { SortedLabels } from './series.ts';

/**
 * Bodies for one connection, as one shard of a Prometheus makes them: its series round and round, 2,000 samples a
 * request, every sample a TimeSeries of its own. Each round is `stepMs` later than the one before.
 */
export class BodyMaker {
  readonly #protocol: Protocol;
  readonly #series: readonly SortedLabels[];
  readonly #labels: readonly Buffer[];
  readonly #stepMs: number;
  readonly #value: (series: number) => number;
  #next = 0;
  #timestamp: number;

  /** `value`: of a sample of the series with this index; random when left out. */
  constructor(
    protocol: Protocol,
    series: readonly SortedLabels[],
    firstTimestamp: number,
    stepMs: number,
    value: (series: number) => number = () => Math.round(Math.random() * 1e9) / 1e3,
  ) {
    this.#value = value;
    this.#protocol = protocol;
    this.#series = series;
    this.#labels = protocol === '1.0' ? series.map(labelsV1) : [];
    this.#timestamp = firstTimestamp;
    this.#stepMs = stepMs;
  }

  /** Where the next round would begin. */
  get timestamp(): number {
    return this.#timestamp + this.#stepMs;
  }

  make(samples: number): Buffer {
    const parts: Buffer[] = [];
    const symbols = new Map<string, number>([['', 0]]);
    for (let i = 0; i < samples; i++) {
      const sample = field(0x12, sampleBytes(this.#value(this.#next), this.#timestamp));
      const labels =
        this.#protocol === '1.0' ? this.#labels[this.#next]! : references(this.#series[this.#next]!, symbols);
      parts.push(
        Buffer.from([this.#protocol === '1.0' ? 0x0a : 0x2a]),
        varint(labels.length + sample.length),
        labels,
        sample,
      );
      if (++this.#next === this.#series.length) {
        this.#next = 0;
        this.#timestamp += this.#stepMs;
      }
    }
    if (this.#protocol === '2.0')
      parts.unshift(...[...symbols.keys()].map((symbol) => field(0x22, Buffer.from(symbol))));
    return compressSync(Buffer.concat(parts));
  }
}

/** Names are ASCII below 127 bytes: a million series are made in a reasonable time. */
function labelsV1(labels: SortedLabels): Buffer {
  const bytes = Buffer.allocUnsafe(labels.reduce((sum, [name, value]) => sum + name.length + value.length + 8, 0));
  let at = 0;
  const length = (value: number): void => {
    if (value >= 0x80) bytes[at++] = (value & 0x7f) | 0x80;
    bytes[at++] = value >= 0x80 ? value >> 7 : value;
  };
  const text = (tag: number, value: string): void => {
    bytes[at++] = tag;
    length(value.length);
    at += bytes.write(value, at, 'latin1');
  };
  for (const [name, value] of labels) {
    bytes[at++] = 0x0a;
    length(name.length + value.length + 4 + (value.length >= 0x80 ? 1 : 0));
    text(0x0a, name);
    text(0x12, value);
  }
  return bytes.subarray(0, at);
}

function references(labels: SortedLabels, symbols: Map<string, number>): Buffer {
  const reference = (text: string): number => {
    const known = symbols.get(text) ?? symbols.size;
    symbols.set(text, known);
    return known;
  };
  return field(
    0x0a,
    Buffer.concat(labels.flatMap(([name, value]) => [varint(reference(name)), varint(reference(value))])),
  );
}

function sampleBytes(value: number, timestamp: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x09;
  bytes.writeDoubleLE(value, 1);
  return Buffer.concat([bytes, Buffer.from([0x10]), varint(timestamp)]);
}

function field(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

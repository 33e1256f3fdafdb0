import snappy from 'snappy';

/**
 * Remote-write 1.0 by hand: a back-fill encodes tens of millions of samples, and a general encoder would be the
 * bottleneck. `WriteRequest{ TimeSeries timeseries=1 { Label labels=1 {name=1, value=2}; Sample samples=2 {double value=1,
 * int64 timestamp=2} } }`. A sample is 18 bytes: its time always takes six (1971 … 2109).
 */
const SAMPLE_BYTES = 18;
const text = new TextEncoder();

export type Labels = Readonly<Record<string, string>>;

/** The `labels` part of a series, sorted by name, empty values left out (they are no labels in Prometheus). */
export function encodeLabels(labels: Labels): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const name of Object.keys(labels).sort()) {
    const value = labels[name];
    if (value === undefined || value === '') continue;
    const nameBytes = text.encode(name);
    const valueBytes = text.encode(value);
    const inner = [0x0a, ...varint(nameBytes.length), ...nameBytes, 0x12, ...varint(valueBytes.length), ...valueBytes];
    parts.push(Uint8Array.from([0x0a, ...varint(inner.length), ...inner]));
  }
  return Buffer.concat(parts);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  while (left > 127) {
    bytes.push((left & 127) | 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
  return bytes;
}

/** Samples of one series, collected before they are written; reused for every series. */
export class SampleList {
  times = new Float64Array(64);
  values = new Float64Array(64);
  length = 0;
  /** Time of a stale marker behind the samples, or -1. */
  staleAt = -1;

  clear(): void {
    this.length = 0;
    this.staleAt = -1;
  }

  push(time: number, value: number): void {
    if (this.length === this.times.length) {
      const times = new Float64Array(2 * this.length);
      const values = new Float64Array(2 * this.length);
      times.set(this.times);
      values.set(this.values);
      this.times = times;
      this.values = values;
    }
    this.times[this.length] = time;
    this.values[this.length] = value;
    this.length += 1;
  }
}

/** Builds write requests one after the other in one buffer. */
export class RequestWriter {
  #bytes = Buffer.allocUnsafe(4 * 1024 * 1024);
  #at = 0;
  samples = 0;
  series = 0;

  add(labels: Uint8Array, list: SampleList): void {
    const count = list.length + (list.staleAt >= 0 ? 1 : 0);
    if (count === 0) return;
    const length = labels.length + count * SAMPLE_BYTES;
    this.#reserve(length + 16);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = 0x0a;
    let left = length;
    while (left > 127) {
      bytes[at++] = (left & 127) | 128;
      left >>>= 7;
    }
    bytes[at++] = left;
    bytes.set(labels, at);
    at += labels.length;
    for (let i = 0; i < list.length; i += 1) {
      bytes[at] = 0x12;
      bytes[at + 1] = 16;
      bytes[at + 2] = 0x09;
      bytes.writeDoubleLE(list.values[i]!, at + 3);
      at = this.#time(list.times[i]!, at + 11);
    }
    if (list.staleAt >= 0) {
      bytes[at] = 0x12;
      bytes[at + 1] = 16;
      bytes[at + 2] = 0x09;
      // The stale NaN by its bits; through a JavaScript number its payload might be lost.
      bytes.writeUInt32LE(2, at + 3);
      bytes.writeUInt32LE(0x7ff0_0000, at + 7);
      at = this.#time(list.staleAt, at + 11);
    }
    this.#at = at;
    this.samples += count;
    this.series += 1;
  }

  #time(ms: number, start: number): number {
    const bytes = this.#bytes;
    const low = ms % 0x1000_0000;
    const high = Math.floor(ms / 0x1000_0000);
    bytes[start] = 0x10;
    bytes[start + 1] = (low & 127) | 128;
    bytes[start + 2] = ((low >>> 7) & 127) | 128;
    bytes[start + 3] = ((low >>> 14) & 127) | 128;
    bytes[start + 4] = ((low >>> 21) & 127) | 128;
    bytes[start + 5] = (high & 127) | 128;
    bytes[start + 6] = high >>> 7;
    return start + 7;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(2 * this.#bytes.length + more);
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }

  /** The request so far, compressed as remote-write wants it; starts a new one. */
  take(): { body: Buffer; samples: number; series: number } {
    const request = {
      body: snappy.compressSync(this.#bytes.subarray(0, this.#at)),
      samples: this.samples,
      series: this.series,
    };
    this.#at = 0;
    this.samples = 0;
    this.series = 0;
    return request;
  }
}

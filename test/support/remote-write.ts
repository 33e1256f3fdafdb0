import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { compressSync } from 'snappy';

export interface SentSeries {
  /** Including `__name__`. Sorted by name before it is sent. */
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds and value. */
  readonly samples: readonly (readonly [timestampMs: number, value: number])[];
}

export const headersV1 = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
} as const;

/** A `prometheus.WriteRequest` (remote-write 1.0) in snappy's block format. */
export function encodeV1(series: readonly SentSeries[]): Buffer {
  const writer = new BinaryWriter();
  for (const { labels, samples } of series) {
    writer.tag(1, WireType.LengthDelimited).fork();
    for (const [name, value] of Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1))) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(name);
      writer.tag(2, WireType.LengthDelimited).string(value);
      writer.join();
    }
    for (const [timestampMs, value] of samples) {
      writer.tag(2, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.Bit64).double(value);
      writer.tag(2, WireType.Varint).int64(timestampMs);
      writer.join();
    }
    writer.join();
  }
  return compressSync(Buffer.from(writer.finish()));
}

/** Sends one body, once. */
export async function postWrite(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { ...headersV1, ...headers },
    body: new Uint8Array(body),
  });
}

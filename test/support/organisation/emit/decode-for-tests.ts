import { BinaryReader } from '@bufbuild/protobuf/wire';
import snappy from 'snappy';

export interface DecodedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly labelNames: readonly string[];
  readonly samples: readonly { readonly time: number; readonly value: number; readonly bits: bigint }[];
}

/** Reads a write request with another library than the one that wrote it. */
export function decodeWriteRequest(body: Buffer): readonly DecodedSeries[] {
  const series: DecodedSeries[] = [];
  const reader = new BinaryReader(snappy.uncompressSync(body) as Buffer);
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field !== 1) throw new Error(`unexpected field ${String(field)}`);
    series.push(decodeSeries(reader.bytes()));
  }
  return series;
}

function decodeSeries(bytes: Uint8Array): DecodedSeries {
  const labels: Record<string, string> = {};
  const labelNames: string[] = [];
  const samples: { time: number; value: number; bits: bigint }[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    const inner = new BinaryReader(reader.bytes());
    if (field === 1) {
      inner.tag();
      const name = inner.string();
      inner.tag();
      labels[name] = inner.string();
      labelNames.push(name);
    } else if (field === 2) {
      inner.tag();
      const at = inner.pos;
      const value = inner.double();
      const bits = new DataView(bytesOf(inner)).getBigUint64(at, true);
      inner.tag();
      samples.push({ time: Number(inner.int64()), value, bits });
    } else throw new Error(`unexpected field ${String(field)}`);
    if (inner.pos !== inner.len) throw new Error('bytes left over');
  }
  return { labels, labelNames, samples };
}

/** The bytes a reader reads, on their own. */
function bytesOf(reader: BinaryReader): ArrayBuffer {
  const { buf } = reader as unknown as { buf: Uint8Array };
  return Uint8Array.from(buf).buffer;
}

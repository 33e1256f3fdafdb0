import { SceError } from '../../errors.ts';

/** Wire types of protobuf that the schemas of remote-write use; 3 and 4 (groups) are refused. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** The error for a body that is not the message it claims to be. `at` is the offset in the decompressed body. */
export function malformed(what: string, at: number): SceError {
  return new SceError('WRITE_UNDECODABLE', `the body is not a valid protobuf message: ${what} at byte ${at}`, {
    details: { offset: at },
  });
}

/**
 * A cursor over one message: for the parts that are not hot. Nested messages narrow `end` and restore it.
 * Bounds are those of the enclosing message, so that no length inside can reach beyond it.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position = 0;
  end = 0;
  /** The two halves of the varint read last: exact where a number is not. */
  low = 0;
  high = 0;
  field = 0;
  wireType = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Moves to a part of the body. */
  within(start: number, end: number): this {
    this.position = start;
    this.end = end;
    return this;
  }

  /** Reads the next tag into `field` and `wireType`; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    const at = this.position;
    this.varint();
    if (this.high !== 0) throw malformed('a field number out of range', at);
    this.field = this.low >>> 3;
    this.wireType = this.low & 7;
    if (this.field === 0) throw malformed('field number 0', at);
    return true;
  }

  /** Throws unless the current field has the wire type that the schema gives it. */
  expect(wireType: number): void {
    if (this.wireType !== wireType)
      throw malformed(`wire type ${this.wireType} for field ${this.field}, expected ${wireType},`, this.position);
  }

  /** Reads a varint of up to ten bytes into `low` and `high`. */
  varint(): void {
    const { bytes } = this;
    let position = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= this.end) throw malformed('a varint is cut short', this.position);
      const byte = bytes[position++]!;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift === 28) {
        low |= (byte & 0x0f) << 28;
        high = (byte & 0x7f) >>> 4;
      } else if (shift < 63) high |= (byte & 0x7f) << (shift - 32);
      else high |= (byte & 1) << 31;
      if (byte < 0x80) {
        this.position = position;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw malformed('a varint of more than ten bytes', this.position);
  }

  /** uint64 as a number: exact up to 2^53. */
  unsigned(): number {
    this.varint();
    return this.high * 4_294_967_296 + this.low;
  }

  /** int64 as a number: exact up to ±2^53. */
  signed(): number {
    this.varint();
    return (this.high | 0) * 4_294_967_296 + this.low;
  }

  /** sint64 (zigzag) as a number: exact up to ±2^52. */
  zigzag(): number {
    const value = this.unsigned();
    return this.low & 1 ? -(value + 1) / 2 : value / 2;
  }

  /** sint32 and enums. */
  zigzag32(): number {
    this.varint();
    return (this.low >>> 1) ^ -(this.low & 1);
  }

  /** uint32; larger ones are refused. */
  uint32(): number {
    const at = this.position;
    this.varint();
    if (this.high !== 0) throw malformed('a number beyond 32 bits', at);
    return this.low;
  }

  double(): number {
    const at = this.fixed64();
    return this.view.getFloat64(at, true);
  }

  /** Skips eight bytes and gives their offset: a double must be looked at before it becomes a number (NaN payloads). */
  fixed64(): number {
    const at = this.position;
    if (at + 8 > this.end) throw malformed('a double is cut short', at);
    this.position = at + 8;
    return at;
  }

  /** Reads a length, checks it against the enclosing message, and gives the end of what it covers. */
  lengthEnd(): number {
    const at = this.position;
    const length = this.unsigned();
    const end = this.position + length;
    if (end > this.end) throw malformed(`a length of ${length} bytes reaches beyond the message`, at);
    return end;
  }

  /** Passes over the current field, whatever it is (newer senders add fields). */
  skip(): void {
    switch (this.wireType) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.fixed64();
        return;
      case BYTES:
        this.position = this.lengthEnd();
        return;
      case FIXED32:
        if (this.position + 4 > this.end) throw malformed('a fixed32 is cut short', this.position);
        this.position += 4;
        return;
      default:
        throw malformed(`wire type ${this.wireType}`, this.position);
    }
  }
}

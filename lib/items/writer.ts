import * as tags from './tags.js';
import type { Dialect } from './types.js';

/** Bytes to begin with: most messages need no more, and memory that is kept for the next one should be little. */
const FIRST_SIZE = 512;

/** Longest text that is looked at character by character: a call into Node costs as much as some thirty of them. */
const SHORT_TEXT = 40;

const LOWEST_64 = -(2n ** 63n);
const HIGHEST_64 = 2n ** 63n - 1n;

/** Whether a value has 64 bits at most, signed: C++ programs take no more. */
export function fits64(value: bigint): boolean {
  return value >= LOWEST_64 && value <= HIGHEST_64;
}

/** The fewest bytes of two's complement, for what has more than 64 bits. */
function hugeBytes(value: bigint): Buffer {
  // One bit more than its magnitude, for the sign.
  const bits = (value < 0n ? ~value : value).toString(2).length + 1;
  const size = Math.ceil(bits / 8);
  return Buffer.from(
    BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(2 * size, '0'),
    'hex',
  );
}

/** To take numbers apart. Nothing stays in it. */
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Hot path: writes values from the last to the first, into memory that it fills from its end. So the size of what is in a
 * sequence is known when its length is to be written, and nothing is moved or measured beforehand.
 *
 * Belongs to one thread. The memory is used again for the next message.
 */
export class BackwardWriter {
  readonly #dialect: Dialect | undefined;
  #bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #at = FIRST_SIZE;

  constructor(dialect: Dialect | undefined) {
    this.#dialect = dialect;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#bytes.length - this.#at;
  }

  /** Begins a message: what was written before is given up. */
  begin(): void {
    this.#at = this.#bytes.length;
  }

  /** What was written. Valid until the next message. */
  message(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  /** The tag and the length of a sequence whose contents were written since `size` was what it is given. */
  sequence(sizeBefore: number): void {
    const size = this.size - sizeBefore;
    if (this.#dialect !== 'c++') {
      this.#begin(tags.SEQUENCE, size);
      return;
    }
    this.#reserve(6);
    const bytes = this.#bytes;
    const at = this.#at - 6;
    bytes[at] = tags.CONSTRUCTED_SEQUENCE;
    bytes[at + 1] = 0x84;
    bytes[at + 2] = size >>> 24;
    bytes[at + 3] = size >>> 16;
    bytes[at + 4] = size >>> 8;
    bytes[at + 5] = size;
    this.#at = at;
  }

  integer(value: number): void {
    const sizeBefore = this.size;
    if (value === (value | 0)) this.#int32(value);
    else this.#wide(BigInt(value));
    this.#endInteger(sizeBefore);
  }

  bigint(value: bigint): void {
    const sizeBefore = this.size;
    this.#wide(value);
    this.#endInteger(sizeBefore);
  }

  boolean(value: boolean): void {
    this.#reserve(3);
    const bytes = this.#bytes;
    const at = this.#at - 3;
    bytes[at] = tags.BOOLEAN;
    bytes[at + 1] = 1;
    bytes[at + 2] = value ? 0xff : 0;
    this.#at = at;
  }

  real(value: number): void {
    // The original's encoders write -0.0 as 0.0; in the bytes that all understand it stays what it is.
    if (this.#dialect === undefined ? Object.is(value, 0) : value === 0) {
      this.#begin(tags.REAL, 0);
      return;
    }
    this.#reserve(11);
    const at = this.#at - 11;
    const bytes = this.#bytes;
    bytes[at] = tags.REAL;
    bytes[at + 1] = 9;
    bytes[at + 2] = tags.REAL_DOUBLE;
    scratch.setFloat64(0, value);
    for (let i = 0; i < 8; i++) bytes[at + 3 + i] = scratch.getUint8(i);
    this.#at = at;
  }

  text(value: string): void {
    const { length } = value;
    const sizeBefore = this.size;
    if (length > SHORT_TEXT || !this.#ascii(value)) {
      const size = Buffer.byteLength(value);
      this.#reserve(size);
      this.#at -= size;
      this.#bytes.write(value, this.#at, size);
    }
    this.#begin(tags.UTF8_STRING, this.size - sizeBefore);
  }

  octets(value: Uint8Array): void {
    this.raw(value);
    this.#begin(tags.OCTET_STRING, value.length);
  }

  null(): void {
    this.#begin(tags.NULL, 0);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#at -= value.length;
    this.#bytes.set(value, this.#at);
  }

  /** Whether it was all ASCII; what was written of it otherwise is taken back. */
  #ascii(value: string): boolean {
    const { length } = value;
    this.#reserve(length);
    const bytes = this.#bytes;
    const from = this.#at - length;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[from + i] = code;
    }
    this.#at = from;
    return true;
  }

  /** The fewest bytes of two's complement. */
  #int32(value: number): void {
    this.#reserve(5);
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    let byte: number;
    do {
      byte = rest & 0xff;
      bytes[--at] = byte;
      rest >>= 8;
    } while (rest !== (byte & 0x80 ? -1 : 0));
    this.#at = at;
  }

  #wide(value: bigint): void {
    if (!fits64(value)) {
      this.raw(hugeBytes(value));
      return;
    }
    scratch.setBigInt64(0, value);
    const high = scratch.getInt32(0);
    const low = scratch.getInt32(4);
    if (high === low >> 31) {
      this.#int32(low);
      return;
    }
    this.#reserve(9);
    const at = this.#at - 4;
    const bytes = this.#bytes;
    bytes[at] = low >>> 24;
    bytes[at + 1] = low >>> 16;
    bytes[at + 2] = low >>> 8;
    bytes[at + 3] = low;
    this.#at = at;
    this.#int32(high);
  }

  #endInteger(sizeBefore: number): void {
    let size = this.size - sizeBefore;
    if (this.#dialect === 'python' && this.#isLowest(size)) {
      this.#reserve(1);
      this.#bytes[--this.#at] = 0xff;
      size++;
    }
    this.#begin(tags.INTEGER, size);
  }

  /** Whether the last `size` bytes are 80 00 00: the pure Python encoder puts a byte of sign before those. */
  #isLowest(size: number): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] !== 0x80) return false;
    for (let i = 1; i < size; i++) if (bytes[at + i] !== 0) return false;
    return true;
  }

  /** A tag, and a length in the fewest bytes. */
  #begin(tag: number, size: number): void {
    this.#reserve(6);
    const bytes = this.#bytes;
    let at = this.#at;
    if (size < 0x80) bytes[--at] = size;
    else {
      const end = at;
      for (let rest = size; rest > 0; rest >>>= 8) bytes[--at] = rest;
      bytes[--at] = 0x80 + end - at - 1;
    }
    bytes[--at] = tag;
    this.#at = at;
  }

  /** Makes room for so many bytes more, before what there is. */
  #reserve(room: number): void {
    if (this.#at < room) this.#grow(room);
  }

  #grow(room: number): void {
    const before = this.message();
    const bytes = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, before.length + room));
    this.#at = bytes.length - before.length;
    bytes.set(before, this.#at);
    this.#bytes = bytes;
  }
}

import { isUtf8 } from 'node:buffer';
import type { EshmError } from '../errors.js';
import { corrupt } from './corrupt.js';
import { binaryReal, int32 } from './real.js';
import {
  BOOLEAN,
  INTEGER,
  NUMBER_BITS,
  OCTET_STRING,
  REAL,
  REAL_BINARY,
  REAL_DOUBLE,
  SEQUENCE,
  tagText,
  UTF8_STRING,
} from './tags.js';

/** Most bytes of an integer. C++ has 8 at most, Python no limit; a bigint of so many takes a moment. */
const LONGEST_INTEGER = 1024;

/** Longest text that is looked at byte by byte: a call into Node costs as much as some thirty of them. */
const SHORT_TEXT = 40;

const NO_BYTES = Buffer.alloc(0);

/** To put numbers together. Nothing stays in it. */
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Hot path: a place in a message, and the values from there on. A value never reaches beyond {@link end}: whoever goes into
 * a sequence sets that to the sequence's end, and back when it has left.
 *
 * Belongs to one thread.
 */
export class ForwardReader {
  bytes: Buffer = NO_BYTES;
  /** Offset of the next byte. */
  at = 0;
  /** Where what is read ends. */
  end = 0;

  /** Begins a message. */
  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
  }

  /** The next tag, which stays the next one. */
  peekTag(): number {
    if (this.at >= this.end) throw this.#cut(this.at, 'a value');
    return this.bytes[this.at]!;
  }

  /** Goes into a sequence. @returns where it ends */
  sequence(what: string): number {
    const { at } = this;
    // As the C++ decoder does: the bits of class and construction may be anything.
    if (at < this.end && (this.bytes[at]! & NUMBER_BITS) === SEQUENCE) {
      this.at = at + 1;
      return this.#contents(what);
    }
    throw at < this.end
      ? corrupt(at, tagText(this.bytes[at]!), `a SEQUENCE (10 or 30): ${what}`)
      : this.#cut(at, what);
  }

  integer(what: string): bigint {
    const size = this.#integerSize(what);
    const at = this.at - size;
    if (size <= 4) return BigInt(int32(this.bytes, at, size));
    if (size > 8) return this.#huge(at, size);
    const { bytes } = this;
    scratch.setInt32(0, int32(this.bytes, at, size - 4));
    for (let i = 4; i < 8; i++) scratch.setUint8(i, bytes[at + size - 8 + i]!);
    return scratch.getBigInt64(0);
  }

  /** An integer that a number has room for; other than {@link integer} it makes no bigint of a small one. */
  number(what: string): number {
    const at = this.at;
    const size = this.#integerSize(what);
    if (size <= 4) return int32(this.bytes, this.at - size, size);
    this.at = at;
    const value = this.integer(what);
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw corrupt(at, `${what} of ${value}`, 'one of 53 bits at most');
  }

  boolean(what: string): boolean {
    const at = this.#expect(BOOLEAN, what);
    const end = this.#contents(what);
    if (end - this.at !== 1) throw corrupt(at, `a BOOLEAN of ${end - this.at} bytes`, '1 byte');
    this.at = end;
    return this.bytes[end - 1] !== 0;
  }

  real(what: string): number {
    const at = this.#expect(REAL, what);
    const end = this.#contents(what);
    const from = this.at;
    this.at = end;
    if (end === from) return 0;
    const { bytes } = this;
    const form = bytes[from]!;
    if (form === REAL_DOUBLE && end - from === 9) {
      for (let i = 0; i < 8; i++) scratch.setUint8(i, bytes[from + 1 + i]!);
      return scratch.getFloat64(0);
    }
    if (form & REAL_BINARY) return binaryReal(bytes, from, end);
    throw corrupt(
      at,
      `a REAL of ${end - from} bytes that begins with ${form.toString(16).padStart(2, '0')}`,
      'no bytes, 03 and a double, or the binary form of X.690',
    );
  }

  /** A text, or `undefined` where its bytes are no UTF-8. */
  text(what: string): string | undefined {
    this.#expect(UTF8_STRING, what);
    const end = this.#contents(what);
    const from = this.at;
    this.at = end;
    const { bytes } = this;
    if (end - from <= SHORT_TEXT) {
      let i = from;
      while (i < end && bytes[i]! < 0x80) i++;
      if (i === end) return bytes.toString('latin1', from, end);
    }
    return isUtf8(bytes.subarray(from, end)) ? bytes.toString('utf8', from, end) : undefined;
  }

  /** A copy of the bytes. */
  octets(what: string): Buffer {
    this.#expect(OCTET_STRING, what);
    const end = this.#contents(what);
    const from = this.at;
    this.at = end;
    return this.copy(from, end);
  }

  /** Passes over a value, whatever it is. */
  skip(what: string): void {
    if (this.at >= this.end) throw this.#cut(this.at, what);
    const tag = this.bytes[this.at]!;
    if ((tag & NUMBER_BITS) === NUMBER_BITS) {
      throw corrupt(this.at, `a tag of several bytes (${tag.toString(16)})`, 'one byte');
    }
    this.at++;
    this.at = this.#contents(what);
  }

  /** Bytes of the message, in memory of their own. */
  copy(from: number, end: number): Buffer {
    return Buffer.from(this.bytes.subarray(from, end));
  }

  /** Passes a tag. @returns where it was */
  #expect(tag: number, what: string): number {
    const { at } = this;
    if (at >= this.end) throw this.#cut(at, what);
    if (this.bytes[at] !== tag) throw corrupt(at, tagText(this.bytes[at]!), `${tagText(tag)}: ${what}`);
    this.at = at + 1;
    return at;
  }

  /** Passes a length. @returns where the contents end, which begin here */
  #contents(what: string): number {
    const { at, end, bytes } = this;
    if (at >= end) throw this.#cut(at, `the length of ${what}`);
    const first = bytes[at]!;
    if (first < 0x80) {
      this.at = at + 1;
      if (at + 1 + first > end) throw this.#tooLong(at, first, what);
      return at + 1 + first;
    }
    return this.#longContents(first - 0x80, what);
  }

  #longContents(count: number, what: string): number {
    const { at, end, bytes } = this;
    if (count === 0) throw corrupt(at, `an indefinite length (80) of ${what}`, 'a length');
    if (count > 8) throw corrupt(at, `a length of ${count} bytes`, '8 bytes at most');
    const from = at + 1 + count;
    if (from > end) throw this.#cut(end, `the length of ${what}`);
    let size = 0;
    // Of 8 bytes the sum is not exact; then it is far too large.
    for (let i = at + 1; i < from; i++) size = size * 256 + bytes[i]!;
    this.at = from;
    if (from + size > end) throw this.#tooLong(at, size, what);
    return from + size;
  }

  #integerSize(what: string): number {
    const at = this.#expect(INTEGER, what);
    const end = this.#contents(what);
    const size = end - this.at;
    if (size === 0) throw corrupt(at, 'an INTEGER of 0 bytes', '1 byte or more');
    if (size > LONGEST_INTEGER) {
      throw corrupt(at, `an INTEGER of ${size} bytes`, `${LONGEST_INTEGER} at most`);
    }
    this.at = end;
    return size;
  }

  #huge(at: number, size: number): bigint {
    return BigInt.asIntN(size * 8, BigInt(`0x${this.bytes.toString('hex', at, at + size)}`));
  }

  #cut(at: number, what: string): EshmError {
    const isEnd = at >= this.bytes.length;
    return corrupt(at, isEnd ? 'the end of the message' : 'the end of a sequence', what);
  }

  #tooLong(at: number, size: number, what: string): EshmError {
    return corrupt(at, `a length of ${size} bytes`, `${Math.max(0, this.end - this.at)} at most: ${what}`);
  }
}

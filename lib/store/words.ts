/**
 * Single words of a channel's memory, by byte offset: for what is not hot. Every access is whole, or is made in an order
 * in which what a peer sees meanwhile is harmless.
 */
export interface Words {
  /** A word of 32 bits, signed. @param at - offset in bytes, a multiple of 4 */
  load(at: number): number;
  /** Stores 32 bits. */
  store(at: number, value: number): void;
  /** Stores `next` where `seen` still stands; whether it did. */
  swap(at: number, seen: number, next: number): boolean;
  /** A word of 64 bits, unsigned. @param at - offset in bytes, a multiple of 8 */
  loadLong(at: number): bigint;
  /** Stores 64 bits. */
  storeLong(at: number, value: bigint): void;
}

/** The words of mapped memory, by `Atomics`. Shows whatever is mapped there, also after another was put in its place. */
export class MappedWords implements Words {
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;

  /** @param bytes - mapped, from the start of the segment on */
  constructor(bytes: Buffer) {
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.#longs = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 3);
  }

  load(at: number): number {
    return Atomics.load(this.#words, at >>> 2);
  }

  store(at: number, value: number): void {
    Atomics.store(this.#words, at >>> 2, value);
  }

  swap(at: number, seen: number, next: number): boolean {
    return Atomics.compareExchange(this.#words, at >>> 2, seen, next) === seen;
  }

  loadLong(at: number): bigint {
    return BigInt.asUintN(64, Atomics.load(this.#longs, at >>> 3));
  }

  storeLong(at: number, value: bigint): void {
    Atomics.store(this.#longs, at >>> 3, BigInt.asIntN(64, value));
  }
}

import { readSync, writeSync } from 'node:fs';
import type { Words } from './words.js';

/** Looks at a word that moves all the time before the last one must do. */
const MAX_LOOKS = 8;

/**
 * The bytes of an open file of shared memory, read and written at offsets. Its pages are the ones that others have mapped,
 * so what is written here they see, and the other way round.
 *
 * ORDER(file-call): a call is ordered against the calls before and after it in this thread, as a system call is; within
 * a call nothing is: the kernel copies with string instructions.
 * Pairs with: loads and stores of processes that have the file mapped.
 * Else: nothing could be told from what is read first.
 * Not covered: two threads that write one file; each word has one writer.
 *
 * ORDER(file-byte): only a byte is whole. A word that is written in one call can be seen, and one that is read in one call
 * can be got, with some bytes of before and some of after (2, 4 and 8 bytes were; Linux 6.18, AMD EPYC, 2026-11).
 * So a word is believed when two reads agree, and one that others compare is changed byte by byte, each state on the way
 * harmless to them.
 * Pairs with: plain loads in C++; every read here.
 * Else: a count is seen that never was, and a reader waits for it for ever.
 * Not covered: a word that changes twice between two reads and is torn into the same value each time.
 *
 * May be used in any thread; the number of the file is the process's.
 */
export class FileBytes implements Words {
  /** Number of the open file; another is put here when the file is replaced, -1 when it is closed. */
  fd: number;
  readonly #a = Buffer.alloc(8);
  readonly #b = Buffer.alloc(8);

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Reads `length` bytes from offset `at` of the file to `target[offset]`; false where the file is shorter. */
  read(at: number, target: Uint8Array, offset: number, length: number): boolean {
    return readSync(this.fd, target, offset, length, at) === length;
  }

  /** Writes `length` bytes of `source` from `offset` on to offset `at` of the file. @throws what `fs.writeSync` throws */
  write(at: number, source: Uint8Array, offset: number, length: number): void {
    for (let done = 0; done < length; ) {
      done += writeSync(this.fd, source, offset + done, length - done, at + done);
    }
  }

  /** Writes one byte. */
  writeByte(at: number, value: number): void {
    this.#a[0] = value;
    this.write(at, this.#a, 0, 1);
  }

  load(at: number): number {
    return this.#agreed(at, 4).readInt32LE(0);
  }

  loadLong(at: number): bigint {
    return this.#agreed(at, 8).readBigUInt64LE(0);
  }

  store(at: number, value: number): void {
    this.#a.writeInt32LE(value | 0, 0);
    this.write(at, this.#a, 0, 4);
  }

  storeLong(at: number, value: bigint): void {
    this.#a.writeBigUInt64LE(BigInt.asUintN(64, value), 0);
    this.write(at, this.#a, 0, 8);
  }

  /** As in {@link Words}; between the look and the store another may come: see `file-claim`. */
  swap(at: number, seen: number, next: number): boolean {
    if (this.load(at) !== seen) return false;
    this.store(at, next);
    return true;
  }

  /** `length` bytes that were read alike twice in a row; 0 where the file is shorter. */
  #agreed(at: number, length: number): Buffer {
    let [now, before] = [this.#a, this.#b];
    this.#readOrZero(at, before, length);
    for (let looks = 1; looks < MAX_LOOKS; looks++) {
      this.#readOrZero(at, now, length);
      if (now.compare(before, 0, length, 0, length) === 0) break;
      [now, before] = [before, now];
    }
    return now;
  }

  #readOrZero(at: number, target: Buffer, length: number): void {
    if (!this.read(at, target, 0, length)) target.fill(0);
  }
}

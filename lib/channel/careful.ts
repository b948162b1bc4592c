import type { EshmError } from '../errors.js';
import type { Cursor } from './cursor.js';
import { corrupt } from './message-bytes.js';
import { MAX_COPIES } from './peek.js';
import { beginRead, retryRead } from './seqlock.js';
import type { Slot } from './slot.js';
import { type ChannelViews, DATA_SIZE } from './views.js';

/** What a read returns when there is nothing new. */
export const NO_DATA = -1;

/** There is a message, and the target is too small for it. */
export const NO_ROOM = -2;

/** Looks in one call at a writer of which it is not known where it rests. */
const MAX_LOOKS = 16;

const asItIs = (error: EshmError): EshmError => error;

/**
 * How {@link MailboxReader} reads where its hot path gives up: unknown writers, copies thrown away, messages that do not
 * fit. Shares that reader's cursor and slot; belongs to it.
 */
export class CarefulPath {
  readonly #words: Int32Array;
  readonly #cursor: Cursor;
  readonly #slot: Slot;
  readonly #maxDataSize: number;
  /** Counts the message of this `sequence` as read. */
  readonly count: (sequence: number) => void;

  /** `sequence` of the message that {@link copy} took last. */
  copied = 0;
  /** Copies thrown away because the writer was at work meanwhile. */
  retries = 0;
  /** Called with ESHM_CORRUPT for every message that is skipped; what it returns is thrown. */
  onCorrupt: (error: EshmError) => EshmError = asItIs;

  /** @param count - counts the message of this `sequence` as read */
  constructor(channel: ChannelViews, cursor: Cursor, slot: Slot, count: (sequence: number) => void) {
    this.#words = channel.words;
    this.#maxDataSize = channel.data.length;
    this.#cursor = cursor;
    this.#slot = slot;
    this.count = count;
  }

  /**
   * Reads into `target`, which has `room`: the size in bytes, {@link NO_DATA} or {@link NO_ROOM}.
   *
   * @throws {EshmError} ESHM_CORRUPT (the message is skipped)
   */
  take(target: Uint8Array, room: number): number {
    const size = this.copy(target, room);
    if (size >= 0) this.count(this.copied);
    return size;
  }

  /** As {@link take}, but the message that was copied, {@link copied}, is not counted yet. */
  copy(target: Uint8Array, room: number): number {
    const words = this.#words;
    const cursor = this.#cursor;
    let looks = cursor.sure ? 1 : MAX_LOOKS;
    for (let copies = 0; copies < MAX_COPIES; ) {
      const sequence = beginRead(words);
      if (cursor.writer[0] !== cursor.identity || !cursor.sure) {
        // Not known where this writer rests: the more of its states are met, the sooner it is.
        if (!cursor.atRest(sequence)) {
          if (--looks > 0) continue;
          return NO_DATA;
        }
        if (sequence === cursor.sequence) return NO_DATA;
      } else if ((sequence & 1) !== cursor.rest) {
        cursor.refuse(sequence);
        return NO_DATA;
      }
      copies++;
      const size = words[DATA_SIZE]! >>> 0;
      const fits = size <= room && size <= this.#maxDataSize;
      if (fits) this.#slot.copyTo(target, size);
      if (!retryRead(words, sequence)) {
        if (fits) {
          this.copied = sequence;
          return size;
        }
        if (size <= this.#maxDataSize) return NO_ROOM;
        throw this.skipped(sequence, size);
      }
      this.retries++;
    }
    return NO_DATA;
  }

  /** Passes over the message of `sequence`, whose size is impossible, and gives the error to throw. */
  skipped(sequence: number, size: number): EshmError {
    this.#cursor.skip(sequence);
    return this.onCorrupt(corrupt(size, this.#maxDataSize));
  }
}

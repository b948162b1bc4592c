import type { Window } from '../channel/index.js';
import type { WireDecoder } from '../codec/index.js';
import { type Life, type Memory, Views } from './memory.js';
import { type Accessors, foreignOf, nowhereOf } from './pool.js';
import { type AnyRecord, checkSize } from './record.js';
import { refusePromise } from './refusals.js';

/**
 * The record that an endpoint reads, as its reader looks at it: accessors over the slot, and over a copy.
 *
 * Belongs to the endpoint's thread.
 */
export class Incoming implements Window<object>, WireDecoder {
  readonly record: AnyRecord;
  readonly size: number;
  readonly copy: Uint8Array;
  /** Whether a callback of this endpoint is under way. */
  readonly busy: Life;
  readonly #onCorrupt: (error: unknown) => unknown;
  #slot: Views;
  readonly #copied: Views;
  readonly #nowhere: Views;
  /** The accessors of a look that is within no other. */
  readonly #first: Accessors;
  /** Where the accessors of this look, or of the last one, look. */
  #now: Memory;

  /**
   * @param slot - the slot, mapped; it stays where it is
   * @param busy - of the endpoint
   * @param onCorrupt - told of a message that is not this record; what it returns is thrown
   */
  constructor(record: AnyRecord, slot: Uint8Array, busy: Life, onCorrupt: (error: unknown) => unknown) {
    const { size } = record;
    this.record = record;
    this.size = size;
    this.busy = busy;
    this.#onCorrupt = onCorrupt;
    this.copy = new Uint8Array(new ArrayBuffer(size));
    this.#slot = new Views(slot.subarray(0, size));
    this.#copied = new Views(this.copy);
    this.#nowhere = nowhereOf(record);
    this.#first = foreignOf(record, 0);
    this.#now = this.#first.memory;
  }

  /** Looks at another slot from now on; never within a look. */
  moveTo(slot: Uint8Array): void {
    this.#slot = new Views(slot.subarray(0, this.size));
  }

  /** Whether a look is under way. */
  get isLooking(): boolean {
    const { now } = this.#now;
    return now === this.#slot || now === this.#copied;
  }

  begin(): object {
    const first = this.#first;
    if (first.memory.now !== this.#nowhere) return this.#lookWithin(this.#slot);
    this.busy.isAlive = true;
    first.memory.now = this.#slot;
    this.#now = first.memory;
    return first.live;
  }

  beginCopy(): object {
    return this.#lookWithin(this.#copied);
  }

  end(): void {
    this.#now.now = this.#nowhere;
    this.busy.isAlive = false;
  }

  /** As {@link begin}, also within a look at the same record, of another endpoint. */
  #lookWithin(views: Views): object {
    this.busy.isAlive = true;
    for (let depth = 0; ; depth++) {
      const { memory, live } = foreignOf(this.record, depth);
      if (memory.now !== this.#nowhere) continue;
      this.#now = memory;
      memory.now = views;
      return live;
    }
  }

  accept(size: number): void {
    try {
      checkSize(this.record, size);
    } catch (error) {
      throw this.#onCorrupt(error);
    }
    this.copy.fill(0, size);
  }

  decode(message: Buffer): unknown {
    return this.record.decode(message);
  }

  judge(value: object): void {
    refusePromise('view', value);
  }
}

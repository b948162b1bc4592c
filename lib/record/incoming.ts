import type { Window } from '../channel/index.js';
import { type Life, Views } from './memory.js';
import { type Accessors, foreignOf, nowhereOf } from './pool.js';
import { type AnyRecord, checkSize } from './record.js';
import { refusePromise } from './refusals.js';

/**
 * The record that an endpoint reads, as its reader looks at it: accessors over the slot, and over a copy.
 *
 * Belongs to the endpoint's thread.
 */
export class Incoming implements Window<object> {
  readonly record: AnyRecord;
  readonly size: number;
  readonly copy: Uint8Array;
  /** Whether a callback of this endpoint is under way. */
  readonly busy: Life;
  readonly #onCorrupt: (error: unknown) => void;
  readonly #slot: Views;
  readonly #copied: Views;
  readonly #nowhere: Views;
  /** The accessors of a look that is within no other. */
  readonly #first: Accessors;
  #now: Accessors;

  /**
   * @param slot - the slot, mapped; it stays where it is
   * @param busy - of the endpoint
   * @param onCorrupt - told of a message that is not this record, before that is thrown
   */
  constructor(record: AnyRecord, slot: Uint8Array, busy: Life, onCorrupt: (error: unknown) => void) {
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
    this.#now = this.#first;
  }

  begin(): object {
    return this.#lookAt(this.#slot);
  }

  beginCopy(): object {
    return this.#lookAt(this.#copied);
  }

  end(): void {
    const { memory } = this.#now;
    memory.life.isAlive = false;
    memory.now = this.#nowhere;
    this.busy.isAlive = false;
  }

  #lookAt(views: Views): object {
    let now = this.#first;
    if (now.memory.life.isAlive) now = this.#nested();
    this.#now = now;
    this.busy.isAlive = true;
    now.memory.now = views;
    now.memory.life.isAlive = true;
    return now.live;
  }

  /** Accessors for a look within one at the same record, of another endpoint. */
  #nested(): Accessors {
    for (let depth = 1; ; depth++) {
      const accessors = foreignOf(this.record, depth);
      if (!accessors.memory.life.isAlive) return accessors;
    }
  }

  accept(size: number): void {
    try {
      checkSize(this.record, size);
    } catch (error) {
      this.#onCorrupt(error);
      throw error;
    }
    this.copy.fill(0, size);
  }

  judge(value: object): void {
    refusePromise('view', value);
  }
}

import type { Window } from '../channel/index.js';
import { type Life, Memory } from './memory.js';
import { recordPort } from './ports.js';
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
  readonly life: Life;
  readonly inPlace: object;
  readonly copy: Uint8Array;
  readonly copied: object;
  readonly #onCorrupt: (error: unknown) => void;

  /**
   * @param slot - the slot, mapped; it stays where it is
   * @param life - of all accessors of the endpoint
   * @param onCorrupt - told of a message that is not this record, before that is thrown
   */
  constructor(record: AnyRecord, slot: Uint8Array, life: Life, onCorrupt: (error: unknown) => void) {
    const { name, size } = record;
    this.record = record;
    this.size = size;
    this.life = life;
    this.#onCorrupt = onCorrupt;
    this.copy = new Uint8Array(new ArrayBuffer(size));
    this.inPlace = recordPort(record, new Memory(slot.subarray(0, size), life, name, true), 0, name).get();
    this.copied = recordPort(record, new Memory(this.copy, life, name, true), 0, name).get();
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

import type { MailboxWriter } from '../channel/index.js';
import type { Life } from './memory.js';
import { Memory } from './memory.js';
import { recordPort } from './ports.js';
import type { AnyRecord } from './record.js';
import { refuseNesting, refusePromise } from './refusals.js';
import type { Port } from './scalars.js';

/**
 * Hot path: the record that an endpoint publishes. Accessors fill this private one, which is then written like any
 * message: no code of a user's runs while the slot is open.
 *
 * Belongs to the endpoint's thread.
 */
export class Outgoing {
  readonly record: AnyRecord;
  /** The record as it was published last, or is to be next. */
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly #life: Life = { isAlive: false };
  /** Where else a callback of this endpoint may be under way. */
  readonly #others: Life;
  readonly #live: object;
  readonly #writer: MailboxWriter;
  /** Memory for a whole value that is still to be judged. */
  readonly #given: Uint8Array;
  readonly #port: Port<object>;
  /** The record before a fill, where the slot does not have it. */
  readonly #before: Uint8Array;
  /** Where the writer was when it published {@link bytes} last. */
  #publishedAt = -1;
  #publishedIn = -1;

  /** @param others - the life of the accessors of the other direction */
  constructor(record: AnyRecord, writer: MailboxWriter, others: Life) {
    this.record = record;
    this.size = record.size;
    this.#writer = writer;
    this.#others = others;
    this.bytes = new Uint8Array(new ArrayBuffer(record.size));
    this.#given = new Uint8Array(new ArrayBuffer(record.size));
    this.#before = new Uint8Array(record.size);
    this.#live = recordPort(record, new Memory(this.bytes, this.#life, record.name), 0, record.name).get();
    const life = { isAlive: true };
    this.#port = recordPort(record, new Memory(this.#given, life, record.name), 0, record.name);
  }

  /** Whether an update is under way. */
  get life(): Life {
    return this.#life;
  }

  /**
   * Has `fill` set fields of {@link bytes}. When it throws, they are as they were before.
   *
   * @throws what `fill` throws
   * @throws {TypeError} when it returns a promise
   * @throws {EshmError} ESHM_INVALID_PARAM within another update or a view
   */
  fill(fill: (live: never) => unknown): void {
    const life = this.#life;
    if (life.isAlive || this.#others.isAlive) refuseNesting('update', life.isAlive);
    const writer = this.#writer;
    const isInSlot = writer.sequence === this.#publishedAt && writer.resyncs === this.#publishedIn;
    if (!isInSlot) this.#before.set(this.bytes);
    life.isAlive = true;
    try {
      const returned = fill(this.#live as never);
      if (typeof returned === 'object' && returned !== null) refusePromise('update', returned);
    } catch (error) {
      this.#restore(isInSlot);
      throw error;
    } finally {
      life.isAlive = false;
    }
  }

  /** Publishes {@link bytes}. */
  publish(): void {
    const writer = this.#writer;
    writer.write(this.bytes, this.size);
    this.#publishedAt = writer.sequence;
    this.#publishedIn = writer.resyncs;
  }

  /**
   * Makes {@link bytes} those of a whole value, or leaves them as they are.
   *
   * @param value - an object with all fields, or bytes that are the record already
   * @throws {TypeError | RangeError} for a value that is not the record's
   * @throws {EshmError} ESHM_INVALID_PARAM within an update or a view
   */
  set(value: unknown): void {
    if (this.#life.isAlive || this.#others.isAlive) refuseNesting('write', this.#life.isAlive);
    if (!(value instanceof Uint8Array)) {
      this.#port.set(value as never);
      this.bytes.set(this.#given);
      return;
    }
    if (value.length !== this.size) {
      throw new RangeError(
        `Cannot write ${this.record.name}: data has ${value.length} bytes, expected ${this.size} or an object with its fields`,
      );
    }
    this.bytes.set(value);
  }

  /** Undoes a fill that threw. The slot has what was there before, unless another was mapped meanwhile. */
  #restore(isInSlot: boolean): void {
    const { sequence, resyncs, slotBytes } = this.#writer;
    if (!isInSlot) this.bytes.set(this.#before);
    else if (sequence === this.#publishedAt && resyncs === this.#publishedIn) {
      this.bytes.set(slotBytes.subarray(0, this.size));
    }
  }
}

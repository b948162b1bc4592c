import { isUint8Array } from 'node:util/types';
import { type MailboxWriter, unreadable, withLength } from '../channel/index.js';
import type { WireEncoder } from '../codec/index.js';
import { judgeOf } from './judge.js';
import { type Life, ownMemory } from './memory.js';
import { type Accessors, giveBackOwn, takeOwn } from './pool.js';
import { recordPort } from './ports.js';
import type { AnyRecord } from './record.js';
import { refuseNesting, refusePromise } from './refusals.js';
import type { Port } from './scalars.js';

/** No `sequence` of a writer of ours at rest: those are even. */
const NEVER = -1;

/**
 * Hot path: the record that an endpoint publishes. Accessors fill this private one, which is then written like any
 * message: no code of a user's runs while the slot is open.
 *
 * Belongs to the endpoint's thread.
 */
export class Outgoing implements WireEncoder {
  readonly record: AnyRecord;
  /** The record as it was published last, or is to be next. */
  readonly bytes: Uint8Array;
  readonly size: number;
  /** Whether a callback of this endpoint is under way. */
  readonly #busy: Life;
  readonly #accessors: Accessors;
  readonly #life: Life;
  readonly #live: object;
  #writer: MailboxWriter;
  /** Memory for a whole value that is still to be judged. */
  readonly #given: Uint8Array;
  readonly #port: Port<object>;
  /** What a reader would refuse in {@link bytes}, and in {@link #given}; nothing, where it refuses none. */
  readonly #judge: (() => string | undefined) | undefined;
  readonly #judgeGiven: (() => string | undefined) | undefined;
  /** The record before a fill, where the slot does not have it. */
  readonly #before: Uint8Array;
  /** Where the writer was when it published {@link bytes} last; nowhere that it can be, if it has not. */
  #publishedAt = NEVER;

  readonly #channel: string;
  /** Told when a fill has failed and is over. */
  readonly #onFailed: () => void;
  /** Whether the memory is another endpoint's by now. */
  #isGivenBack = false;

  /**
   * @param busy - of the endpoint
   * @param channel - its name, for errors
   * @param onFailed - told when a fill has failed and is over, before what it threw is thrown
   */
  constructor(record: AnyRecord, writer: MailboxWriter, busy: Life, channel: string, onFailed: () => void) {
    this.record = record;
    this.#channel = channel;
    this.#onFailed = onFailed;
    this.size = record.size;
    this.#writer = writer;
    this.#busy = busy;
    this.#accessors = takeOwn(record);
    const { memory, live } = this.#accessors;
    this.#life = memory.life;
    this.#live = live;
    this.bytes = memory.now.u8;
    this.#before = new Uint8Array(record.size);
    const given = ownMemory(record.size, record.name);
    given.life.isAlive = true;
    this.#given = given.now.u8;
    this.#port = recordPort(record, given, 0, record.name);
    this.#judge = judgeOf(record, memory);
    this.#judgeGiven = judgeOf(record, given);
    this.moveTo(writer);
  }

  /** Publishes with another writer from now on; the values stay. */
  moveTo(writer: MailboxWriter): void {
    this.#writer = writer;
    this.#publishedAt = NEVER;
    writer.onResync = () => {
      this.#publishedAt = NEVER;
    };
  }

  /**
   * Has `fill` set fields of {@link bytes}. When it throws, they are as they were before.
   *
   * @throws what `fill` throws
   * @throws {RangeError} where a field then has what a reader refuses, as a closed enumeration that nobody has set
   * @throws {TypeError} when it returns a promise
   * @throws {EshmError} ESHM_INVALID_PARAM within another update or a view
   */
  fill(fill: (live: never) => unknown): void {
    const busy = this.#busy;
    const life = this.#life;
    if (busy.isAlive) refuseNesting('update');
    const isInSlot = this.#writer.sequence === this.#publishedAt;
    if (!isInSlot) this.#before.set(this.bytes);
    let returned: unknown;
    busy.isAlive = true;
    life.isAlive = true;
    try {
      returned = fill(this.#live as never);
      if (typeof returned === 'object') refusePromise('update', returned);
      if (this.#judge !== undefined) this.#refuse('update', this.#judge());
    } catch (error) {
      this.#restore(isInSlot);
      throw this.#named(error);
    }
    life.isAlive = false;
    busy.isAlive = false;
  }

  /** Publishes {@link bytes}. */
  publish(): void {
    const writer = this.#writer;
    writer.write(this.bytes, this.size);
    this.#publishedAt = writer.sequence;
  }

  /** See {@link WireEncoder}; throws as {@link set} does. */
  encode(value: unknown): Uint8Array {
    try {
      this.set(isUint8Array(value) ? withLength(value, unreadable) : value);
    } catch (error) {
      throw this.#named(error);
    }
    return this.bytes;
  }

  /**
   * Makes {@link bytes} those of a whole value, or leaves them as they are.
   *
   * @param value - an object with all fields, or bytes that are the record already
   * @throws {TypeError | RangeError} for a value that is not the record's
   * @throws {EshmError} ESHM_INVALID_PARAM within an update or a view
   */
  set(value: unknown): void {
    if (this.#busy.isAlive) refuseNesting('write');
    if (this.#isGivenBack) return;
    if (!(value instanceof Uint8Array)) {
      this.#port.set(value as never);
      // A getter of the value's may have closed the endpoint.
      if (!this.#isGivenBack) this.bytes.set(this.#given);
      return;
    }
    if (value.length !== this.size) {
      throw new RangeError(
        `Cannot write ${this.record.name}: data has ${value.length} bytes, expected ${this.size} or an object with its fields`,
      );
    }
    if (this.#judgeGiven !== undefined) {
      this.#given.set(value);
      this.#refuse('write', this.#judgeGiven());
    }
    this.bytes.set(value);
  }

  #refuse(action: string, fault: string | undefined): void {
    if (fault !== undefined) throw new RangeError(`Cannot ${action} ${fault}; our own readers refuse it`);
  }

  /** An error of this record's own, which was made where the channel is not known, with it in: `Cannot set Pose.x for 'robot'`. */
  #named(error: unknown): unknown {
    if (!(error instanceof TypeError || error instanceof RangeError)) return error;
    const { message } = error;
    const isOwn = ['set', 'write', 'update', 'find an element of'].some((action) =>
      message.startsWith(`Cannot ${action} ${this.record.name}`),
    );
    if (isOwn) error.message = message.replace(/^[^:']*(?=: )/, (what) => `${what} for '${this.#channel}'`);
    return error;
  }

  /** Lets another endpoint have the memory: this one is closed. */
  giveBack(): void {
    if (this.#isGivenBack || this.#busy.isAlive) return;
    this.#isGivenBack = true;
    giveBackOwn(this.record, this.#accessors);
  }

  /** Undoes a fill that threw. The slot has what was there before, unless another was mapped within the fill. */
  #restore(wasInSlot: boolean): void {
    this.#life.isAlive = false;
    const { sequence, slotBytes } = this.#writer;
    if (!wasInSlot) this.bytes.set(this.#before);
    else if (sequence === this.#publishedAt) this.bytes.set(slotBytes.subarray(0, this.size));
    this.#busy.isAlive = false;
    this.#onFailed();
  }
}

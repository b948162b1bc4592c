import { checkOptions, checkSignal, checkWake, type Wake } from '../checks/index.js';
import type { WaitManner } from './condition.js';

/** A message with what is known about it. */
export interface Message<Data> {
  /** The message: a copy of its bytes, or its text where the endpoint has an encoding. */
  readonly data: Data;
  /** Its number: the messages its writer had written with it, in this segment. Exact up to 2^53. */
  readonly count: number;
  /** Messages that were overwritten unread between the one before and this one. */
  readonly missed: number;
  /** `masterGeneration` of the segment as it was read: it changes when a master takes over or is replaced. */
  readonly generation: number;
}

/** Options of {@link Eshm.messages} and {@link Eshm.readable}. */
export interface MessagesOptions {
  /** Ends the iteration: the loop throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** What waiting costs and how late a message may come; `'balanced'` by default. */
  readonly wake?: Wake | undefined;
}

const KNOWN: Readonly<Record<keyof MessagesOptions, true>> = { signal: true, wake: true };

/** Ends a wait and the iteration with it, without an error; never seen outside. */
export const LEFT = Symbol('left');

/** Whom an iterator reads from: one holder at a time. */
export interface MessageSource<Data> {
  /** The next message for `holder`, without a limit of time; as `AsyncReader` has it. */
  next<T>(holder: object, manner: WaitManner, wrap: (data: Data) => T): Promise<T>;
  /** Lets others read again, and ends the wait of `holder` with `reason` if it is waiting. */
  release(holder: object, reason?: unknown): void;
}

/**
 * The messages of an endpoint, one after the other, without a limit of time. Lives through a reconnect and passes over
 * what is corrupt; ends with the error that closed the endpoint or made it give up. Holds the endpoint's claim to read
 * from the first `next()` on.
 *
 * Belongs to the endpoint's thread.
 */
export class MessageIterator<Data, Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #reader: MessageSource<Data>;
  readonly #wrap: (data: Data) => Item;
  readonly #manner: WaitManner;
  #left = false;
  /** The call of {@link next} that was made last, while it is waiting. */
  #last: Promise<unknown> | undefined;

  /**
   * @param wrap - what to yield for a message; called while the reader's counters are those of this message
   * @throws {TypeError} for wrong options
   */
  constructor(reader: MessageSource<Data>, options: MessagesOptions, wrap: (data: Data) => Item) {
    this.#reader = reader;
    this.#wrap = wrap;
    const { signal, wake } = checkOptions('read messages', options, KNOWN);
    this.#manner = { signal: checkSignal('read messages', signal), wake: checkWake('read messages', wake) };
  }

  /** The next message; calls that overlap queue in order. Rejects as a read does; after that another reader may come. */
  next(): Promise<IteratorResult<Item, undefined>> {
    const take = () => this.#take();
    const next = this.#last === undefined ? take() : this.#last.then(take, take);
    this.#last = next;
    const settled = () => {
      if (this.#last === next) this.#last = undefined;
    };
    next.then(settled, settled);
    return next;
  }

  async #take(): Promise<IteratorResult<Item, undefined>> {
    if (this.#left) return { done: true, value: undefined };
    try {
      return { done: false, value: await this.#reader.next(this, this.#manner, this.#wrap) };
    } catch (error) {
      if (error === LEFT) return { done: true, value: undefined };
      this.#reader.release(this);
      throw error;
    }
  }

  /** Ends the iteration, also a `next()` that is waiting. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.#left = true;
    this.#reader.release(this, LEFT);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

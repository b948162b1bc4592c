import { EventEmitter } from 'node:events';
import type { EshmError } from './errors.js';
import type { Reconnection } from './session/index.js';
import type { ShmKind } from './store/index.js';

/** What an endpoint tells, on the event loop, after the fact. */
export interface EshmEvents {
  /** The other side has not beaten for the stale threshold. */
  stale: [];
  /** The same peer beats again. */
  recovered: [];
  /** This slave looks for a new master. */
  reconnecting: [];
  /** This slave has a new master. */
  reconnected: [reconnection: Reconnection];
  /**
   * It is decided in which kind of memory this endpoint is: a slave has come to one of the two places of a master with
   * `shm: 'auto'`, or this slave has found its master in the other kind.
   */
  joined: [kind: ShmKind];
  /**
   * This slave has stopped looking, or another has taken the role of this endpoint: in its memory, or, while this master has
   * no live slave, with memory of its own under the name, which is seen within a second. It can only be closed.
   */
  disconnected: [];
  /** The endpoint was closed. */
  closed: [];
  /** A read found that so many messages had been overwritten unread before it. */
  missed: [messages: number];
  /**
   * A read met a message that cannot be taken: ESHM_CORRUPT. Whatever the read does about it: `read`, `tryRead` and the
   * like throw the same error, loops and streams pass over the message.
   */
  corrupt: [error: EshmError];
}

/**
 * Node's EventEmitter for these events and no others: another name, and a listener that takes something else, do not
 * compile.
 *
 * @typeParam Events - what each event brings, by its name
 */
export interface Emitter<Events extends Record<keyof Events, readonly unknown[]>> extends EventEmitter {
  /**
   * Calls `listener` at each `event` from now on.
   *
   * @param event - its name
   * @param listener - takes what the event brings
   */
  on<E extends string & keyof Events>(event: E, listener: (...details: Events[E]) => void): this;
  /**
   * Calls `listener` at the next `event` only.
   *
   * @param event - its name
   * @param listener - takes what the event brings
   */
  once<E extends string & keyof Events>(event: E, listener: (...details: Events[E]) => void): this;
  /**
   * Stops calling `listener` at `event`.
   *
   * @param event - its name
   * @param listener - as it was given to {@link on}
   */
  off<E extends string & keyof Events>(event: E, listener: (...details: Events[E]) => void): this;
  /**
   * {@link on}.
   *
   * @hidden
   */
  addListener<E extends string & keyof Events>(event: E, listener: (...details: Events[E]) => void): this;
  /**
   * {@link off}.
   *
   * @hidden
   */
  removeListener<E extends string & keyof Events>(event: E, listener: (...details: Events[E]) => void): this;
  /**
   * {@link on}, before the listeners that are there.
   *
   * @hidden
   */
  prependListener<E extends string & keyof Events>(event: E, listener: (...details: Events[E]) => void): this;
  /**
   * {@link once}, before the listeners that are there.
   *
   * @hidden
   */
  prependOnceListener<E extends string & keyof Events>(
    event: E,
    listener: (...details: Events[E]) => void,
  ): this;
  /**
   * Calls the listeners of `event`, at once; returns whether there are any.
   *
   * @hidden
   */
  emit<E extends string & keyof Events>(event: E, ...details: Events[E]): boolean;
  /**
   * How many listen to `event`.
   *
   * @hidden
   */
  listenerCount(event: string & keyof Events): number;
  /**
   * Ends all listening, to `event` or to all.
   *
   * @hidden
   */
  removeAllListeners(event?: string & keyof Events): this;
}

/** EventEmitter as it is; only its type is narrower. */
export const EmitterBase = EventEmitter as unknown as new <
  Events extends Record<keyof Events, readonly unknown[]>,
>() => Emitter<Events>;

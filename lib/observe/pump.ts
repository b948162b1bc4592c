import { LEFT, type MessageSource, type WaitManner } from '../async/index.js';
import { EshmError } from '../errors.js';
import type { Lane } from './lane.js';
import type { ObservedMessage } from './observed.js';

type Seen = ObservedMessage<unknown>;

/** Somebody who waits for a message. */
interface Pending {
  readonly resolve: (message: Seen) => void;
  readonly reject: (reason: unknown) => void;
}

/** Ends a lane's wait while nobody asks for messages, or because something else is attached; never seen outside. */
export const SUSPENDED = Symbol('suspended');

/**
 * One sequence of what all lanes see, in the order in which it is seen. Each lane looks only while somebody waits for a
 * message, and holds one at most: what is written meanwhile is missed, and the next message says so.
 *
 * Belongs to the observer's thread.
 */
export class Pump implements MessageSource<Seen> {
  readonly #lanes: readonly Lane[];
  readonly #wake: WaitManner['wake'];
  readonly #onNeed: (isNeeded: boolean) => void;
  #held: Seen[] = [];
  #holder: object | undefined;
  #pending: Pending | undefined;
  /** Where to begin to look: behind the lane that had a message last. */
  #next = 0;
  #isResting = false;
  #end: { readonly reason: unknown } | undefined;

  /** @param onNeed - told when somebody begins to wait and when that is over */
  constructor(lanes: readonly Lane[], wake: WaitManner['wake'], onNeed: (isNeeded: boolean) => void) {
    this.#lanes = lanes;
    this.#wake = wake;
    this.#onNeed = onNeed;
  }

  next<T>(holder: object, _manner: WaitManner, wrap: (message: Seen) => T): Promise<T> {
    if ((this.#holder ?? holder) !== holder) return Promise.reject(takenError());
    this.#holder = holder;
    const held = this.#held.shift();
    if (held !== undefined) return Promise.resolve(wrap(held));
    if (this.#end !== undefined) return Promise.reject(this.#end.reason);
    try {
      const seen = this.#tryAtOnce();
      if (seen !== undefined) return Promise.resolve(wrap(seen));
    } catch (error) {
      return Promise.reject(error);
    }
    return new Promise<Seen>((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.startLanes();
      this.#onNeed(true);
    }).then(wrap);
  }

  release(holder: object, reason?: unknown): void {
    if (this.#holder !== holder) return;
    this.#holder = undefined;
    this.#settle((pending) => pending.reject(reason));
    this.#suspendAll();
  }

  /** Has the lanes that are attached and idle wait, where somebody waits. */
  startLanes(): void {
    if (this.#pending === undefined) return;
    for (const lane of this.#lanes) {
      if (!lane.isIdle) continue;
      lane.start(this.#wake).then(
        (message) => this.#take(message),
        (error) => {
          if (error !== SUSPENDED) this.#settle((pending) => pending.reject(error));
        },
      );
    }
  }

  /** Takes the last message of a lane whose memory has lost its name, where somebody reads. */
  drain(lane: Lane): void {
    if (this.#holder === undefined) return;
    lane.suspend(SUSPENDED);
    const message = lane.look();
    if (message !== undefined) this.#take(message);
  }

  /** Ends the waits, also those to come: with `reason`, or as a loop that is over. */
  end(reason: unknown = LEFT): void {
    this.#end ??= { reason };
    this.#suspendAll();
    this.#settle((pending) => pending.reject(reason));
  }

  #tryAtOnce(): Seen | undefined {
    const lanes = this.#lanes;
    for (let tries = 0; tries < lanes.length; tries++) {
      const at = (this.#next + tries) % lanes.length;
      const lane = lanes[at]!;
      if (!lane.isIdle) continue;
      const seen = lane.tryAtOnce();
      if (seen === undefined) continue;
      this.#next = at + 1;
      this.#rest();
      return seen;
    }
    return undefined;
  }

  #take(message: Seen): void {
    if (this.#pending === undefined) this.#held.push(message);
    else this.#settle((pending) => pending.resolve(message));
  }

  #settle(act: (pending: Pending) => void): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#onNeed(false);
    act(pending);
    this.#rest();
  }

  /** Lets the lanes rest from the next turn of the event loop on, unless somebody waits again by then. */
  #rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      if (this.#pending === undefined) this.#suspendAll();
    });
  }

  #suspendAll(): void {
    for (const lane of this.#lanes) lane.suspend(SUSPENDED);
  }
}

function takenError(): EshmError {
  return new EshmError(
    'ESHM_INVALID_PARAM',
    'Cannot observe: another loop reads from this observer, expected one at a time; make another observer',
  );
}

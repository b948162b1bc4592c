import type { Role } from '../header/index.js';
import { sleepSync } from '../idle/index.js';
import type { Store } from '../store/index.js';
import { Graveyard } from './graveyard.js';
import { Keeper } from './keeper.js';
import { Global, MAX_ROWS, ROW_WORDS, Row, rowAt, storeAddress } from './table.js';

/** What the worker must know about an endpoint. */
export interface Registration {
  readonly role: Role;
  /** Whether it only looks, as if it had the role: the worker then stores nothing in the memory. */
  readonly isObserver: boolean;
  /** The memory. It stays mapped, or open, until {@link Heartbeat.leave} has returned. */
  readonly store: Pick<Store, 'address' | 'file' | 'id'>;
  /** Bytes in one slot of the channel. */
  readonly maxDataSize: number;
  /** The role's identity in the header while it is this endpoint. */
  readonly mark: number;
  /** Whether the mark was there before the start: see {@link Place.isNamesake}. */
  readonly isNamesake: boolean;
  /** One of `Peer`: what to believe about the other side until it is seen. */
  readonly peer: number;
  /** Whether a peer that was never seen is no loss. */
  readonly mayBeAbsent: boolean;
  /**
   * Called on the owner's event loop when the other side went stale, recovered or was started anew, and when a word
   * moved that `Watch.arm` was asked to watch.
   */
  readonly onChange: () => void;
}

/** How long an ending endpoint waits for a worker in the middle of a pass, in ms. A pass takes microseconds. */
const LEAVE_TIMEOUT_MS = 1000;

/**
 * The heartbeat worker of this thread, as its owner sees it. It starts with the first endpoint and never keeps the
 * process alive. A program with endpoints in one thread has one; a worker thread with endpoints has its own, which
 * ends with it.
 */
class Heartbeat extends Keeper {
  /** The same, for the words of 64 bits in it. */
  readonly longs = new BigInt64Array(this.table.buffer);
  readonly doubles = new Float64Array(this.table.buffer);
  /** For what {@link leave} could not wait for. */
  readonly graveyard = new Graveyard(this.table);
  readonly #listeners: ((() => void) | undefined)[] = [];
  #registrations = 0;

  protected override hear(row: number): void {
    this.#listeners[row]?.();
  }

  protected override get isNeeded(): boolean {
    return this.#listeners.some((listener) => listener !== undefined);
  }

  /** Beats for an endpoint from now on; returns its row. */
  join(registration: Registration): number {
    const row = this.#freeRow();
    const { table } = this;
    const at = rowAt(row);
    const { store } = registration;
    table.fill(0, at, at + ROW_WORDS);
    storeAddress(table, at, store.address);
    table[at + Row.file] = (store.file?.fd ?? -1) + 1;
    table[at + Row.maxDataSize] = registration.maxDataSize;
    table[at + Row.isMaster] = registration.role === 'master' ? 1 : 0;
    table[at + Row.isObserver] = registration.isObserver ? 1 : 0;
    table[at + Row.ownMark] = registration.mark;
    table[at + Row.isNamesake] = registration.isNamesake ? 1 : 0;
    table[at + Row.segment] = store.id;
    table[at + Row.peer] = registration.peer;
    table[at + Row.mayBeAbsent] = registration.mayBeAbsent ? 1 : 0;
    this.overtakeOthers(row);
    this.#listeners[row] = registration.onChange;
    this.#registrations = (this.#registrations + 1) & 0x7fffffff || 1;
    // ORDER(join): the row is complete before its registration shows.
    // Pairs with: the load of the registration in pass().
    // Else: the worker beats at the address of the row's last user.
    // Not covered: nothing.
    Atomics.store(table, at + Row.registration, this.#registrations);
    if (row >= Atomics.load(table, Global.rows)) Atomics.store(table, Global.rows, row + 1);
    this.begin();
    this.wake();
    this.graveyard.visit();
    return row;
  }

  /**
   * Stops beating for the endpoint in `row`.
   *
   * @returns whether the worker is certain not to touch the address again; `false` when it did not finish a pass in
   * {@link LEAVE_TIMEOUT_MS}, as under a debugger: what is mapped there is for the {@link graveyard} then
   */
  leave(row: number): boolean {
    const { table } = this;
    Atomics.store(table, rowAt(row) + Row.registration, 0);
    this.#listeners[row] = undefined;
    const passes = Atomics.load(table, Global.passes);
    if ((passes & 1) === 0 || !this.isRunning) return true;
    const deadline = performance.now() + LEAVE_TIMEOUT_MS;
    while (Atomics.load(table, Global.passes) === passes) {
      if (performance.now() > deadline) return false;
      sleepSync(0.05);
    }
    return true;
  }

  /** Lets the worker make a pass at once. */
  wake(): void {
    Atomics.add(this.table, Global.wake, 1);
    Atomics.notify(this.table, Global.wake);
  }

  /** Of one thread's endpoints with one role in one segment the last to start has it; nobody need wait for a beat. */
  overtakeOthers(row: number): void {
    const { table } = this;
    const at = rowAt(row);
    if (table[at + Row.isObserver] === 1) return;
    for (const [other, listener] of this.#listeners.entries()) {
      const from = rowAt(other);
      const isSame =
        listener !== undefined &&
        other !== row &&
        table[from + Row.segment] === table[at + Row.segment] &&
        (table[from + Row.file] === 0) === (table[at + Row.file] === 0) &&
        table[from + Row.isMaster] === table[at + Row.isMaster] &&
        table[from + Row.isObserver] === 0;
      if (isSame) Atomics.store(table, from + Row.overtaken, 1);
    }
  }

  #freeRow(): number {
    for (let row = 0; row < MAX_ROWS; row++) if (this.#listeners[row] === undefined) return row;
    throw new RangeError(`Cannot open: this thread has ${MAX_ROWS} endpoints already, expected fewer`);
  }
}

/** This thread's heartbeat. */
export const heartbeat = new Heartbeat();

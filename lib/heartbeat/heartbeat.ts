import type { Role } from '../header/index.js';
import { type Steps, sleepSync } from '../idle/index.js';
import type { Store } from '../store/index.js';
import { Graveyard } from './graveyard.js';
import { Keeper } from './keeper.js';
import { createTable, Global, MAX_SLOTS, SLOT_WORDS, Slot, slotAt, storeAddress } from './table.js';

/** What the worker must know about an endpoint. */
export interface Registration {
  readonly role: Role;
  /** Whether it only looks, as if it had the role: the worker then stores nothing in the memory. */
  readonly isObserver: boolean;
  /** The memory. It stays mapped, or open, until {@link Heartbeat.leave} has returned. */
  readonly store: Pick<Store, 'address' | 'file' | 'id'>;
  /** Bytes in one slot. */
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
class Heartbeat {
  readonly table = createTable();
  /** The same, for the words of 64 bits in it. */
  readonly longs = new BigInt64Array(this.table.buffer);
  readonly doubles = new Float64Array(this.table.buffer);
  /** For what {@link leave} could not wait for. */
  readonly graveyard = new Graveyard(this.table);
  readonly #listeners: ((() => void) | undefined)[] = [];
  readonly #keeper = new Keeper(this.table, {
    hear: (slot) => this.#listeners[slot]?.(),
    isNeeded: () => this.#listeners.some((listener) => listener !== undefined),
  });
  #registrations = 0;

  /** Starts the worker if there is none; returns at once. It makes its first pass some 25 ms later. */
  begin(): void {
    this.#keeper.begin();
  }

  /**
   * Starts the worker if it does not run, and waits for its first pass. To be gone through before a role is marked
   * alive: from its mark on, an endpoint that does not beat uses up the peer's stale threshold.
   *
   * @throws {EshmError} ESHM_UNSUPPORTED as soon as it is known that it cannot start; ESHM_TIMEOUT when it makes no pass
   * in 10 s
   */
  starting(): Steps<void> {
    return this.#keeper.starting();
  }

  /** Beats for an endpoint from now on; returns its slot. */
  join(registration: Registration): number {
    const slot = this.#freeSlot();
    const { table } = this;
    const at = slotAt(slot);
    const { store } = registration;
    table.fill(0, at, at + SLOT_WORDS);
    storeAddress(table, at, store.address);
    table[at + Slot.file] = (store.file?.fd ?? -1) + 1;
    table[at + Slot.maxDataSize] = registration.maxDataSize;
    table[at + Slot.isMaster] = registration.role === 'master' ? 1 : 0;
    table[at + Slot.isObserver] = registration.isObserver ? 1 : 0;
    table[at + Slot.ownMark] = registration.mark;
    table[at + Slot.isNamesake] = registration.isNamesake ? 1 : 0;
    table[at + Slot.segment] = store.id;
    table[at + Slot.peer] = registration.peer;
    table[at + Slot.mayBeAbsent] = registration.mayBeAbsent ? 1 : 0;
    this.overtakeOthers(slot);
    this.#listeners[slot] = registration.onChange;
    this.#registrations = (this.#registrations + 1) & 0x7fffffff || 1;
    // ORDER(join): the slot is complete before its registration shows.
    // Pairs with: the load of the registration in pass().
    // Else: the worker beats at the address of the slot's last user.
    // Not covered: nothing.
    Atomics.store(table, at + Slot.registration, this.#registrations);
    if (slot >= Atomics.load(table, Global.slots)) Atomics.store(table, Global.slots, slot + 1);
    this.begin();
    this.wake();
    this.graveyard.visit();
    return slot;
  }

  /**
   * Stops beating for the endpoint in `slot`.
   *
   * @returns whether the worker is certain not to touch the address again; `false` when it did not finish a pass in
   * {@link LEAVE_TIMEOUT_MS}, as under a debugger: what is mapped there is for the {@link graveyard} then
   */
  leave(slot: number): boolean {
    const { table } = this;
    Atomics.store(table, slotAt(slot) + Slot.registration, 0);
    this.#listeners[slot] = undefined;
    const passes = Atomics.load(table, Global.passes);
    if ((passes & 1) === 0 || !this.#keeper.isRunning) return true;
    const deadline = performance.now() + LEAVE_TIMEOUT_MS;
    while (Atomics.load(table, Global.passes) === passes) {
      if (performance.now() > deadline) return false;
      sleepSync(0.05);
    }
    return true;
  }

  /** Keeps the event loop alive until {@link release}: somebody is parked. Calls are counted. */
  hold(): void {
    this.#keeper.hold();
  }

  /** Takes back one {@link hold}. */
  release(): void {
    this.#keeper.release();
  }

  /** Lets the worker make a pass at once. */
  wake(): void {
    Atomics.add(this.table, Global.wake, 1);
    Atomics.notify(this.table, Global.wake);
  }

  /** Of one thread's endpoints with one role in one segment the last to start has it; nobody need wait for a beat. */
  overtakeOthers(slot: number): void {
    const { table } = this;
    const at = slotAt(slot);
    if (table[at + Slot.isObserver] === 1) return;
    for (const [other, listener] of this.#listeners.entries()) {
      const from = slotAt(other);
      const isSame =
        listener !== undefined &&
        other !== slot &&
        table[from + Slot.segment] === table[at + Slot.segment] &&
        (table[from + Slot.file] === 0) === (table[at + Slot.file] === 0) &&
        table[from + Slot.isMaster] === table[at + Slot.isMaster] &&
        table[from + Slot.isObserver] === 0;
      if (isSame) Atomics.store(table, from + Slot.overtaken, 1);
    }
  }

  #freeSlot(): number {
    for (let slot = 0; slot < MAX_SLOTS; slot++) if (this.#listeners[slot] === undefined) return slot;
    throw new RangeError(`Cannot open: this thread has ${MAX_SLOTS} endpoints already, expected fewer`);
  }
}

/** This thread's heartbeat. */
export const heartbeat = new Heartbeat();

import { Global } from './table.js';

/** Pause between two looks whether the worker has finished its pass, in ms. */
const LOOK_INTERVAL_MS = 100;

/** What is to be unmapped once the worker has left `pass`. */
interface Grave {
  readonly pass: number;
  readonly bury: () => void;
}

/**
 * Memory that the worker may still touch, because its owner could not wait for the end of a pass: it stays until that
 * pass is over. Belongs to the owner's thread.
 */
export class Graveyard {
  readonly #table: Int32Array;
  #graves: Grave[] = [];

  /** @param table - of the heartbeat worker */
  constructor(table: Int32Array) {
    this.#table = table;
  }

  /**
   * Calls `bury` once the pass that is under way is over: from the event loop, or from {@link visit}. Keeps nothing
   * alive; what is not buried when the process ends is the kernel's.
   */
  add(bury: () => void): void {
    if (this.#graves.push({ pass: Atomics.load(this.#table, Global.passes), bury }) === 1) this.#visitLater();
  }

  /** Buries what can be buried by now. */
  visit(): void {
    if (this.#graves.length === 0) return;
    // ORDER(bury): the address was out of the table before `pass` was loaded, so a pass after it does not know it.
    // Pairs with: pass() in the worker, which counts its start before it reads the table, and its end after.
    // Else: the worker beats at an address that is no longer mapped, which kills the process.
    // Not covered: 2^31 passes between two looks.
    const pass = Atomics.load(this.#table, Global.passes);
    const isDue = (grave: Grave) => grave.pass !== pass || (grave.pass & 1) === 0;
    const due = this.#graves.filter(isDue);
    this.#graves = this.#graves.filter((grave) => !isDue(grave));
    for (const { bury } of due) bury();
  }

  #visitLater(): void {
    setTimeout(() => {
      this.visit();
      if (this.#graves.length > 0) this.#visitLater();
    }, LOOK_INTERVAL_MS).unref();
  }
}

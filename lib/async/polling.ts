import type { WaitManner } from './condition.js';
import { PollBudget } from './poll-budget.js';
import { ShortWaits } from './short-waits.js';

/**
 * Looks made in one go before the event loop gets its turn: some five microseconds. A turn allocates, and with a quarter
 * of the looks the collecting of it took 160 to 190 ms of two seconds at 10,000 messages a second, not 45, and every
 * collection costs messages; a round trip took 2.7 microseconds, not 1.1 (Node 20.20, 2026-11).
 */
const LOOKS_PER_TURN = 256;

/** Asked for between two looks of a wait that naps while it polls, in ms; the kernel's timer slack adds to it. */
const NAPS_MS = { balanced: 0.1, close: 0.05 } as const;

/**
 * Longest time that a close wait polls, in ms: what two machines need to answer each other over a network. A look costs
 * it a third of what it costs an eager one.
 */
const CLOSE_POLL_MS = 4;

/**
 * A balanced wait looks without a pause for this long, in ms: where two ends answer each other and both sleep between
 * looks, an answer soon comes within this time, and from then on neither sleeps.
 */
const SPIN_MS = 0.02;

/**
 * Whether and how a wait polls before it parks, by its manner and by how long the waits before it took.
 *
 * Belongs to one kind of wait of one endpoint. Durations in ms.
 */
export class Polling {
  readonly #budget = new PollBudget();
  readonly #shortWaits = new ShortWaits();
  #wake: WaitManner['wake'] = 'balanced';

  /** A wait of this manner begins: how long it may poll, 0 where it is to park at once. */
  begin(wake: WaitManner['wake']): number {
    this.#wake = wake;
    switch (wake) {
      case 'eager':
        return this.#budget.take();
      case 'close':
        return this.#budget.take(CLOSE_POLL_MS);
      case 'balanced':
        return this.#shortWaits.take();
      case 'lazy':
        return 0;
    }
  }

  /** Whether messages come so quickly that nothing is to be learned of when. */
  get isQuick(): boolean {
    return this.#shortWaits.areQuick;
  }

  /** Looks to make in one go. Behind each nap there are many: one alone meets a writer that never pauses at work. */
  get looksPerTurn(): number {
    if (this.#wake === 'close') return LOOKS_PER_TURN;
    const isQuick = this.#wake === 'balanced' ? this.isQuick : this.#budget.eager;
    return isQuick ? LOOKS_PER_TURN : 1;
  }

  /**
   * For how long to give the core away before the next look; 0 where the wait is to look again at once.
   *
   * @param isDue - the message is expected about now
   */
  napMs(waitedMs: number, isDue: boolean): number {
    if (this.#wake === 'close') return NAPS_MS.close;
    if (this.#wake !== 'balanced') return 0;
    return isDue || (this.#shortWaits.allowNaps && waitedMs >= SPIN_MS) ? NAPS_MS.balanced : 0;
  }

  /** The wait parks. */
  gaveUp(): void {
    this.#budget.gaveUp();
  }

  /** The wait is over after `waitedMs`; `hasPolled`: without having parked. */
  took(waitedMs: number, hasPolled: boolean): void {
    if (hasPolled) this.#budget.found(waitedMs);
    this.#shortWaits.took(waitedMs);
  }
}

import type { MailboxReader } from '../channel/index.js';
import { Armed, type Pace, type Watch } from '../heartbeat/index.js';

/** Wakes in a row that find an unfinished write before the reader waits for a change instead: 100 ms. */
const LONGEST_DOUBT_WAKES = 100;

/**
 * Has the heartbeat worker watch for a message. A slot that stands at an unfinished write is looked at with every pass
 * of the worker for a while; a writer that stands still in it for longer wakes the wait when it goes on, even if only
 * to count.
 *
 * Belongs to one kind of wait of one reader.
 */
export class Doubts {
  #doubts = 0;

  /** Something has changed: an unfinished write may be another one. */
  reset(): void {
    this.#doubts = 0;
  }

  /** As `Condition.arm`, for the message that `reader` does not have yet. */
  arm({ reader, watch }: { readonly reader: MailboxReader; readonly watch: Watch }, pace: Pace): boolean {
    const current = reader.currentSequence;
    if (reader.restingSequence === current) return watch.arm(Armed.message, current, pace);
    this.#doubts++;
    if (this.#doubts <= LONGEST_DOUBT_WAKES) return watch.arm(Armed.message, ~current, pace);
    // A message that is published may become readable by its count alone.
    watch.armCounted(reader.currentWrites);
    return watch.arm(Armed.message, current, pace);
  }
}

/** A listener that can be taken off again. */
export interface Listening {
  stop(): void;
}

/**
 * Many that wait for one signal, with one listener on it: Node warns of a leak at the eleventh, and a queue of messages
 * that are all sent with the same signal is none. Belongs to its thread.
 */
export class Signals {
  readonly #waiting = new Map<AbortSignal, Set<() => void>>();

  /** Calls `act` once when `signal` aborts, in the order in which they came. It has not aborted yet. */
  listen(signal: AbortSignal, act: () => void): Listening {
    let waiting = this.#waiting.get(signal);
    if (waiting === undefined) {
      waiting = new Set();
      this.#waiting.set(signal, waiting);
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    const own = () => act();
    waiting.add(own);
    return { stop: () => this.#stop(signal, own) };
  }

  #stop(signal: AbortSignal, own: () => void): void {
    const waiting = this.#waiting.get(signal);
    if (waiting === undefined || !waiting.delete(own) || waiting.size > 0) return;
    this.#waiting.delete(signal);
    signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = ({ target }: Event): void => {
    const waiting = this.#waiting.get(target as AbortSignal);
    this.#waiting.delete(target as AbortSignal);
    for (const act of waiting ?? []) act();
  };
}

import type { RestFinder } from '../channel/index.js';
import { Row } from './table.js';

/** Numbers of questions: never the same twice in a row, never 0. */
let lastQuestion = 0;

/**
 * A reader's way to ask the heartbeat worker where the writer of its channel rests. Belongs to the reader's thread.
 */
export class HeartbeatRest implements RestFinder {
  readonly #table: Int32Array;
  readonly #at: number;
  #question = 0;

  /** @param at - index of the endpoint's row in the table */
  constructor(table: Int32Array, at: number) {
    this.#table = table;
    this.#at = at;
  }

  of(identity: number): number | undefined {
    const table = this.#table;
    if (this.#question === 0) {
      lastQuestion = (lastQuestion + 1) & 0x7fffffff || 1;
      this.#question = lastQuestion;
      Atomics.store(table, this.#at + Row.restAsked, this.#question);
      return undefined;
    }
    if (Atomics.load(table, this.#at + Row.restFound) !== this.#question) return undefined;
    if (table[this.#at + Row.restOf] === identity) return table[this.#at + Row.rest]!;
    this.#question = 0;
    return undefined;
  }

  get isGuess(): boolean {
    return this.#table[this.#at + Row.restIsGuess] === 1;
  }

  takeBack(): void {
    if (this.#question === 0) return;
    this.#question = 0;
    Atomics.store(this.#table, this.#at + Row.restAsked, 0);
  }
}

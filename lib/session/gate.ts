/** No news is ever this. */
const SHUT = -1;

/**
 * Hot path: tells with one load whether an operation may go ahead without a second look at the session.
 *
 * Belongs to the endpoint's thread; the heartbeat worker changes the word it looks at whenever there is news.
 */
export class Gate {
  // First values give the fields their kinds; see MailboxWriter.
  /** One word, so that the index is a constant. */
  #words: Int32Array = new Int32Array(1);
  #heard = SHUT;

  /** Whether nothing has happened since {@link open}. */
  get isOpen(): boolean {
    return this.#words[0] === this.#heard;
  }

  /** The news word as it stands. */
  get news(): number {
    return Atomics.load(this.#words, 0);
  }

  /** Looks at word `at` of `words` from now on: never negative, another number after every piece of news. */
  watch(words: Int32Array, at: number): void {
    this.#words = new Int32Array(words.buffer, words.byteOffset + 4 * at, 1);
  }

  /** Lets operations pass until there is news beyond `heard`. */
  open(heard: number): void {
    this.#heard = heard;
  }

  /** Sends every operation to the session first. */
  shut(): void {
    this.#heard = SHUT;
  }
}

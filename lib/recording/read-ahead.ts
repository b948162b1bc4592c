/** Messages and bytes that are read ahead at most: some seconds of most recordings. */
const MOST_MESSAGES = 4096;
const MOST_BYTES = 2 ** 26;

/**
 * Reads ahead, so that whoever takes messages in time does not wait for a disk.
 *
 * Belongs to one reader.
 */
export class ReadAhead<T extends { readonly data: Uint8Array }> {
  readonly #source: AsyncIterator<T, void>;
  #queue: T[] = [];
  #next = 0;
  #bytes = 0;
  #filling: Promise<void> | undefined;
  #isOver = false;
  #error: unknown;

  constructor(source: AsyncIterable<T>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * The next one; `undefined` behind the last.
   *
   * @throws what the source throws, behind what came before it
   */
  async take(): Promise<T | undefined> {
    while (this.#next === this.#queue.length) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#isOver) return undefined;
      this.#queue = [];
      this.#next = 0;
      this.#filling ??= this.#fill();
      await this.#oneMore();
    }
    const found = this.#queue[this.#next++]!;
    this.#bytes -= found.data.length;
    // Half of it is read again while the other half is taken.
    if (this.#length < MOST_MESSAGES / 2 && this.#bytes < MOST_BYTES / 2) this.#filling ??= this.#fill();
    if (this.#next >= MOST_MESSAGES) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    return found;
  }

  /** Reads no more. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#filling;
    await this.#source.return?.();
  }

  get #length(): number {
    return this.#queue.length - this.#next;
  }

  async #oneMore(): Promise<void> {
    while (this.#length === 0 && this.#filling !== undefined) {
      await Promise.race([this.#filling, new Promise((resolve) => setImmediate(resolve))]);
    }
  }

  async #fill(): Promise<void> {
    try {
      while (!this.#isOver && this.#length < MOST_MESSAGES && this.#bytes < MOST_BYTES) {
        const { done, value } = await this.#source.next();
        if (done) {
          this.#isOver = true;
        } else {
          this.#queue.push(value);
          this.#bytes += value.data.length;
        }
      }
    } catch (error) {
      this.#error = error;
    } finally {
      this.#filling = undefined;
    }
  }
}

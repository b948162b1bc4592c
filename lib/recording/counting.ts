/** What a message is within its direction. */
export interface Numbered {
  readonly count: number;
  readonly missed: number;
}

const SEQUENCES = 2 ** 32;

/**
 * What follows from the sequences of one direction: the count of each message, of which its sequence has the lowest 32
 * bits, and how many were missed before it, which is the gap in the sequences. The recorder writes down what does not
 * follow, so that who reads the file knows it exactly.
 */
export class Counting {
  #last: number | undefined;
  #stated: Numbered | undefined;

  /** What is said of the next message, whatever would follow. */
  state(next: Numbered): void {
    this.#stated = next;
  }

  /** What the message with this sequence is. */
  next(sequence: number): Numbered {
    const found = this.#stated ?? this.#follow(sequence);
    this.#stated = undefined;
    this.#last = found.count;
    return found;
  }

  /** What {@link next} would give; changes nothing. */
  peek(sequence: number): Numbered {
    return this.#stated ?? this.#follow(sequence);
  }

  #follow(sequence: number): Numbered {
    if (this.#last === undefined) return { count: sequence, missed: 0 };
    const steps = (sequence - (this.#last % SEQUENCES) + SEQUENCES) % SEQUENCES;
    return { count: this.#last + steps, missed: Math.max(0, steps - 1) };
  }
}

/** The sequence of a message: the lowest 32 bits of its count. */
export function sequenceOf(count: number): number {
  return count % SEQUENCES;
}

/** Bins of periods for each doubling: one is 2.2 % wide. */
const BINS_PER_DOUBLING = 32;

/** Periods of the same length, within the width of a bin. */
export interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** What a message is to the one before it. */
export interface Step {
  /** Messages between the two that were not seen. */
  readonly missed: number;
  /** Time since the one before. */
  readonly ms: number;
}

/**
 * How often messages came, and how regularly, in memory that does not grow with their number.
 *
 * The rate and the mean period count messages that were missed, since their number is known. The least and the greatest
 * period and the standard deviation are those of messages between which none was missed.
 */
export class Periods {
  /** Messages that were seen. */
  messages = 0;
  /** Messages that were not, because others had taken their place. */
  missed = 0;
  #steps = 0;
  #spanMs = 0;
  #count = 0;
  #averageMs = 0;
  #squares = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  readonly #bins = new Map<number, number>();

  /** Takes a message. @param step - since the one before; `undefined` for one that follows none */
  take(missed: number, step: Step | undefined): void {
    this.messages++;
    this.missed += missed;
    if (step === undefined) return;
    this.#steps += step.missed + 1;
    this.#spanMs += step.ms;
    if (step.missed > 0) return;
    const { ms } = step;
    this.#count++;
    const off = ms - this.#averageMs;
    this.#averageMs += off / this.#count;
    this.#squares += off * (ms - this.#averageMs);
    this.#minMs = Math.min(this.#minMs, ms);
    this.#maxMs = Math.max(this.#maxMs, ms);
    const bin = Math.floor(Math.log2(Math.max(ms, 1e-6)) * BINS_PER_DOUBLING);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
  }

  /** Takes all that `other` has taken, which came later. */
  add(other: Periods): void {
    this.messages += other.messages;
    this.missed += other.missed;
    this.#steps += other.#steps;
    this.#spanMs += other.#spanMs;
    const count = this.#count + other.#count;
    if (other.#count > 0) {
      const off = other.#averageMs - this.#averageMs;
      this.#squares += other.#squares + (off * off * this.#count * other.#count) / count;
      this.#averageMs += (off * other.#count) / count;
    }
    this.#count = count;
    this.#minMs = Math.min(this.#minMs, other.#minMs);
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
    for (const [bin, periods] of other.#bins) this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + periods);
  }

  /** Messages written in a second; `undefined` before the second message. */
  get rate(): number | undefined {
    return this.#spanMs > 0 ? (this.#steps / this.#spanMs) * 1000 : undefined;
  }

  /** The mean of all periods; `undefined` before the second message. */
  get meanMs(): number | undefined {
    return this.#steps > 0 ? this.#spanMs / this.#steps : undefined;
  }

  get minMs(): number | undefined {
    return this.#count > 0 ? this.#minMs : undefined;
  }

  get maxMs(): number | undefined {
    return this.#count > 0 ? this.#maxMs : undefined;
  }

  get stdDevMs(): number | undefined {
    return this.#count > 0 ? Math.sqrt(this.#squares / this.#count) : undefined;
  }

  /** The periods by their length, from the shortest on, without those that are empty. */
  get bins(): Bin[] {
    return [...this.#bins]
      .sort(([one], [other]) => one - other)
      .map(([bin, count]) => ({ fromMs: edgeOf(bin), toMs: edgeOf(bin + 1), count }));
  }
}

function edgeOf(bin: number): number {
  return 2 ** (bin / BINS_PER_DOUBLING);
}

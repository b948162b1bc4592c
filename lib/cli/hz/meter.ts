import type { Direction, ObservedMessage, ObservedState } from '../../index.js';
import { Periods, type Step } from './periods.js';

/** What the ends of a channel have counted of a direction. */
interface Counts {
  readonly written: bigint;
  readonly read: bigint;
}

/** What a direction did in some time. */
export interface Slice {
  readonly periods: Periods;
  /** Messages that were written and read meanwhile, as the ends of the channel count them. */
  written: number;
  read: number;
}

/** One direction of a channel: the last while in slices, and all of it. Nothing in it grows without a bound. */
export class Meter {
  readonly name: string;
  readonly direction: Direction;
  readonly #slices: number;
  readonly #window: Slice[] = [newSlice()];
  readonly #whole = newSlice();
  #last: Pick<ObservedMessage, 'count' | 'shm' | 'at'> | undefined;
  #counts: Counts | undefined;

  /** @param slices - how many are the window */
  constructor(name: string, direction: Direction, slices: number) {
    this.name = name;
    this.direction = direction;
    this.#slices = slices;
  }

  /** When the last message came; `undefined` before the first. */
  get lastAt(): bigint | undefined {
    return this.#last?.at;
  }

  /** Takes a message. */
  take({ count, missed, shm, at }: Pick<ObservedMessage, 'count' | 'missed' | 'shm' | 'at'>): void {
    const last = this.#last;
    this.#last = { count, shm, at };
    // In memory that was made anew the count begins anew: no period leads there.
    const follows = last !== undefined && last.shm === shm && count === last.count + missed + 1;
    const step: Step | undefined = follows ? { missed, ms: Number(at - last.at) / 1e6 } : undefined;
    this.#window.at(-1)!.periods.take(missed, step);
  }

  /** Takes note of what the ends have counted; `null` where there is no channel. */
  look(state: ObservedState | null): void {
    const channel = state?.[this.direction];
    const before = this.#counts;
    this.#counts = channel && { written: channel.writeCount, read: channel.readCount };
    const now = this.#counts;
    if (before === undefined || now === undefined || now.written < before.written || now.read < before.read)
      return;
    const slice = this.#window.at(-1)!;
    slice.written += Number(now.written - before.written);
    slice.read += Number(now.read - before.read);
  }

  /** Begins the next slice, and lets go of what is older than the window. */
  turn(): void {
    add(this.#whole, this.#window.at(-1)!);
    this.#window.push(newSlice());
    if (this.#window.length > this.#slices) this.#window.shift();
  }

  /** What is in the window. */
  get window(): Slice {
    return sum(this.#window);
  }

  /** All there was. */
  get whole(): Slice {
    return sum([this.#whole, this.#window.at(-1)!]);
  }
}

function newSlice(): Slice {
  return { periods: new Periods(), written: 0, read: 0 };
}

function add(to: Slice, from: Slice): void {
  to.periods.add(from.periods);
  to.written += from.written;
  to.read += from.read;
}

function sum(slices: readonly Slice[]): Slice {
  const all = newSlice();
  for (const slice of slices) add(all, slice);
  return all;
}

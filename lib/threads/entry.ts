import type { Role } from '../header/index.js';
import type { ThreadIdentity } from './thread.js';

/** 32-bit words of one entry. */
export const ENTRY_WORDS = 16;

/** Where each is. */
const Field = {
  /** One of {@link State} in the lowest two bits, above them a number that is new for every owner. */
  state: 0,
  /** The owner, as {@link ThreadIdentity} has it. */
  threadId: 1,
  tid: 2,
  /** The segment's id; the lower 32 bits. */
  segment: 3,
  mark: 4,
  /** Bits of {@link Flag}. */
  flags: 5,
} as const;

/** Where each double is, counted in doubles. */
const Double = { startTicks: 3, address: 4 } as const;

const Flag = { isMaster: 1, isFile: 2, created: 4, autoCleanup: 8, entered: 16 } as const;

const State = { free: 0, taken: 1, open: 2, mask: 3 } as const;

/** What must be known of an endpoint to leave its segment in its place. */
export interface EndpointFacts {
  readonly role: Role;
  /** Where the segment is mapped. */
  readonly address: number;
  /** The kernel's id of it. */
  readonly segmentId: number;
  /** Whether the channel is in a file. */
  readonly isFile: boolean;
  /** The role's identity while it is this endpoint's. */
  readonly mark: number;
  readonly created: boolean;
  readonly autoCleanup: boolean;
  /** Whether the header has the endpoint's mark. */
  readonly entered: boolean;
}

/** An entry as it was found open. */
export interface Found {
  readonly entry: EndpointEntry;
  /** The word of its state. */
  readonly state: number;
  readonly owner: ThreadIdentity;
}

/** What is noted of one endpoint. Belongs to its owner's thread; another may {@link adopt} it once the owner has ended. */
export class EndpointEntry {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  constructor(words: Int32Array) {
    this.#words = words;
    this.#doubles = new Float64Array(words.buffer, words.byteOffset, ENTRY_WORDS / 2);
  }

  /** Whether it was free, and is the caller's now. */
  take(): boolean {
    const state = this.#state;
    return (state & State.mask) === State.free && this.#swap(state, state + State.taken);
  }

  /** Who has it open, where anybody has. */
  find(): Found | undefined {
    const state = this.#state;
    if ((state & State.mask) !== State.open) return undefined;
    const [threadId, tid] = [this.#words[Field.threadId]!, this.#words[Field.tid]!];
    return { entry: this, state, owner: { threadId, tid, startTicks: this.#doubles[Double.startTicks]! } };
  }

  get facts(): EndpointFacts {
    const words = this.#words;
    const has = (flag: number) => (words[Field.flags]! & flag) !== 0;
    return {
      role: has(Flag.isMaster) ? 'master' : 'slave',
      address: this.#doubles[Double.address]!,
      segmentId: words[Field.segment]!,
      isFile: has(Flag.isFile),
      mark: words[Field.mark]!,
      created: has(Flag.created),
      autoCleanup: has(Flag.autoCleanup),
      entered: has(Flag.entered),
    };
  }

  /** Fills in an entry that was {@link take | taken}. */
  open(owner: ThreadIdentity, facts: EndpointFacts): void {
    const words = this.#words;
    this.#own(owner);
    this.#doubles[Double.address] = facts.address;
    words[Field.segment] = facts.segmentId;
    words[Field.mark] = facts.mark;
    words[Field.flags] =
      (facts.role === 'master' ? Flag.isMaster : 0) |
      (facts.isFile ? Flag.isFile : 0) |
      (facts.created ? Flag.created : 0) |
      (facts.autoCleanup ? Flag.autoCleanup : 0) |
      (facts.entered ? Flag.entered : 0);
    // ORDER(entry): an entry is complete before it shows.
    // Pairs with: find(), which loads the state first; adopt(), which changes it only where it is still that.
    // Else: an address of the entry's last user is unmapped.
    // Not covered: nothing.
    Atomics.add(words, Field.state, State.open - State.taken);
  }

  /**
   * Makes the endpoint of an ended thread the caller's; of several that find it, one's.
   *
   * @param state - as it was found
   */
  adopt(state: number, heir: ThreadIdentity): boolean {
    if (!this.#swap(state, state - State.open + State.taken)) return false;
    this.#own(heir);
    // The next number, so that who found it before comes too late.
    Atomics.store(this.#words, Field.state, nextFree(state) + State.open);
    return true;
  }

  /** Another segment is mapped at the same address now. */
  move(segmentId: number): void {
    Atomics.store(this.#words, Field.segment, segmentId);
  }

  /** The header does not have the endpoint's mark from now on, or has it for another. */
  leave(): void {
    Atomics.and(this.#words, Field.flags, ~Flag.entered);
  }

  /** To be called before the segment is unmapped: what comes to lie at its address is nobody else's business. */
  free(): void {
    Atomics.store(this.#words, Field.state, nextFree(this.#state));
  }

  get #state(): number {
    return Atomics.load(this.#words, Field.state);
  }

  #swap(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, Field.state, from, to) === from;
  }

  #own({ threadId, tid, startTicks }: ThreadIdentity): void {
    this.#words[Field.threadId] = threadId;
    this.#words[Field.tid] = tid;
    this.#doubles[Double.startTicks] = startTicks;
  }
}

/** The state of an entry that has had the state `state`, and is free for its next owner. */
function nextFree(state: number): number {
  return ((state | State.mask) + 1) | 0;
}

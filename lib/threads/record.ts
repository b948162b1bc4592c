import type { Role } from '../header/index.js';
import type { ThreadIdentity } from './thread.js';

/** 32-bit words of one record. */
export const RECORD_WORDS = 16;

/** Where each is. */
const Field = {
  /** One of {@link State} in the lowest two bits, above them a number that is new for every owner. */
  state: 0,
  /** The owner, as {@link ThreadIdentity} has it. */
  threadId: 1,
  tid: 2,
  startLow: 3,
  startHigh: 4,
  /** Where the segment is mapped: low and high half. */
  addressLow: 5,
  addressHigh: 6,
  /** Its id; the lower 32 bits. */
  segment: 7,
  /** 1 for a master. */
  isMaster: 8,
  mark: 9,
  created: 10,
  autoCleanup: 11,
  /** 1 while the header has the endpoint's mark. */
  entered: 12,
  /** 1 where the channel is in a file. */
  isFile: 13,
} as const;

const State = { free: 0, taken: 1, open: 2, mask: 3 } as const;

/** What must be known of an endpoint to leave its segment in its place. */
export interface Stay {
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

/** A record as it was found open. */
export interface Found {
  readonly record: EndpointRecord;
  /** The word of its state. */
  readonly state: number;
  readonly owner: ThreadIdentity;
}

/** One endpoint's record. Belongs to its owner's thread; another may {@link adopt} it once the owner has ended. */
export class EndpointRecord {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
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
    const words = this.#words;
    const [threadId, tid] = [words[Field.threadId]!, words[Field.tid]!];
    return { record: this, state, owner: { threadId, tid, startTicks: loadLong(words, Field.startLow) } };
  }

  get stay(): Stay {
    const words = this.#words;
    return {
      role: words[Field.isMaster] === 1 ? 'master' : 'slave',
      address: loadLong(words, Field.addressLow),
      segmentId: words[Field.segment]!,
      isFile: words[Field.isFile] === 1,
      mark: words[Field.mark]!,
      created: words[Field.created] === 1,
      autoCleanup: words[Field.autoCleanup] === 1,
      entered: words[Field.entered] === 1,
    };
  }

  /** Fills in a record that was {@link take | taken}. */
  open(owner: ThreadIdentity, stay: Stay): void {
    const words = this.#words;
    this.#own(owner);
    storeLong(words, Field.addressLow, stay.address);
    words[Field.segment] = stay.segmentId;
    words[Field.isFile] = stay.isFile ? 1 : 0;
    words[Field.isMaster] = stay.role === 'master' ? 1 : 0;
    words[Field.mark] = stay.mark;
    words[Field.created] = stay.created ? 1 : 0;
    words[Field.autoCleanup] = stay.autoCleanup ? 1 : 0;
    words[Field.entered] = stay.entered ? 1 : 0;
    // ORDER(record): a record is complete before it shows.
    // Pairs with: find(), which loads the state first; adopt(), which changes it only where it is still that.
    // Else: an address of the record's last user is unmapped.
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

  /** The header no longer has the endpoint's mark, or has it for another. */
  leave(): void {
    Atomics.store(this.#words, Field.entered, 0);
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
    const words = this.#words;
    words[Field.threadId] = threadId;
    words[Field.tid] = tid;
    storeLong(words, Field.startLow, startTicks);
  }
}

/** The state of a record that has had the state `state`, and is free for its next owner. */
function nextFree(state: number): number {
  return ((state | State.mask) + 1) | 0;
}

function loadLong(words: Int32Array, at: number): number {
  return words[at + 1]! * 2 ** 32 + (words[at]! >>> 0);
}

function storeLong(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / 2 ** 32);
}

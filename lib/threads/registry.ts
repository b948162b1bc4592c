import { isSharedArrayBuffer } from 'node:util/types';
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import type { Role } from '../header/index.js';
import type { ThreadIdentity } from './thread.js';

/**
 * What the threads of a process tell each other of their endpoints, for the case that one ends without running a line
 * more: `worker.terminate()`. One SharedArrayBuffer of 32-bit words, made by the first thread that loads this, and
 * inherited by every thread that is started from then on, also by those in between that do not load it.
 */

/** The name of the inherited buffer; another number with every change of its form. */
const KEY = 'eshm.endpoints.1';

/** Endpoints of all threads but the one that made the buffer; more are not recorded. */
const MAX_RECORDS = 1024;

/** Words at the start. */
const Global = {
  /** 1 once the process is ending: no heart beats any more. */
  ending: 0,
  /** Records in use or once used. */
  records: 1,
  /** Node's number of the thread that made it. */
  maker: 2,
} as const;

const GLOBAL_WORDS = 16;

const RECORD_WORDS = 16;

/** Words of one record. */
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
  /** The kernel's id of it. */
  segment: 7,
  /** 1 for a master. */
  isMaster: 8,
  mark: 9,
  created: 10,
  autoCleanup: 11,
  /** 1 while the header has the endpoint's mark. */
  entered: 12,
} as const;

const State = { free: 0, taken: 1, open: 2, mask: 3 } as const;

/** What must be known of an endpoint to leave its segment in its place. */
export interface Stay {
  readonly role: Role;
  /** Where the segment is mapped. */
  readonly address: number;
  /** The kernel's id of it. */
  readonly segmentId: number;
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

/** The records of this process, as far as threads know of each other. */
export class Registry {
  /** Whether this thread made it: those whose endpoints are recorded end with it at the latest. */
  readonly isOwn: boolean;
  readonly #words: Int32Array;

  private constructor(words: Int32Array) {
    this.#words = words;
    this.isOwn = words[Global.maker] === threadId;
  }

  /** The inherited one, or a new one for the threads that this one will start. */
  static obtain(): Registry {
    const inherited = inheritedWords();
    if (inherited !== undefined) return new Registry(inherited);
    const buffer = new SharedArrayBuffer((GLOBAL_WORDS + MAX_RECORDS * RECORD_WORDS) * 4);
    setEnvironmentData(KEY, buffer);
    const words = new Int32Array(buffer);
    words[Global.maker] = threadId;
    return new Registry(words);
  }

  /** A record that was free; `undefined` when there is none. */
  take(): EndpointRecord | undefined {
    for (let index = 0; index < MAX_RECORDS; index++) {
      const record = this.#record(index);
      if (!record.take()) continue;
      let used = Atomics.load(this.#words, Global.records);
      while (used <= index) {
        used = Atomics.compareExchange(this.#words, Global.records, used, index + 1);
      }
      return record;
    }
    return undefined;
  }

  /** The records that are open now. */
  find(): Found[] {
    const used = Atomics.load(this.#words, Global.records);
    return Array.from({ length: used }, (_, index) => this.#record(index).find()).filter(
      (found) => found !== undefined,
    );
  }

  /** Stops the hearts of all endpoints that are recorded. */
  end(): void {
    Atomics.store(this.#words, Global.ending, 1);
  }

  #record(index: number): EndpointRecord {
    const at = GLOBAL_WORDS + index * RECORD_WORDS;
    return new EndpointRecord(this.#words.subarray(at, at + RECORD_WORDS));
  }
}

const inherited = inheritedWords();

/** Whether the process is ending, and the role of this thread's endpoints has been left for them. */
export function isEnding(): boolean {
  return inherited !== undefined && Atomics.load(inherited, Global.ending) === 1;
}

function inheritedWords(): Int32Array | undefined {
  const buffer: unknown = getEnvironmentData(KEY);
  // By its kind and not by its constructor: test runners have several of those.
  return isSharedArrayBuffer(buffer) ? new Int32Array(buffer) : undefined;
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

import { REPAIR_STEP } from './cycle.js';
import { Meets, type Moment, Rest, type RestFinder } from './rest.js';
import { beginRead, retryRead } from './seqlock.js';
import { type ChannelPlace, type ChannelViews, DATA_SIZE } from './views.js';

/** {@link Cursor.rest} while it is not known: no parity. */
const UNKNOWN = 2;

/** Where a reader learns who writes its channel: offsets in bytes. */
export interface WriterSigns {
  /** A word that changes when another writer takes over: `masterGeneration` or `slavePid`. */
  readonly identity: number;
  /** The writer's heartbeat. */
  readonly heartbeat: number;
}

/**
 * How far a reader has come, and the parity at which its writer rests, as {@link Rest} knows it.
 *
 * {@link MailboxReader} looks at the fields at every message and leaves everything else to {@link atRest}, which is
 * slow, sure, and rarely needed: at the start, after news of the other side, when another writer shows itself, and when
 * the sequence moves on and is not met where it should rest.
 * Belongs to that reader.
 */
export class Cursor {
  // First values give the fields their kinds; see MailboxWriter.
  #words: Int32Array = new Int32Array();
  #writeCount: Int32Array = new Int32Array();
  #identity: Int32Array = new Int32Array();
  #heartbeat: Int32Array = new Int32Array();
  readonly #rest = new Rest();
  /** The look that is under way. */
  readonly #moment: Moment = { sequence: 0, writes: 0, identity: 0, beat: 0, size: 0, stood: false };

  /** `sequence` of the message counted last. */
  sequence = 0;
  /** `sequence` as it was met last in a write; behind {@link sequence} where none was met since. */
  refused = 0;
  /** The parity of `sequence` at rest, for the writer with {@link identity}; neither while that is not known. */
  rest = UNKNOWN;
  /** The writer that {@link rest} belongs to. */
  identity = 0;
  /** Number of the message counted last: the writer's `writeCount` with it. Exact up to 2^53. */
  count = 0;
  /** Messages known to be lost that the next read reports. */
  lost = 0;
  /** `sequence` at which the slot holds what is left of a half-written message; -1 for none. */
  hollow = -1;

  /** Whether {@link sequence} was met while {@link identity} wrote. */
  #isMet = false;
  /** What to add to {@link count} for the low half of `writeCount` as far as it was counted. */
  #ahead = 0;

  /**
   * @param channel - the channel that is read
   * @param segment - the mapped bytes of the whole segment
   * @param writer - where the header tells of the channel's writer
   * @param from - where to begin: see {@link resync}
   */
  constructor(channel: ChannelViews, segment: Buffer, writer: WriterSigns, from: ChannelPlace) {
    this.#words = channel.words;
    this.#writeCount = channel.writeCount;
    this.#identity = new Int32Array(segment.buffer, segment.byteOffset + writer.identity, 1);
    this.#heartbeat = new Int32Array(segment.buffer, segment.byteOffset + writer.heartbeat, 1);
    this.resync(from);
  }

  /** Has somebody look closely where this reader does not know enough. */
  set restFinder(finder: RestFinder | undefined) {
    this.#rest.finder = finder;
  }

  /** Who writes now, as the header shows it. */
  get writer(): Int32Array {
    return this.#identity;
  }

  /** Whether {@link rest} is known. */
  get sure(): boolean {
    return this.rest !== UNKNOWN;
  }

  /** Low half of the writer's `writeCount` as it stands. */
  get currentWrites(): number {
    return Atomics.load(this.#writeCount, 0);
  }

  /** Leaves every look to {@link atRest} until that knows better: the other side was restarted. */
  suspect(): void {
    this.#rest.forget();
    this.rest = UNKNOWN;
  }

  /**
   * Takes note of a `sequence` that is not of rest, met while the writer was the known one.
   *
   * @returns whether it is time for a second look, with {@link atRest}: the sequence has moved on, and was not met at
   * rest in between
   */
  refuse(sequence: number): boolean {
    const before = this.refused;
    if (before === sequence) return false;
    this.refused = sequence;
    this.#rest.refuse(sequence, this.identity);
    return ((before - this.sequence) | 0) > 0 || this.#rest.isGuess;
  }

  /**
   * Takes note of the death of this channel's writer: what it left is where the next one begins, and an original one
   * goes on from there as it is. Without this a reader has to watch that next one for a while; see rest.ts.
   *
   * Must be called only when the writer is dead for certain, and can be again and again.
   *
   * @param isStillLast - whether nobody has started as the writer since; asked when everything was looked at
   */
  writerDied(isStillLast: () => boolean): void {
    const sequence = beginRead(this.#words);
    const writes = Atomics.load(this.#writeCount, 0);
    // ORDER(writer-died): who the writer is is looked at after the sequence and the count. A writer shows itself before its
    // first write, so what was loaded while the dead one was still the last is what the dead one left.
    // Pairs with: `master_pid` and `slave_pid`, set at every start.
    // Else: a moment of the next writer's first message is taken for the state it rests in: torn data.
    // Not covered: a process that is another's by its id; the caller has seen it with this segment attached (MetProcess).
    if (!isStillLast() || !this.#rest.inherit((sequence - 2 * writes) | 0)) return;
    this.rest = UNKNOWN;
    this.#goOnFrom(sequence, writes, messagesBetween(this.sequence, sequence));
    this.#hollowOut(sequence);
  }

  /**
   * Starts anew: at first, and after another segment was mapped in place.
   *
   * @param from - what had been written when the channel was there counts as read; nothing without it
   */
  resync(from?: ChannelPlace): void {
    this.rest = UNKNOWN;
    this.identity = this.#identity[0]!;
    // Rounded down to what a healthy or repaired channel has: `from` may have been taken in a write. Any repair since,
    // or in a segment that is new here, shows itself by another drift, and what it left is no message.
    this.#rest.reset(from === undefined ? 0 : (from.sequence - 2 * (from.writes | 0)) & -REPAIR_STEP);
    this.sequence = from?.sequence ?? 0;
    this.refused = this.sequence;
    this.count = from?.writes ?? 0;
    this.#ahead = 0;
    this.lost = 0;
    this.hollow = -1;
    this.#isMet = false;
  }

  /**
   * The careful path: whether nobody writes while the sequence is `sequence`. It compares with `writeCount`, which
   * costs a cache line that the hot path leaves alone, and follows a change of the drift. Moves the cursor so that
   * the distance to `sequence` is again twice the number of unread messages.
   */
  atRest(sequence: number): boolean {
    const words = this.#words;
    const moment = this.#moment;
    const identity = this.#identity[0]!;
    const writes = Atomics.load(this.#writeCount, 0);
    moment.sequence = sequence;
    moment.identity = identity;
    moment.writes = writes;
    moment.beat = this.#heartbeat[0]!;
    moment.size = words[DATA_SIZE]!;
    moment.stood = this.#isMet && sequence === this.sequence && identity !== this.identity;
    // All were true at one moment only if the sequence has not moved since.
    if (retryRead(words, sequence)) return false;
    // What another writer or a wrong guess made of it holds no longer.
    const wasGuess = this.#rest.isGuess;
    const meets = this.#rest.judge(moment);
    if (identity !== this.identity || (wasGuess && !this.#rest.isGuess)) this.rest = UNKNOWN;
    switch (meets) {
      case Meets.nothing:
        this.refused = sequence;
        return false;
      case Meets.rest:
      case Meets.inherited:
      case Meets.repaired: {
        // A count that ran backwards is no writer's doing: what is there counts as one message.
        const ahead = (writes - (this.count + this.#ahead)) | 0;
        this.#goOnFrom(sequence, writes, ahead < 0 ? 1 : ahead);
        // The mark of a repair is the empty message in the place of a half-written one.
        if (meets === Meets.repaired && moment.size === 0) this.#hollowOut(sequence);
        break;
      }
      default:
        // Messages are told by the sequence: the dead writer may have published one that it did not count.
        this.#goOnFrom(sequence, writes, messagesBetween(this.sequence, sequence));
        if (meets !== Meets.other) this.#hollowOut(sequence);
    }
    // At rest for now is not at rest for good.
    const isSure = meets !== Meets.inherited && meets !== Meets.left;
    this.rest = isSure ? sequence & 1 : UNKNOWN;
    this.#isMet = isSure;
    if (isSure) this.identity = identity;
    return true;
  }

  /** Whether a channel at rest at `sequence` was never written to. */
  neverWritten(sequence: number): boolean {
    return (sequence | this.#writeCount[0]!) === 0;
  }

  /** Passes over what is unread at `sequence` and cannot be delivered; the next read reports it as missed. */
  skip(sequence: number): void {
    const messages = ((sequence - this.sequence) | 0) >>> 1;
    this.sequence = sequence;
    this.count += messages;
    this.lost += messages;
  }

  /** Moves the cursor so that the distance to `sequence` is twice the number of unread messages. */
  #goOnFrom(sequence: number, writes: number, unread: number): void {
    this.sequence = (sequence - 2 * unread) | 0;
    this.#ahead = (writes - unread - this.count) | 0;
  }

  /** Takes note that what is in the slot is no whole message, and passes over it. */
  #hollowOut(sequence: number): void {
    this.hollow = sequence;
    this.skip(sequence);
  }
}

/** Messages published from one value of `sequence` to a later one; none if it is not later. */
function messagesBetween(from: number, to: number): number {
  return Math.max(0, (to - from) | 0) >>> 1;
}

// Over 250 lines: one message, from its publishing to its acknowledgement, in the order of its steps.
import { Answer, copyOf, type Published } from '../channel/index.js';
import type { EshmError } from '../errors.js';
import { Armed, type Pace } from '../heartbeat/index.js';
import type { Session } from '../session/index.js';
import type { Condition } from './condition.js';
import { masterReplaced, messageReplaced, outOfTime } from './undelivered.js';

/** Time that a finishing reader without receipts gets to count before another message is put in its place, in ms. */
const READER_GRACE_MS = 0.005;

/**
 * How long a count that may be an earlier message's must stand before it is believed, in ms: by then a reader that was
 * late has read the newer one too. Twice what an original sleeps between two looks.
 */
const BELIEVE_AFTER_MS = 0.2;

/** What shows later whether a message that was published has been read; words as in the segment. */
export interface SentMark extends Published {
  readonly segmentId: number;
  /** Low half of `writeCount` with it. */
  readonly written: number;
}

const NOTHING: SentMark = {
  segmentId: 0,
  written: 0,
  first: 0,
  last: 0,
  before: { reads: 0, receiptCount: 0, receiptSequence: 0 },
};

/**
 * One message on its way: publishes it, sees whether the peer has read it, and publishes it again where that was asked
 * for. Used again for the next message once this one is over.
 *
 * A receipt says so by the message's own number. The count of a reader that leaves none names no message, so it is only
 * worth something while nothing else can be read: the message before must be read, or the slot closed to its readers for
 * a moment. Where that moment may have been too short, the count must stand for a while.
 *
 * Belongs to the endpoint's thread.
 */
export class InFlight implements Condition<true> {
  readonly #name: string;
  readonly #session: Session;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Whether nobody else has {@link #bytes}. */
  #isOwn = false;
  #timeoutMs = 0;
  #deadlineMs = 0;
  #resendMs: number | undefined;
  #published = 0;
  #dueMs = 0;
  /** Of the message published last. */
  #mark = NOTHING;
  /** Whether nobody can have been reading anything when it was published. */
  #isAlone = false;
  /** When a count that may be another message's is believed; 0 while there is none. */
  #believedMs = 0;
  /** Low half of `writeCount` as it was when everything in the slot was known to be read, where it was, and by whom. */
  #writtenWhenRead: number | undefined;
  #readBy = 0;

  constructor(name: string, session: Session) {
    this.#name = name;
    this.#session = session;
  }

  /**
   * Takes on a message; the first look publishes it. `bytes` must stay as they are until it is over.
   *
   * @param deadlineMs - when `timeoutMs` are over, on the clock of `performance.now()`
   */
  begin(bytes: Uint8Array, timeoutMs: number, deadlineMs: number, resendMs: number | undefined): void {
    this.#bytes = bytes;
    this.#isOwn = false;
    this.#timeoutMs = timeoutMs;
    this.#deadlineMs = deadlineMs;
    this.#resendMs = resendMs;
    this.#published = 0;
  }

  /** Of the message published last; `undefined` before the first. */
  get mark(): SentMark | undefined {
    return this.#mark === NOTHING ? undefined : this.#mark;
  }

  /** Whether the bytes are still needed after the message was published. */
  get keepsBytes(): boolean {
    return this.#published === 0 || this.#resendMs !== undefined;
  }

  /**
   * Puts a copy in the place of the caller's bytes, if that has not happened.
   *
   * @throws {TypeError} when they are not there any more
   */
  keepCopy(): void {
    if (this.#isOwn) return;
    this.#bytes = copyOf(this.#bytes);
    this.#isOwn = true;
  }

  get looksAtOnce(): number {
    return this.#session.link.inlet.looksAtOnce;
  }

  /** @throws {EshmError} ESHM_CLOSED, ESHM_MASTER_STALE, ESHM_BUFFER_FULL */
  look(): true | undefined {
    const session = this.#session;
    if (!session.gate.isOpen) {
      session.attend();
      const fault = session.fault('send');
      if (fault !== undefined) throw fault;
      if (session.state === 'reconnecting') return undefined;
    }
    if (this.#published === 0) {
      this.#publish();
      return undefined;
    }
    const answer = this.#answer();
    if (answer === Answer.named) return this.#delivered();
    if (!this.#isInPlace()) {
      if (this.#resendMs === undefined) {
        const isMoved = session.link.segmentId !== this.#mark.segmentId;
        throw isMoved ? masterReplaced(this.#name) : messageReplaced(this.#name);
      }
      this.#publish();
      return undefined;
    }
    // ORDER(delivered): the count is loaded after the message was published, and the slot is not written before it has
    // moved. Only the low half: it differs unless exactly 2^32 messages were read in between.
    // Pairs with: the count that a reader makes after its copy was found good.
    // Else: the next message replaces one that is unread.
    // Not covered: a second reader on the channel, or a peer that counts what it did not read; docs/async.md has the rate
    // at which a reader without receipts is late for an earlier message.
    if (answer !== Answer.none && this.#isBelieved(answer)) return this.#delivered();
    if (this.#resendMs !== undefined && this.#believedMs === 0 && performance.now() >= this.#dueMs) {
      this.#publishAgain();
    }
    return undefined;
  }

  arm(pace: Pace): boolean {
    if (this.#published === 0) return this.#session.link.watch.isOn;
    const { watch, writer } = this.#session.link;
    return watch.arm(Armed.read, writer.currentReads, pace);
  }

  disarm(): void {
    this.#session.link.watch.disarm(Armed.read);
  }

  dueInMs(): number {
    if (this.#believedMs > 0) return this.#believedMs - performance.now();
    if (this.#published === 0 || this.#resendMs === undefined) return Number.POSITIVE_INFINITY;
    return this.#dueMs - performance.now();
  }

  /** Says whether the peer was alive, and what would reach one that comes too late. */
  timeoutError(): EshmError {
    if (this.#published === 0) return this.failure('there was no master to write it for', this.#timeoutMs);
    return this.failure('it was not read', this.#timeoutMs, this.#resendMs === undefined);
  }

  /**
   * ESHM_TIMEOUT for a message of which `what` holds; says whether the peer was alive.
   *
   * @param isWrittenOnce - whether it would be seen by more readers if it were written again
   */
  failure(what: string, timeoutMs: number, isWrittenOnce = false): EshmError {
    const { link, remoteAlive } = this.#session;
    return outOfTime(this.#name, { what, timeoutMs, isWrittenOnce }, link.peerRole, remoteAlive);
  }

  /** Whether the slot still has this message, in the segment in which it was published. */
  #isInPlace(): boolean {
    const { link } = this.#session;
    return link.segmentId === this.#mark.segmentId && link.writer.currentWrites === this.#mark.written;
  }

  /** What the segment in which it was published says of it. */
  #answer(): Answer {
    const { link } = this.#session;
    if (link.segmentId !== this.#mark.segmentId) return Answer.none;
    link.pullReads();
    return link.writer.answerTo(this.#mark);
  }

  /** Whether a count without a receipt is this message's, as far as can be known. */
  #isBelieved(answer: Answer): boolean {
    if (this.#isAlone || answer === Answer.countedAgain) return true;
    const nowMs = performance.now();
    if (this.#believedMs === 0) this.#believedMs = nowMs + BELIEVE_AFTER_MS;
    return nowMs >= Math.min(this.#believedMs, this.#deadlineMs);
  }

  #delivered(): true {
    // Of several copies of it a reader without receipts may have read any.
    this.#writtenWhenRead = this.#published === 1 ? this.#mark.written : undefined;
    this.#readBy = this.#readerNow;
    return true;
  }

  /** Who reads, as the header shows it. */
  get #readerNow(): number {
    const { header, peerRole } = this.#session.link;
    return header.identity(peerRole);
  }

  #publish(): void {
    const { link } = this.#session;
    const { writer } = link;
    const isMoved = this.#published > 0 || link.segmentId !== this.#mark.segmentId;
    this.#isAlone =
      !isMoved && writer.currentWrites === this.#writtenWhenRead && this.#readerNow === this.#readBy;
    if (!this.#isAlone) {
      // Somebody may be reading what is there: it is shut off, and given the time to count where it leaves no receipt.
      // With a copy, because the write that opens the slot again must not fail.
      this.keepCopy();
      writer.hold();
      link.push();
      link.pullReads();
      if (!writer.hasReceiptsOf(this.#readerNow)) {
        const endMs = performance.now() + READER_GRACE_MS;
        while (performance.now() < endMs);
      }
    }
    link.pullReads();
    const before = writer.readerPlace;
    const first = (writer.sequence + 2) | 0;
    this.#write(link.segmentId, first, before);
  }

  #publishAgain(): void {
    const { segmentId, first, before } = this.#mark;
    this.#write(segmentId, first, before);
  }

  #write(segmentId: number, first: number, before: Published['before']): void {
    const { link } = this.#session;
    const { writer } = link;
    link.write(this.#bytes, this.#bytes.length);
    this.#mark = { segmentId, first, last: writer.sequence, before, written: writer.currentWrites };
    this.#believedMs = 0;
    this.#published++;
    if (this.#resendMs !== undefined) this.#dueMs = performance.now() + this.#resendMs;
  }
}

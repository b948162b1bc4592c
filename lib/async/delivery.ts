import { copyOf } from '../channel/index.js';
import { EshmError } from '../errors.js';
import { type Pace, Wake } from '../heartbeat/index.js';
import type { Session } from '../session/index.js';
import type { Condition } from './condition.js';

/** Time that a finishing reader gets to count before another message is put in its place, in ms. */
const READER_GRACE_MS = 0.005;

/** What shows later whether a message that was published has been read; words as in the segment. */
export interface DeliveryMark {
  readonly segmentId: number;
  /** Low half of `readCount` before it was published. */
  readonly readBefore: number;
  /** Low half of `writeCount` with it. */
  readonly written: number;
}

/**
 * One message on its way: publishes it, sees whether the peer's `readCount` moved, and publishes it again where that
 * was asked for. Used again for the next message once this one is settled.
 *
 * The acknowledgement is a count and names no message, so it is only worth something while nothing else can be read:
 * the message before must be read, or the slot closed to its readers for a moment.
 *
 * Belongs to the endpoint's thread.
 */
export class Delivery implements Condition<true> {
  readonly #name: string;
  readonly #session: Session;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Whether nobody else has {@link #bytes}. */
  #isOwn = false;
  #timeoutMs = 0;
  #resendMs: number | undefined;
  #published = 0;
  #dueMs = 0;
  /** Segment in which it was published. */
  #segmentId = 0;
  /** Low half of `readCount` before it was published. */
  #readBefore = 0;
  /** Low half of `writeCount` with it. */
  #written = 0;
  /** Low half of `writeCount` as it was when everything in the slot was known to be read, where it was. */
  #writtenWhenRead: number | undefined;

  constructor(name: string, session: Session) {
    this.#name = name;
    this.#session = session;
  }

  /** Takes on a message; the first look publishes it. `bytes` must stay as they are until it is settled. */
  begin(bytes: Uint8Array, timeoutMs: number, resendMs: number | undefined): void {
    this.#bytes = bytes;
    this.#isOwn = false;
    this.#timeoutMs = timeoutMs;
    this.#resendMs = resendMs;
    this.#published = 0;
  }

  /** Of the message published last; `undefined` before the first. */
  get mark(): DeliveryMark | undefined {
    if (this.#segmentId === 0 && this.#written === 0) return undefined;
    return { segmentId: this.#segmentId, readBefore: this.#readBefore, written: this.#written };
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

  /**
   * See {@link Condition}.
   *
   * @throws {EshmError} ESHM_CLOSED, ESHM_MASTER_STALE, ESHM_BUFFER_FULL
   */
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
    if (!this.#isInPlace()) {
      if (this.#resendMs === undefined) throw this.#lostError();
      this.#publish();
      return undefined;
    }
    // ORDER(delivered): the count is loaded after the message was published, and the slot is not written before it has
    // moved. Only the low half: it differs unless exactly 2^32 messages were read in between.
    // Pairs with: the count that a reader makes after its copy was found good.
    // Else: the next message replaces one that is unread.
    // Not covered: a second reader on the channel, or a peer that counts what it did not read.
    session.link.pullReads();
    if (session.link.writer.currentReads !== this.#readBefore) {
      this.#writtenWhenRead = this.#published === 1 ? this.#written : undefined;
      return true;
    }
    if (this.#resendMs !== undefined && performance.now() >= this.#dueMs) this.#publishAgain();
    return undefined;
  }

  /** See {@link Condition}. */
  arm(pace: Pace): boolean {
    if (this.#published === 0) return this.#session.link.watch.isOn;
    return this.#session.link.watch.arm(Wake.read, this.#readBefore, pace);
  }

  /** See {@link Condition}. */
  disarm(): void {
    this.#session.link.watch.disarm(Wake.read);
  }

  /** See {@link Condition}. */
  dueInMs(): number {
    if (this.#published === 0 || this.#resendMs === undefined) return Number.POSITIVE_INFINITY;
    return this.#dueMs - performance.now();
  }

  /** See {@link Condition}. Says whether the peer was alive. */
  timeoutError(): EshmError {
    const what = this.#published === 0 ? 'there was no master to write it for' : 'it was not read';
    return this.failure(what, this.#timeoutMs);
  }

  /** ESHM_TIMEOUT for a message of which `what` holds; says whether the peer was alive. */
  failure(what: string, timeoutMs: number): EshmError {
    const other = this.#session.link.peerRole;
    const peerAlive = this.#session.remoteAlive;
    const life = peerAlive ? `the ${other} is alive` : `there is no live ${other}`;
    return new EshmError(
      'ESHM_TIMEOUT',
      `Cannot send to '${this.#name}': ${what} within ${timeoutMs} ms; ${life}`,
      { peerAlive },
    );
  }

  /** Whether the slot still has this message, in the segment in which it was published. */
  #isInPlace(): boolean {
    const { link } = this.#session;
    return link.segmentId === this.#segmentId && link.writer.currentWrites === this.#written;
  }

  #lostError(): EshmError {
    if (this.#session.link.segmentId !== this.#segmentId) {
      return new EshmError(
        'ESHM_MASTER_STALE',
        `Cannot send to '${this.#name}': its master was replaced by another, and nothing tells whether it had read the message; send it again if it may come twice, or set resendMs`,
      );
    }
    return new EshmError(
      'ESHM_BUFFER_FULL',
      `Cannot send to '${this.#name}': a write() has replaced the message before it was known to be read; do not mix them, or set resendMs`,
    );
  }

  #publish(): void {
    const { link } = this.#session;
    const { writer } = link;
    const moved = this.#published > 0 || link.segmentId !== this.#segmentId;
    if (moved || writer.currentWrites !== this.#writtenWhenRead) {
      // Somebody may be reading what is there: it is shut off, and given the time to count. With a copy, because the
      // write that opens the slot again must not fail.
      this.keepCopy();
      writer.hold();
      link.push();
      const endMs = performance.now() + READER_GRACE_MS;
      while (performance.now() < endMs);
    }
    this.#segmentId = link.segmentId;
    link.pullReads();
    this.#readBefore = writer.currentReads;
    this.#publishAgain();
  }

  #publishAgain(): void {
    const { link } = this.#session;
    link.write(this.#bytes, this.#bytes.length);
    this.#written = link.writer.currentWrites;
    this.#published++;
    if (this.#resendMs !== undefined) this.#dueMs = performance.now() + this.#resendMs;
  }
}

import { Verdict } from './carrier.js';
import type { Counters } from './counters.js';
import { type Origin, type ReadableHeaders, readOrigin } from './headers.js';
import type { LocalEnd, PeerMark } from './local-end.js';

/** A message of the net. */
export interface Incoming {
  readonly data: Uint8Array;
  readonly headers?: ReadableHeaders | undefined;
  /** Where it is to be confirmed. */
  readonly reply?: string | undefined;
}

/** What is received from: the messages of which bridge, and for which slot. */
export interface ReceiverOptions {
  readonly counters: Counters;
  readonly maxDataSize: number;
  readonly resendMs: number | undefined;
  /** The bridge at the other end, where there is one. */
  readonly partner: () => string | undefined;
  /** Says something of a message. */
  readonly confirm: (reply: string, verdict: string) => void;
  /** Told of a message that cannot be taken. */
  readonly onDropped: (reason: string, bytes: number) => void;
}

/** A message that is being delivered. */
interface Pending {
  readonly stop: AbortController;
  /** What shows later whether it was read; `undefined` while it is not published. */
  readonly mark: () => PeerMark | undefined;
  reply: string | undefined;
}

/** How far a bridge's messages have come. */
interface Progress {
  readonly stay: number;
  readonly segment: number;
  readonly count: number;
}

/**
 * Writes the messages of the other machine into the local channel: each at most once, none behind a later one, none that
 * does not fit, and with what was missed on the way.
 *
 * Belongs to one bridged channel, over all stays in the local channel.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  #local: LocalEnd | undefined;
  #bridge: string | undefined;
  #progress: Progress | undefined;
  /** The acknowledged message that is being delivered, and where to say so. */
  #pending: Pending | undefined;
  /** What the stay before was about to deliver when it ended or lost its channel. */
  #unfinished: { readonly mark: PeerMark | undefined } | undefined;
  /** Whether the message of {@link #progress} was read here. */
  #wasRead = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Writes into `local` from now on; nowhere without one. */
  enter(local: LocalEnd | undefined): void {
    this.#interrupt();
    this.#local = local;
  }

  /** Takes a message. Never throws: what comes from the net is counted and dropped where it is wrong. */
  take(message: Incoming): void {
    const local = this.#local;
    if (local === undefined) return;
    let origin: Origin | undefined;
    try {
      origin = readOrigin(message.headers);
    } catch (error) {
      this.#drop(message, `a header is wrong: ${(error as Error).message}`);
      return;
    }
    const { maxDataSize } = this.#options;
    const size = message.data.length;
    if (size > maxDataSize) {
      this.#drop(message, `it has ${size} bytes, expected ${maxDataSize} at most (maxDataSize)`);
      return;
    }
    if (origin === undefined) {
      // A plain client's: nothing is known of it but its bytes.
      this.#write(local, message, 0, Verdict.refused);
      return;
    }
    const partner = this.#options.partner();
    if (origin.bridge !== partner) {
      // On a busy machine the lease of a bridge may be over for a moment, before its next beat is heard.
      this.#drop(message, `it is of bridge ${origin.bridge}, expected ${partner ?? 'none'}`, Verdict.later);
      return;
    }
    if (this.#isPast(origin)) {
      this.#takeAgain(local, message, origin);
      return;
    }
    this.#advance(local, message, origin);
  }

  #advance(local: LocalEnd, message: Incoming, origin: Origin): void {
    const before = this.#bridge === origin.bridge ? this.#progress : undefined;
    const isSameSegment = before?.segment === origin.segment && origin.count > before.count;
    const missed = isSameSegment ? origin.count - before.count - 1 : origin.missed;
    this.#bridge = origin.bridge;
    this.#progress = { stay: origin.stay, segment: origin.segment, count: origin.count };
    this.#unfinished = undefined;
    this.#options.counters.missed += missed;
    if (origin.isAcknowledged) this.#deliver(local, message);
    else if (!this.#write(local, message, missed, Verdict.later)) {
      this.#progress = before;
      this.#options.counters.missed -= missed;
    }
  }

  /** Whether it, or a later one, was taken before. */
  #isPast({ bridge, stay, segment, count }: Origin): boolean {
    const last = this.#progress;
    if (last === undefined || this.#bridge !== bridge) return false;
    return stay < last.stay || (segment === last.segment && count <= last.count);
  }

  #takeAgain(local: LocalEnd, message: Incoming, { count, segment, isAcknowledged }: Origin): void {
    this.#options.counters.repeated++;
    if (message.reply === undefined) return;
    const isLast = segment === this.#progress?.segment && count === this.#progress.count;
    if (!isAcknowledged || (isLast && this.#wasRead)) this.#confirm(message.reply, Verdict.taken);
    else if (isLast && this.#pending !== undefined) this.#pending.reply = message.reply;
    else if (isLast && this.#unfinished !== undefined) this.#goOn(local, message, this.#unfinished.mark);
    else this.#confirm(message.reply, Verdict.refused);
  }

  /** @param otherwise - what is said of a message that nobody could be given */
  #write(local: LocalEnd, message: Incoming, missed: number, otherwise: string): boolean {
    const isWritten = local.write(message.data, missed);
    if (isWritten) this.#options.counters.received++;
    this.#confirm(message.reply, isWritten ? Verdict.taken : otherwise);
    return isWritten;
  }

  /** Has it read before it is confirmed. */
  #deliver(local: LocalEnd, message: Incoming): void {
    const { resendMs } = this.#options;
    const [before, peer] = [local.sentMark, local.peerIdentity];
    const mark = () => {
      const now = local.sentMark;
      const isPublished = now?.segmentId !== before?.segmentId || now?.written !== before?.written;
      return now !== undefined && isPublished ? { ...now, peer } : undefined;
    };
    this.#await(message, mark, (signal) =>
      local.send(message.data, { timeoutMs: Number.POSITIVE_INFINITY, signal, resendMs }),
    );
  }

  /** Delivers what the stay before left unfinished, as far as it can be known what became of it. */
  #goOn(local: LocalEnd, message: Incoming, mark: PeerMark | undefined): void {
    this.#unfinished = undefined;
    // Once published it is not published again, unless it may come twice.
    const mayResend = this.#options.resendMs !== undefined;
    if (mark === undefined || (mayResend && local.wasRead(mark) === false)) this.#deliver(local, message);
    else
      this.#await(
        message,
        () => mark,
        (signal) => local.untilRead(mark, signal),
      );
  }

  #await(message: Incoming, mark: Pending['mark'], deliver: (signal: AbortSignal) => Promise<void>): void {
    this.#pending?.stop.abort();
    const stop = new AbortController();
    const pending: Pending = { stop, mark, reply: message.reply };
    this.#pending = pending;
    this.#wasRead = false;
    const conclude = (wasRead: boolean) => {
      if (this.#pending !== pending) return;
      if (!wasRead && this.#local?.isLost) {
        // It has not come to its end: the next stay goes on with it.
        this.#interrupt();
        this.#confirm(pending.reply, Verdict.later);
        return;
      }
      this.#pending = undefined;
      this.#wasRead = wasRead;
      if (wasRead) this.#options.counters.received++;
      this.#confirm(pending.reply, wasRead ? Verdict.taken : Verdict.refused);
    };
    deliver(stop.signal).then(
      () => conclude(true),
      () => conclude(false),
    );
  }

  /** Leaves what is being delivered to the next stay, when it is sent again. */
  #interrupt(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#unfinished = { mark: pending.mark() };
    pending.stop.abort();
  }

  #drop(message: Incoming, reason: string, verdict: string = Verdict.refused): void {
    this.#options.counters.dropped++;
    this.#options.onDropped(reason, message.data.length);
    this.#confirm(message.reply, verdict);
  }

  /** Says it to whoever wants to know. */
  #confirm(reply: string | undefined, verdict: string): void {
    if (reply !== undefined) this.#options.confirm(reply, verdict);
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Taken } from '../channel/index.js';
import type { Counters } from './counters.js';
import { writeOrigin } from './headers.js';
import type { LocalEnd } from './local-end.js';
import type { Server } from './server.js';

/**
 * What the other end says of a message. `later` is one that could not be taken at that moment: it is sent again, as after
 * anything else than these, which says that nobody had it: a server's "nobody listens there".
 */
export const Verdict = { taken: 'ok', refused: 'no', later: 'later' } as const;

/** Pauses before a message that nobody listened to is sent again, in ms: each twice the one before. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** What a stay in a channel is made of, for who carries its messages away. */
export interface CarrierOptions {
  readonly server: Server;
  readonly local: LocalEnd;
  readonly counters: Counters;
  /** Where the messages go. */
  readonly subject: string;
  /** In front of where they are confirmed. */
  readonly ack: string;
  readonly bridge: string;
  readonly stay: number;
  readonly isAcknowledged: boolean;
  /** How long a confirmation may take before the message is sent again, in ms. */
  readonly patienceMs: number;
  /** Whether a bridge is at the other end, which confirms. */
  readonly hasPartner: () => boolean;
  /** Whether messages are for whoever listens while there is none; else they wait for it. */
  readonly isGateway: boolean;
  /** The number under which something is sent; none comes twice, over all stays of the bridge. */
  readonly nextNumber: () => number;
  /** Told of a message that the other end has, or, of acknowledged ones, has refused: it is not carried again. */
  readonly onConfirmed: (taken: Taken) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Carries what the local peer writes to the other machine: one message is on its way at a time, and the newest waits
 * where it always does, in the slot. So nothing queues, however slow the link is. It is sent until there is an answer,
 * or, where only the newest counts, until there is a newer one: the other end knows which messages it had.
 *
 * Belongs to one stay in the local channel.
 */
export class Carrier {
  readonly #options: CarrierOptions;
  /** Numbers under which the message was sent that is on its way; an answer to any of them is one to the message. */
  #firstNumber = 0;
  #lastNumber = 0;
  /** When it was sent first. */
  #sentMs = 0;
  #verdict: string | undefined;
  /** Whether nobody listened when it was sent last. */
  #isUnheard = false;
  #wake: (() => void) | undefined;

  constructor(options: CarrierOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /** The other end, or the server, has spoken of what was sent as `number`. */
  hear(number: string, verdict: string): void {
    const sent = Number(number);
    if (!(sent >= this.#firstNumber && sent <= this.#lastNumber)) return;
    if (verdict === Verdict.taken || verdict === Verdict.refused) this.#verdict ??= verdict;
    else if (sent === this.#lastNumber) this.#isUnheard = true;
    else return;
    this.#wake?.();
  }

  /** The bridge at the other end has come, gone, or begun anew. */
  partnerChanged(): void {
    this.#wake?.();
  }

  /** Carries until it is ended. @throws what ends the stay */
  async run(): Promise<void> {
    const { local, signal } = this.#options;
    while (!signal.aborted) {
      if (!this.#mayGo) {
        await this.#rest(this.#options.patienceMs);
        continue;
      }
      const taken = await local.next(signal);
      // The news that brought the message may have ended the stay: its memory is gone then.
      if (signal.aborted) return;
      await this.#carry(taken);
    }
  }

  /** Whether there is anybody to send to. */
  get #mayGo(): boolean {
    return this.#options.isGateway || this.#options.hasPartner();
  }

  async #carry(first: Taken): Promise<void> {
    const { isAcknowledged, patienceMs, signal } = this.#options;
    let taken = first;
    this.#begin();
    for (let pauseMs = FIRST_PAUSE_MS; ; ) {
      this.#isUnheard = false;
      if (await this.#trySend(taken)) await this.#rest(patienceMs);
      if (this.#isUnheard && this.#verdict === undefined) {
        await this.#rest(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
      if (signal.aborted) return;
      if (this.#verdict !== undefined) {
        this.#conclude(taken, this.#verdict);
        return;
      }
      const newer = isAcknowledged ? undefined : this.#options.local.poll();
      if (newer === undefined) continue;
      this.#options.counters.unconfirmed++;
      taken = { ...newer, missed: newer.missed + taken.missed + 1 };
      this.#begin();
    }
  }

  /** From now on another message is on its way, or none: answers to the one before are ignored. */
  #begin(): void {
    this.#firstNumber = Number.POSITIVE_INFINITY;
    this.#verdict = undefined;
  }

  /** Whether what is on its way was sent to somebody who answers. */
  get #isNumbered(): boolean {
    return this.#firstNumber <= this.#lastNumber;
  }

  #conclude(taken: Taken, verdict: string): void {
    const { counters, isAcknowledged, onConfirmed, local } = this.#options;
    if (this.#isNumbered) counters.trip(performance.now() - this.#sentMs);
    this.#begin();
    if (verdict === Verdict.refused) {
      counters.unconfirmed++;
      if (!isAcknowledged) return;
      local.drop(taken);
      onConfirmed(taken);
      return;
    }
    // In a channel that was lost the writer cannot be told: the next stay brings the message again, and tells it.
    if (isAcknowledged && !local.confirmRead(taken)) return;
    counters.sent++;
    onConfirmed(taken);
  }

  /** Sends it, if there is anybody to send it to; gives whether there is something to wait for. */
  async #trySend(taken: Taken): Promise<boolean> {
    const { server, local, subject, ack, bridge, stay, isAcknowledged, hasPartner } = this.#options;
    if (!this.#mayGo) return true;
    const headers = server.headers();
    const origin = { bridge, stay, segment: local.segmentId, generation: local.generation, isAcknowledged };
    writeOrigin(headers, { ...origin, count: taken.count, missed: taken.missed });
    if (!hasPartner()) {
      server.publish(subject, taken.data, { headers });
      // Nobody confirms; the server's own answer keeps the pace.
      await server.flush().catch(() => nextTurn());
      this.#verdict = Verdict.taken;
      return false;
    }
    if (!this.#isNumbered) this.#sentMs = performance.now();
    this.#lastNumber = this.#options.nextNumber();
    this.#firstNumber = Math.min(this.#firstNumber, this.#lastNumber);
    server.publish(subject, taken.data, { headers, reply: `${ack}.${this.#lastNumber}` });
    return true;
  }

  /** Waits for news, and for so many ms at most. */
  #rest(ms: number): Promise<void> {
    if (this.#options.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wake = wake;
    });
  }
}

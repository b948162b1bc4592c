import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Taken } from '../channel/index.js';
import type { Counters } from './counters.js';
import { writeOrigin } from './headers.js';
import type { Port } from './port.js';
import type { Server } from './server.js';

/** What the other end says of a message. */
export const Verdict = { taken: 'ok', refused: 'no' } as const;

/** What a stay in a channel is made of, for who carries its messages away. */
export interface CarrierOptions {
  readonly server: Server;
  readonly port: Port;
  readonly counters: Counters;
  /** Where the messages go. */
  readonly subject: string;
  /** In front of where they are confirmed. */
  readonly ack: string;
  readonly bridge: string;
  readonly stay: number;
  readonly isAcknowledged: boolean;
  /** How long a confirmation may take before it is missed, in ms. */
  readonly patienceMs: number;
  /** Whether a bridge is at the other end, which confirms. */
  readonly hasPartner: () => boolean;
  /** Told of a message that the other end has. */
  readonly onConfirmed: (taken: Taken) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Carries what the local peer writes to the other machine: one message is on its way at a time, and the newest waits
 * where it always does, in the slot. So nothing queues, however slow the link is.
 *
 * Belongs to one stay of a port in its channel.
 */
export class Carrier {
  readonly #options: CarrierOptions;
  #number = 0;
  #heard: ((verdict: string | undefined) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CarrierOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#answer(undefined), { once: true });
  }

  /** The other end has spoken of message `number`. */
  hear(number: string, verdict: string): void {
    if (number === `${this.#number}`) this.#answer(verdict);
  }

  /** Carries until it is ended. @throws what ends the port */
  async run(): Promise<void> {
    const { port, signal } = this.#options;
    while (!signal.aborted) {
      const taken = await port.next(signal);
      // The news that brought the message may have ended the stay: its memory is gone then.
      if (signal.aborted) return;
      if (this.#options.isAcknowledged) await this.#carryAcknowledged(taken);
      else await this.#carryNewest(taken);
    }
  }

  async #carryNewest(taken: Taken): Promise<void> {
    const { counters, signal } = this.#options;
    const verdict = await this.#send(taken);
    if (verdict === Verdict.taken) {
      counters.sent++;
      this.#options.onConfirmed(taken);
    } else if (!signal.aborted) counters.unconfirmed++;
  }

  /** Asks again until there is an answer: the other end knows which messages it had. */
  async #carryAcknowledged(taken: Taken): Promise<void> {
    const { counters, port, signal } = this.#options;
    for (;;) {
      const verdict = await this.#send(taken);
      if (signal.aborted) return;
      if (verdict === Verdict.taken) {
        port.settle(taken);
        counters.sent++;
        return;
      }
      if (verdict === Verdict.refused) {
        port.drop(taken);
        counters.unconfirmed++;
        return;
      }
    }
  }

  /** Sends it, and gives what was answered; `undefined` where nothing was. */
  async #send(taken: Taken): Promise<string | undefined> {
    const { server, port, subject, ack, bridge, stay, isAcknowledged, counters } = this.#options;
    const headers = server.headers();
    const origin = { bridge, stay, segment: port.segmentId, generation: port.generation, isAcknowledged };
    writeOrigin(headers, { ...origin, count: taken.count, missed: taken.missed });
    const sentMs = performance.now();
    if (!this.#options.hasPartner()) {
      server.publish(subject, taken.data, { headers });
      // Nobody confirms; the server's own answer keeps the pace.
      await server.flush().catch(() => nextTurn());
      return Verdict.taken;
    }
    const number = ++this.#number;
    const answered = this.#await();
    server.publish(subject, taken.data, { headers, reply: `${ack}.${number}` });
    const verdict = await answered;
    if (verdict !== undefined) counters.trip(performance.now() - sentMs);
    return verdict;
  }

  #await(): Promise<string | undefined> {
    if (this.#options.signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#heard = resolve;
      this.#timer = setTimeout(() => this.#answer(undefined), this.#options.patienceMs);
    });
  }

  #answer(verdict: string | undefined): void {
    clearTimeout(this.#timer);
    const heard = this.#heard;
    this.#heard = undefined;
    heard?.(verdict);
  }
}

import { Carrier } from './carrier.js';
import type { Counters } from './counters.js';
import type { Confirmed } from './entry.js';
import type { LocalEnd } from './local-end.js';
import type { ResolvedChannel } from './options.js';
import type { Presence } from './presence.js';
import type { Receiver } from './receiver.js';
import type { Seat } from './seat.js';
import type { Server } from './server.js';
import type { Subjects } from './subjects.js';

/** What every stay of one channel works with. */
export interface StayMeans {
  readonly channel: ResolvedChannel;
  readonly server: Server;
  readonly subjects: Subjects;
  readonly counters: Counters;
  readonly receiver: Receiver;
  readonly seat: Seat;
  readonly isNear: boolean;
  /** How long a confirmation may take before a message is sent again, in ms. */
  readonly patienceMs: number;
  /** The number under which something is sent; none comes twice. */
  readonly nextNumber: () => number;
  /** Told of a message that the other end has, or has refused for good. */
  readonly onConfirmed: (confirmed: Confirmed) => void;
  /** The local channel was lost: its peer is stale, or another has taken the role here. */
  readonly onLost: (stay: Stay) => void;
}

/**
 * A stay in the local channel: what comes from the other end is written there from its beginning, what the peer here
 * writes is carried away once somebody takes it.
 *
 * Belongs to one bridged channel.
 */
export class Stay {
  readonly local: LocalEnd;
  /** What it is for: another purpose needs another stay. */
  readonly wanted: string;
  readonly #number: number;
  readonly #means: StayMeans;
  readonly #stop = new AbortController();
  readonly #incoming: { unsubscribe(): void };
  #carrier: Carrier | undefined;
  /** The stay of the other bridge that it carries to; `undefined` while that one takes nothing. */
  #heardBy: string | undefined;

  /** @param number - of the bridge's stays; none has another's */
  constructor(means: StayMeans, local: LocalEnd, wanted: string, number: number) {
    const { isNear, receiver, server, subjects } = means;
    this.#means = means;
    this.local = local;
    this.wanted = wanted;
    this.#number = number;
    receiver.enter(local);
    const subject = isNear ? subjects.s2m : subjects.m2s;
    this.#incoming = server.subscribe(subject, (message) => receiver.take(message));
  }

  /** The other end has spoken of what was sent as `number`. */
  hear(number: string, verdict: string): void {
    this.#carrier?.hear(number, verdict);
  }

  /** Begins to take messages away once somebody is there to take them in: until then the newest waits in the slot. */
  carryIfHeard(partner: Presence | undefined): void {
    const heardBy = partner?.open ? `${partner.id}/${partner.stay}` : undefined;
    if (heardBy !== this.#heardBy) this.#carrier?.partnerChanged();
    this.#heardBy = heardBy;
    if (this.#carrier === undefined && (this.#means.channel.gateway || partner?.open)) this.#carry();
  }

  /** Leaves the channel. */
  end(): void {
    this.#stop.abort();
    this.#incoming.unsubscribe();
    this.#means.receiver.enter(undefined);
    try {
      this.local.close();
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }

  #carry(): void {
    const { channel, counters, isNear, nextNumber, onConfirmed, onLost, patienceMs, seat, server, subjects } =
      this.#means;
    const { local } = this;
    const { signal } = this.#stop;
    this.#carrier = new Carrier({
      server,
      local,
      counters,
      subject: isNear ? subjects.m2s : subjects.s2m,
      ack: `${subjects.ack}.${seat.id}`,
      bridge: seat.id,
      stay: this.#number,
      isAcknowledged: channel.delivery === 'acknowledged',
      patienceMs,
      hasPartner: () => seat.partner?.open === true,
      isGateway: channel.gateway,
      nextNumber,
      onConfirmed: ({ count, sequence }) =>
        onConfirmed({ segment: local.segmentId, generation: local.generation, count, sequence }),
      signal,
    });
    this.#carrier.run().catch(() => {
      if (!signal.aborted) setImmediate(() => onLost(this));
    });
  }
}

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Presence, type PresenceKind, parsePresence } from './presence.js';
import type { Server } from './server.js';
import type { End } from './subjects.js';

/** Who wants an end says so this often, and waits this long for somebody who has it, in ms. */
const CLAIMS = 4;
const CLAIM_INTERVAL_MS = 75;

/** What an end says of itself. */
export type OwnPresence = Pick<
  Presence,
  'alive' | 'open' | 'stay' | 'peer' | 'generation' | 'staleThresholdMs'
>;

/** What a seat is made of. */
export interface SeatOptions {
  readonly server: Server;
  /** The channel's `.state`. */
  readonly subject: string;
  readonly end: End;
  readonly leaseMs: number;
  /** What is to be said of this end now. */
  readonly own: () => OwnPresence;
  /** The other bridge has said something, or has left. */
  readonly onPartner: () => void;
  /** Another bridge has this end. */
  readonly onRival: (id: string) => void;
}

/** The other bridge, as it said last. */
interface Partner extends Presence {
  readonly untilMs: number;
}

/**
 * A bridge's place at one end of a channel: makes sure that no other one has it, tells the other end what lives here,
 * and knows what lives there. What is not repeated within its lease counts as over.
 *
 * Belongs to one bridged channel.
 */
export class Seat {
  /** This bridge; new with every start. */
  readonly id = randomBytes(9).toString('base64url');
  readonly #options: SeatOptions;
  readonly #subscription: { unsubscribe(): void };
  #holds = false;
  #isOver = false;
  #partner: Partner | undefined;
  #lastSaid = '';

  constructor(options: SeatOptions) {
    this.#options = options;
    this.#subscription = options.server.subscribe(options.subject, ({ data }) => {
      const presence = parsePresence(data);
      if (presence !== undefined && presence.id !== this.id && !this.#isOver) this.#hear(presence);
    });
  }

  /** Whether this bridge has the end. */
  get holds(): boolean {
    return this.#holds;
  }

  /** The other bridge, while its lease lasts. */
  get partner(): Presence | undefined {
    const partner = this.#partner;
    return partner !== undefined && performance.now() < partner.untilMs ? partner : undefined;
  }

  /** Asks whether anybody has this end. Whoever has it answers; of two that ask at once, the lower id gets it. */
  async claim(signal: AbortSignal): Promise<void> {
    for (let claims = 0; claims < CLAIMS && !this.#isOver; claims++) {
      this.say('claim');
      await sleep(CLAIM_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
    if (this.#isOver || signal.aborted) return;
    this.#holds = true;
    this.say('beat');
  }

  /** Tells the other end what is so. */
  say(kind: PresenceKind): void {
    const text = this.#text(kind);
    this.#lastSaid = text;
    this.#options.server.publish(this.#options.subject, text);
  }

  /** Tells the other end at once what is new. */
  sayIfNew(): void {
    if (this.#holds && this.#text('beat') !== this.#lastSaid) this.say('beat');
  }

  /** Forgets the other bridge: the connection is gone, and what was true before it need not be so after it. */
  lose(): void {
    this.#partner = undefined;
  }

  /** Gives the end up. Does nothing the second time. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#holds) this.say('bye');
    this.#holds = false;
    this.#subscription.unsubscribe();
  }

  #text(kind: PresenceKind): string {
    const { end, leaseMs, own } = this.#options;
    const presence: Presence = { v: 1, kind, end, id: this.id, ...own(), leaseMs };
    return JSON.stringify(presence);
  }

  #hear(presence: Presence): void {
    if (presence.end === this.#options.end) this.#hearRival(presence);
    else if (presence.kind === 'bye') {
      if (this.#partner?.id !== presence.id) return;
      this.#partner = undefined;
      this.#options.onPartner();
    } else if (presence.kind === 'claim') {
      if (this.#holds) this.say('beat');
    } else this.#hearPartner(presence);
  }

  #hearRival({ kind, id }: Presence): void {
    if (kind === 'bye') return;
    const isHolder = kind === 'beat';
    // Who has it keeps it; two that both want it, or both have it after a split of the net, go by their ids.
    if (this.#holds && !isHolder) this.say('beat');
    else if ((isHolder && !this.#holds) || id < this.id) {
      this.leave();
      this.#options.onRival(id);
    } else this.say(this.#holds ? 'beat' : 'claim');
  }

  #hearPartner(presence: Presence): void {
    const known = this.partner;
    if (known !== undefined && known.id !== presence.id) return;
    this.#partner = { ...presence, untilMs: performance.now() + presence.leaseMs };
    // One that is new, or begins anew, is told of this end at once.
    if ((known === undefined || (known.open && !presence.open)) && this.#holds) this.say('beat');
    this.#options.onPartner();
  }
}

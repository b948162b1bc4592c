// Over 250 lines: the one place that decides by what is known of both machines; all it decides about has its own file.
import { setTimeout as sleep } from 'node:timers/promises';
import { EshmError } from '../errors.js';
import { sitesFor } from '../joining/index.js';
import { type BridgeStats, Counters } from './counters.js';
import { type Confirmed, Entry } from './entry.js';
import { HEADER_ROOM } from './headers.js';
import type { LocalEnd } from './local-end.js';
import { MasterWatch } from './master-watch.js';
import type { ResolvedChannel } from './options.js';
import { Receiver } from './receiver.js';
import { type OwnPresence, Seat } from './seat.js';
import type { Server } from './server.js';
import { Stay, type StayMeans } from './stay.js';
import { type End, type Subjects, subjectsOf } from './subjects.js';

/** What a bridged channel is doing. `waiting` says for whom; only `carrying` is in the local channel. */
export type BridgeState = 'starting' | 'waiting' | 'carrying' | 'refused' | 'closed';

/** How long to look for a live master where nobody said which end this is, in ms. */
const DECIDE_MS = 2000;

/** Pause between two looks for a master that is not joined, in ms. */
const WATCH_INTERVAL_MS = 50;

/** Beats within one lease: two may be lost. */
const BEATS_PER_LEASE = 3;

/** A line about dropped messages at most this often, in ms. */
const DROP_LINE_INTERVAL_MS = 1000;

/** What a channel tells its bridge. */
export interface ChannelListener {
  readonly onState: (channel: BridgedChannel) => void;
  readonly onDropped: (channel: BridgedChannel, reason: string, bytes: number) => void;
  /** It is over for good, with the error that `channel.fault` holds. */
  readonly onRefused: (channel: BridgedChannel) => void;
}

/**
 * One channel of a bridge: knows who lives on both machines, is in the local channel while both do and the other bridge
 * is there, and has its messages carried meanwhile. Anything unconfirmed counts as dead.
 *
 * Belongs to the thread that made it.
 */
export class BridgedChannel {
  readonly name: string;
  /** What it was told. */
  readonly options: ResolvedChannel;
  readonly #server: Server;
  readonly #leaseMs: number;
  readonly #listener: ChannelListener;
  readonly #subjects: Subjects;
  readonly #counters = new Counters();
  readonly #watch: MasterWatch;
  readonly #receiver: Receiver;
  readonly #entry: Entry;
  readonly #stop = new AbortController();
  #seat: Seat | undefined;
  #acks: { unsubscribe(): void } | undefined;
  #end: End | undefined;
  #state: BridgeState = 'starting';
  #reason = 'looking for a master';
  #masterLives = false;
  /** Near: why the master that lives cannot be joined. Nobody over there is to take it for theirs meanwhile. */
  #hindrance: string | undefined;
  #stay: Stay | undefined;
  #stays = 0;
  /** The number under which something was sent last. */
  #numbers = 0;
  /** The newest message that this other end has confirmed; see {@link #other}. */
  #confirmed: (Confirmed & { readonly by: string }) | undefined;
  #isEntering = false;
  #timers: NodeJS.Timeout[] = [];
  #dropLineAtMs = 0;
  /** Why it is over. */
  fault: EshmError | undefined;

  constructor(
    channel: ResolvedChannel,
    server: Server,
    prefix: string,
    leaseMs: number,
    listener: ChannelListener,
  ) {
    this.name = channel.name.name;
    this.options = channel;
    this.#server = server;
    this.#leaseMs = leaseMs;
    this.#listener = listener;
    this.#subjects = subjectsOf(prefix, channel.name.name);
    this.#watch = new MasterWatch(sitesFor(channel.name, channel.shm), channel.maxDataSize);
    this.#entry = new Entry(channel, () => this.#update());
    this.#receiver = new Receiver({
      counters: this.#counters,
      maxDataSize: channel.maxDataSize,
      resendMs: channel.resendMs,
      partner: () => this.#seat?.partner?.id,
      confirm: (reply, verdict) => server.publish(reply, verdict),
      onDropped: (reason, bytes) => this.#tellDropped(reason, bytes),
    });
  }

  /** Which end it is; `undefined` until that is decided. */
  get end(): End | undefined {
    return this.#end;
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Why it is in this state, for people. */
  get reason(): string {
    return this.#reason;
  }

  /** The counters as they stand. */
  stats(): BridgeStats {
    const { sent, unconfirmed, received, missed, dropped, repeated, roundTripMs } = this.#counters;
    const counts = { sent, unconfirmed, received, missed, dropped, repeated, roundTripMs };
    return { name: this.name, end: this.#end ?? 'near', state: this.#state, ...counts };
  }

  /**
   * Decides which end it is and makes it its own.
   *
   * @throws {EshmError} ESHM_ROLE_MISMATCH when another bridge has it; ESHM_BUFFER_TOO_SMALL when the server takes no
   * messages of this size
   */
  async start(): Promise<void> {
    this.#checkPayload();
    const end = await this.#decide();
    if (this.#stop.signal.aborted) return;
    this.#end = end;
    const seat = new Seat({
      server: this.#server,
      subject: this.#subjects.state,
      end,
      leaseMs: this.#leaseMs,
      own: () => this.#own(),
      onPartner: () => this.#update(),
      onRival: (id) => this.#onRival(id),
    });
    this.#seat = seat;
    this.#acks = this.#server.subscribe(`${this.#subjects.ack}.${seat.id}.*`, ({ subject, data }) => {
      const number = subject.slice(subject.lastIndexOf('.') + 1);
      this.#stay?.hear(number, Buffer.from(data).toString('latin1'));
    });
    this.#become('starting', `asking whether another bridge has the ${end} end`);
    await seat.claim(this.#stop.signal);
    if (this.fault !== undefined) throw this.fault;
    if (this.#stop.signal.aborted) return;
    this.#timers.push(setInterval(() => this.#beat(), Math.max(20, this.#leaseMs / BEATS_PER_LEASE)));
    if (end === 'near') {
      this.#look();
      this.#timers.push(setInterval(() => this.#look(), WATCH_INTERVAL_MS));
    }
    this.#update();
  }

  /** The connection was lost or has come back. */
  serverChanged(): void {
    if (this.#server.isUp) {
      try {
        this.#checkPayload();
      } catch (error) {
        this.#refuse(error as EshmError);
        return;
      }
      if (this.#seat?.holds) this.#seat.say('beat');
    } else this.#seat?.lose();
    this.#update();
  }

  /** Leaves the channel and the end. Does nothing the second time. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#leave();
    this.#entry.removeSegment();
    this.#seat?.leave();
    this.#acks?.unsubscribe();
    if (this.#state !== 'refused') this.#become('closed', 'it was closed');
  }

  /** @throws {EshmError} ESHM_BUFFER_TOO_SMALL when a message of the largest size does not get through */
  #checkPayload(): void {
    const { maxDataSize } = this.options;
    const { maxPayload } = this.#server;
    if (maxDataSize + HEADER_ROOM <= maxPayload) return;
    throw new EshmError(
      'ESHM_BUFFER_TOO_SMALL',
      `Cannot bridge '${this.name}': maxDataSize is ${maxDataSize} bytes, and the max_payload of the server is ${maxPayload}, expected ${maxDataSize + HEADER_ROOM} or more (${HEADER_ROOM} are for headers); raise max_payload there`,
    );
  }

  /**
   * Near where a master lives, unless it was told. A near end looks until it knows whether one lives, before it says so
   * to anybody.
   */
  async #decide(): Promise<End> {
    const { as } = this.options;
    if (as === 'far') return as;
    const endMs = performance.now() + DECIDE_MS;
    for (;;) {
      this.#look();
      if (this.#masterLives || (as === 'near' && this.#watch.isSure)) return 'near';
      await sleep(WATCH_INTERVAL_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
      const isOver = as === undefined && performance.now() >= endMs;
      if (isOver || this.#stop.signal.aborted) return as ?? 'far';
    }
  }

  #onRival(id: string): void {
    const orSay = this.options.as === undefined ? ', or say which end it is' : '';
    this.#refuse(
      new EshmError(
        'ESHM_ROLE_MISMATCH',
        `Cannot bridge '${this.name}': another bridge (${id}) has its ${this.#end} end, expected none; stop it, or start this one on the other machine${orSay}`,
      ),
    );
  }

  #beat(): void {
    this.#update();
    this.#seat?.say('beat');
  }

  /** Looks for a master that is not joined yet. */
  #look(): void {
    if (this.#stay !== undefined) return;
    const lives = this.#watch.look();
    const hindrance = this.#watch.hindrance ?? this.#entry.hindrance;
    if (lives === this.#masterLives && hindrance === this.#hindrance) return;
    this.#masterLives = lives;
    this.#hindrance = hindrance;
    this.#update();
  }

  /** What this end says of itself. */
  #own(): OwnPresence {
    const local = this.#stay?.local;
    const generation = local?.generation ?? this.#watch.generation;
    return {
      alive:
        this.#end === 'near'
          ? this.#masterLives && this.#hindrance === undefined
          : (local?.peerAlive ?? false),
      open: local !== undefined,
      stay: local === undefined ? 0 : this.#stays,
      peer: this.#end === 'near' ? generation : (local?.peerIdentity ?? 0),
      generation,
      staleThresholdMs: local?.staleThresholdMs ?? this.#watch.staleThresholdMs,
    };
  }

  /** Puts everything as it should be by what is known now. */
  #update(): void {
    if (!this.#seat?.holds || this.#stop.signal.aborted) return;
    if (this.#stay !== undefined && this.#end === 'near') this.#masterLives = this.#stay.local.peerAlive;
    const obstacle = this.#obstacle();
    const wanted = this.#wanted();
    if (obstacle !== undefined || wanted !== this.#stay?.wanted) this.#leave();
    if (obstacle !== undefined) this.#become('waiting', obstacle);
    else if (this.#stay === undefined) this.#enter(wanted);
    this.#stay?.carryIfHeard(this.#seat.partner);
    this.#seat.sayIfNew();
  }

  /** What is missing, for people; `undefined` where nothing is. */
  #obstacle(): string | undefined {
    if (!this.#server.isUp) return 'no server';
    const isNear = this.#end === 'near';
    if (isNear && !this.#masterLives) return 'no live master here';
    if (isNear && this.#hindrance !== undefined) return this.#hindrance;
    if (this.options.gateway) return undefined;
    const partner = this.#seat?.partner;
    if (partner === undefined) return `no bridge at the ${isNear ? 'far' : 'near'} end`;
    if (partner.alive) return undefined;
    return isNear ? 'no live slave at the far end' : 'no live master at the near end';
  }

  /** A stay is for one partner, and at the far end for one start of the master. */
  #wanted(): string {
    const partner = this.#seat?.partner;
    return this.#end === 'near' ? `${partner?.id}` : `${partner?.id}/${partner?.generation}`;
  }

  /**
   * Who confirms messages. What was written for a peer over there that is to acknowledge it is not for the next
   * one: as on one machine.
   */
  get #other(): string | undefined {
    const partner = this.#seat?.partner;
    if (partner === undefined) return undefined;
    return this.options.delivery === 'newest' ? partner.id : `${partner.id}/${partner.peer}`;
  }

  #enter(wanted: string): void {
    if (this.#isEntering || !this.#entry.isDue) return;
    this.#isEntering = true;
    const other = this.#other;
    const from = this.#confirmed?.by === other ? this.#confirmed : undefined;
    const entering =
      this.#end === 'near'
        ? this.#entry.join(this.#stop.signal, from)
        : this.#entry.start(this.#seat?.partner?.staleThresholdMs, from);
    entering.then(
      (local) => {
        this.#isEntering = false;
        if (this.#stop.signal.aborted) local.close();
        else this.#begin(local, wanted, other);
      },
      (error: Error) => {
        this.#isEntering = false;
        if (!this.#stop.signal.aborted) this.#become('waiting', error.message);
      },
    );
  }

  /** @param other - who is to confirm, as was known before it entered: it may have to be heard of again by now */
  #begin(local: LocalEnd, wanted: string, other: string | undefined): void {
    this.#hindrance = undefined;
    this.#stay = new Stay(this.#means(), local, wanted, ++this.#stays);
    // In another segment nothing is confirmed yet, whoever confirms.
    if (this.#confirmed?.by !== other || this.#confirmed?.segment !== local.segmentId) {
      this.#confirm(other, { segment: local.segmentId, generation: local.generation, ...local.from });
    }
    this.#become('carrying', this.options.gateway ? 'with whoever is on the server' : 'with the other end');
    this.#update();
  }

  #means(): StayMeans {
    return {
      channel: this.options,
      server: this.#server,
      subjects: this.#subjects,
      counters: this.#counters,
      receiver: this.#receiver,
      seat: this.#seat!,
      isNear: this.#end === 'near',
      patienceMs: this.#leaseMs,
      nextNumber: () => ++this.#numbers,
      onConfirmed: (confirmed) => {
        // A message that was on its way when a stay ended is carried in the next, to the same bridge: it knows which it
        // has.
        if (confirmed.sequence !== 0) this.#confirm(this.#other, confirmed);
      },
      onLost: (stay) => this.#onLost(stay),
    };
  }

  #confirm(by: string | undefined, confirmed: Confirmed): void {
    if (by !== undefined) this.#confirmed = { by, ...confirmed };
  }

  #onLost(stay: Stay): void {
    if (this.#stay !== stay) return;
    this.#entry.rest();
    this.#masterLives = stay.local.peerAlive;
    this.#leave();
    this.#update();
  }

  /** Ends the stay, if there is one. */
  #leave(): void {
    const stay = this.#stay;
    if (stay === undefined) return;
    if (this.#end === 'near') this.#watch.generation = stay.local.generation;
    this.#stay = undefined;
    stay.end();
    this.#watch.restart(this.#masterLives);
  }

  #tellDropped(reason: string, bytes: number): void {
    const now = performance.now();
    if (now < this.#dropLineAtMs) return;
    this.#dropLineAtMs = now + DROP_LINE_INTERVAL_MS;
    this.#listener.onDropped(this, reason, bytes);
  }

  /** Ends it for good. Before it has started, `start()` throws the error. */
  #refuse(error: EshmError): void {
    const hasStarted = this.#timers.length > 0;
    this.fault = error;
    this.#become('refused', error.message);
    if (!hasStarted) return;
    this.close();
    this.#listener.onRefused(this);
  }

  #become(state: BridgeState, reason: string): void {
    if (state === this.#state && reason === this.#reason) return;
    this.#state = state;
    this.#reason = reason;
    this.#listener.onState(this);
  }
}

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Segment } from '../../syscalls/index.js';
import { EshmError } from '../errors.js';
import { connect } from '../joining/index.js';
import { type EshmOptions, resolveOptions } from '../options.js';
import { Carrier } from './carrier.js';
import { type BridgeStats, Counters } from './counters.js';
import { HEADER_ROOM } from './headers.js';
import { MasterWatch } from './master-watch.js';
import type { ResolvedChannel } from './options.js';
import { isLeft, Port } from './port.js';
import { type Presence, type PresenceKind, parsePresence } from './presence.js';
import { Receiver } from './receiver.js';
import type { Server } from './server.js';
import { type End, type Subjects, subjectsOf } from './subjects.js';

/** What a bridged channel is doing. `waiting` says for whom; only `carrying` is in the local channel. */
export type BridgeState = 'starting' | 'waiting' | 'carrying' | 'refused' | 'closed';

/** How long to look for a live master where nobody said which end this is, in ms. */
const DECIDE_MS = 2000;

/** Pause between two looks for a master that is not joined, in ms. */
const WATCH_INTERVAL_MS = 50;

/** Who wants an end says so this often, and waits this long for somebody who has it, in ms. */
const CLAIMS = 4;
const CLAIM_INTERVAL_MS = 75;

/** Beats within one lease: two may be lost. */
const BEATS_PER_LEASE = 3;

/** Pause before the local channel is tried again where it could not be joined, in ms. */
const RETRY_MS = 500;

/** How long one attempt to join as a slave may take, in ms. */
const JOIN_MS = 1000;

/** A line about dropped messages at most this often, in ms. */
const DROP_LINE_INTERVAL_MS = 1000;

/** What a channel tells its bridge. */
export interface ChannelListener {
  readonly onState: (channel: BridgedChannel) => void;
  readonly onDropped: (channel: BridgedChannel, reason: string, bytes: number) => void;
  /** It is over for good, with the error that `channel.fault` holds. */
  readonly onRefused: (channel: BridgedChannel) => void;
}

/** The other bridge, as it said last. */
interface Partner extends Presence {
  readonly untilMs: number;
}

/**
 * One channel of a bridge: knows who lives on both machines, is in the local channel while both do and the other bridge
 * is there, and has its messages carried meanwhile. What it is not sure of does not live.
 *
 * Belongs to the thread that made it.
 */
export class BridgedChannel {
  readonly name: string;
  readonly #channel: ResolvedChannel;
  readonly #server: Server;
  readonly #leaseMs: number;
  readonly #listener: ChannelListener;
  readonly #id = randomBytes(9).toString('base64url');
  readonly #subjects: Subjects;
  readonly #counters = new Counters();
  readonly #watch: MasterWatch;
  readonly #receiver: Receiver;
  readonly #subscriptions: { unsubscribe(): void }[] = [];
  readonly #stop = new AbortController();
  #end: End | undefined;
  #state: BridgeState = 'starting';
  #reason = 'looking for a master';
  /** Whether this bridge has the end. */
  #holds = false;
  #partner: Partner | undefined;
  #masterLives = false;
  #port: Port | undefined;
  /** What the port was opened for: another one needs another stay. */
  #portFor = '';
  #isJoining = false;
  #retryAtMs = 0;
  #stay = 0;
  #stayStop = new AbortController();
  #carrier: Carrier | undefined;
  #incoming: { unsubscribe(): void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #lastSaid = '';
  /** The segment that this end made, to be removed at the end. */
  #ownSegment: number | undefined;
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
    this.name = channel.name;
    this.#channel = channel;
    this.#server = server;
    this.#leaseMs = leaseMs;
    this.#listener = listener;
    this.#subjects = subjectsOf(prefix, channel.name);
    this.#watch = new MasterWatch(channel.key);
    this.#receiver = new Receiver({
      counters: this.#counters,
      maxDataSize: channel.maxDataSize,
      resendMs: channel.resendMs,
      partner: () => this.#livePartner?.id,
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

  /** What it was told. */
  get options(): ResolvedChannel {
    return this.#channel;
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
    this.checkPayload();
    this.#end = this.#channel.as ?? (await this.#decide());
    if (this.#stop.signal.aborted) return;
    const { state, ack } = this.#subjects;
    this.#subscriptions.push(
      this.#server.subscribe(state, ({ data }) => {
        const presence = parsePresence(data);
        if (presence !== undefined && presence.id !== this.#id) this.#onPresence(presence);
      }),
      this.#server.subscribe(`${ack}.${this.#id}.*`, ({ subject, data }) => {
        this.#carrier?.hear(
          subject.slice(subject.lastIndexOf('.') + 1),
          Buffer.from(data).toString('latin1'),
        );
      }),
    );
    await this.#claim();
    if (this.fault !== undefined) throw this.fault;
    if (this.#stop.signal.aborted) return;
    this.#holds = true;
    this.#timer = setInterval(() => this.#beat(), Math.max(20, this.#leaseMs / BEATS_PER_LEASE));
    if (this.#end === 'near') this.#watchTimer = setInterval(() => this.#look(), WATCH_INTERVAL_MS);
    this.#say('beat');
    this.#update();
  }

  /** The connection was lost or has come back. */
  serverChanged(): void {
    if (this.#server.isUp) {
      try {
        this.checkPayload();
      } catch (error) {
        this.#refuse(error as EshmError);
        return;
      }
      if (this.#holds) this.#say('beat');
    }
    this.#update();
  }

  /** Leaves the channel and the end. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const wasHolding = this.#holds;
    this.#holds = false;
    clearInterval(this.#timer);
    clearInterval(this.#watchTimer);
    this.#closePort();
    this.#removeSegment();
    if (wasHolding) this.#say('bye');
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    if (this.#state !== 'refused') this.#become('closed', 'it was closed');
  }

  /** @throws {EshmError} ESHM_BUFFER_TOO_SMALL when a message of the largest size does not get through */
  checkPayload(): void {
    const { maxDataSize } = this.#channel;
    const { maxPayload } = this.#server;
    if (maxDataSize + HEADER_ROOM <= maxPayload) return;
    throw new EshmError(
      'ESHM_BUFFER_TOO_SMALL',
      `Cannot bridge '${this.name}': maxDataSize is ${maxDataSize} bytes, and the max_payload of the server is ${maxPayload}, expected ${maxDataSize + HEADER_ROOM} or more (${HEADER_ROOM} are for headers); raise max_payload there`,
    );
  }

  /** Near where a master lives. */
  async #decide(): Promise<End> {
    const endMs = performance.now() + DECIDE_MS;
    do {
      if (this.#watch.look()) return 'near';
      await sleep(WATCH_INTERVAL_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
    } while (performance.now() < endMs && !this.#stop.signal.aborted);
    return 'far';
  }

  /** Asks whether anybody has this end. Whoever has it answers; of two that ask at once, the lower id gets it. */
  async #claim(): Promise<void> {
    this.#become('starting', `asking whether another bridge has the ${this.#end} end`);
    for (let claims = 0; claims < CLAIMS && this.fault === undefined; claims++) {
      this.#say('claim');
      await sleep(CLAIM_INTERVAL_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  #onPresence(presence: Presence): void {
    if (this.fault !== undefined || this.#stop.signal.aborted) return;
    if (presence.end === this.#end) this.#onRival(presence);
    else if (presence.kind === 'bye') {
      if (this.#partner?.id !== presence.id) return;
      this.#partner = undefined;
      this.#update();
    } else if (presence.kind === 'claim') {
      if (this.#holds) this.#say('beat');
    } else this.#onPartner(presence);
  }

  #onRival({ kind, id }: Presence): void {
    if (kind === 'bye') return;
    const isHolder = kind === 'beat';
    // Who has it keeps it; two that both want it, or both have it after a split of the net, go by their ids.
    if (this.#holds && !isHolder) this.#say('beat');
    else if ((isHolder && !this.#holds) || id < this.#id) {
      this.#refuse(
        new EshmError(
          'ESHM_ROLE_MISMATCH',
          `Cannot bridge '${this.name}': another bridge (${id}) has its ${this.#end} end, expected none; stop it, or start this one on the other machine${this.#channel.as === undefined ? ', or say which end it is' : ''}`,
        ),
      );
    } else this.#say(this.#holds ? 'beat' : 'claim');
  }

  #onPartner(presence: Presence): void {
    const known = this.#livePartner;
    if (known !== undefined && known.id !== presence.id) return;
    this.#partner = { ...presence, untilMs: performance.now() + presence.leaseMs };
    if (known === undefined && this.#holds) this.#say('beat');
    this.#update();
  }

  get #livePartner(): Partner | undefined {
    const partner = this.#partner;
    return partner !== undefined && performance.now() < partner.untilMs ? partner : undefined;
  }

  #beat(): void {
    this.#update();
    this.#say('beat');
  }

  /** Looks for a master that is not joined yet. */
  #look(): void {
    if (this.#port !== undefined) return;
    const lives = this.#watch.look();
    if (lives === this.#masterLives) return;
    this.#masterLives = lives;
    this.#update();
  }

  /** What this end says of itself. */
  #presence(kind: PresenceKind): Presence {
    const port = this.#port;
    const isNear = this.#end === 'near';
    return {
      v: 1,
      kind,
      end: this.#end!,
      id: this.#id,
      alive: isNear ? this.#masterLives : (port?.peerAlive ?? false),
      open: port !== undefined,
      generation: port?.generation ?? this.#watch.generation,
      staleThresholdMs: port?.staleThresholdMs ?? this.#watch.staleThresholdMs,
      leaseMs: this.#leaseMs,
    };
  }

  #say(kind: PresenceKind): void {
    const text = JSON.stringify(this.#presence(kind));
    this.#lastSaid = text;
    this.#server.publish(this.#subjects.state, text);
  }

  /** Tells the other end at once what is new. */
  #sayIfNew(): void {
    if (this.#holds && JSON.stringify(this.#presence('beat')) !== this.#lastSaid) this.#say('beat');
  }

  /** Puts everything as it should be by what is known now. */
  #update(): void {
    if (!this.#holds || this.#stop.signal.aborted) return;
    const port = this.#port;
    if (port !== undefined && this.#end === 'near') this.#masterLives = port.peerAlive;
    const obstacle = this.#obstacle();
    const wanted = this.#wantedFor();
    if (port !== undefined && (obstacle !== undefined || wanted !== this.#portFor)) this.#closePort();
    if (obstacle !== undefined) this.#become('waiting', obstacle);
    else if (this.#port === undefined) this.#open(wanted);
    if (this.#port !== undefined) this.#carryIfHeard();
    this.#sayIfNew();
  }

  /** What is missing, for people; `undefined` where nothing is. */
  #obstacle(): string | undefined {
    if (!this.#server.isUp) return 'no server';
    if (this.#end === 'near' && !this.#masterLives) return 'no live master here';
    if (this.#channel.gateway) return undefined;
    const partner = this.#livePartner;
    if (partner === undefined) return `no bridge at the ${this.#end === 'near' ? 'far' : 'near'} end`;
    if (partner.alive) return undefined;
    return this.#end === 'near' ? 'no live slave at the far end' : 'no live master at the near end';
  }

  /** A stay is for one partner, and at the far end for one start of the master. */
  #wantedFor(): string {
    const partner = this.#livePartner;
    if (this.#end === 'near') return `${partner?.id}`;
    return `${partner?.id}/${partner?.generation}`;
  }

  #open(wanted: string): void {
    if (this.#isJoining || performance.now() < this.#retryAtMs) return;
    this.#isJoining = true;
    const joining = this.#end === 'near' ? this.#join() : this.#start();
    joining.then(
      (port) => {
        this.#isJoining = false;
        if (this.#stop.signal.aborted) port.close();
        else this.#enter(port, wanted);
      },
      (error: Error) => {
        this.#isJoining = false;
        this.#retryAtMs = performance.now() + RETRY_MS;
        if (!this.#stop.signal.aborted) this.#become('waiting', error.message);
      },
    );
  }

  #portOptions(): EshmOptions {
    const { maxDataSize } = this.#channel;
    return { maxDataSize, disconnectBehavior: 'immediately', maxPending: 4 };
  }

  /** As a slave of the master that lives here. */
  #join(): Promise<Port> {
    const { name, key, delivery } = this.#channel;
    return connect(
      name,
      { ...this.#portOptions(), role: 'slave', timeoutMs: JOIN_MS, signal: this.#stop.signal },
      (options, place) =>
        new Port(name, key, options, place, delivery === 'acknowledged', () => this.#update()),
    );
  }

  /** As the master, in the place of the one at the near end. The segment stays from stay to stay. */
  async #start(): Promise<Port> {
    const { name, key, delivery, staleThresholdMs } = this.#channel;
    const threshold = staleThresholdMs ?? (this.#livePartner?.staleThresholdMs || undefined);
    const options = resolveOptions({
      ...this.#portOptions(),
      role: 'master',
      autoCleanup: false,
      ...(threshold === undefined ? {} : { staleThresholdMs: threshold }),
    });
    return new Port(name, key, options, undefined, delivery === 'acknowledged', () => this.#update());
  }

  #enter(port: Port, wanted: string): void {
    this.#port = port;
    this.#portFor = wanted;
    if (port.role === 'master') this.#ownSegment = port.segmentId;
    this.#stay++;
    this.#stayStop = new AbortController();
    this.#receiver.enter(port);
    const { m2s, s2m } = this.#subjects;
    const subject = this.#end === 'near' ? s2m : m2s;
    this.#incoming = this.#server.subscribe(subject, (message) => this.#receiver.take(message));
    this.#become('carrying', this.#channel.gateway ? 'with whoever is on the server' : 'with the other end');
    this.#update();
  }

  /** Begins to take messages away once somebody is there to take them in: until then the newest waits in the slot. */
  #carryIfHeard(): void {
    if (this.#carrier !== undefined || !(this.#channel.gateway || this.#livePartner?.open)) return;
    const { m2s, s2m, ack } = this.#subjects;
    const { signal } = this.#stayStop;
    const carrier = new Carrier({
      server: this.#server,
      port: this.#port!,
      counters: this.#counters,
      subject: this.#end === 'near' ? m2s : s2m,
      ack: `${ack}.${this.#id}`,
      bridge: this.#id,
      stay: this.#stay,
      isAcknowledged: this.#channel.delivery === 'acknowledged',
      patienceMs: this.#leaseMs,
      hasPartner: () => this.#livePartner?.open === true,
      signal,
    });
    this.#carrier = carrier;
    carrier.run().catch(() => {
      // The channel was lost, or the stay is over: the port's news say which.
      if (!signal.aborted) setImmediate(() => this.#update());
    });
  }

  #closePort(): void {
    const port = this.#port;
    if (port === undefined) return;
    if (this.#end === 'near') this.#watch.generation = port.generation;
    this.#port = undefined;
    this.#carrier = undefined;
    this.#stayStop.abort();
    this.#incoming?.unsubscribe();
    this.#receiver.enter(undefined);
    this.#watch.restart(this.#masterLives);
    try {
      port.close();
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }

  /** Removes the segment that this end made, unless another master has it by now. */
  #removeSegment(): void {
    const id = this.#ownSegment;
    if (id === undefined) return;
    try {
      const segment = Segment.attach(Segment.find(this.#channel.key));
      try {
        if (segment.id === id && isLeft(segment.bytes)) segment.remove();
      } finally {
        segment.detach();
      }
    } catch {
      // It has gone already.
    }
  }

  #tellDropped(reason: string, bytes: number): void {
    const now = performance.now();
    if (now < this.#dropLineAtMs) return;
    this.#dropLineAtMs = now + DROP_LINE_INTERVAL_MS;
    this.#listener.onDropped(this, reason, bytes);
  }

  #refuse(error: EshmError): void {
    this.fault = error;
    const wasHolding = this.#holds;
    this.#become('refused', error.message);
    if (!wasHolding) return;
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

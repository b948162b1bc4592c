// Over 250 lines: one life, from joining to closing, in one place.
import { type EshmError, translate } from '../errors.js';
import { Peer } from '../heartbeat/index.js';
import { findPlace, type Place, type Sites, sitesFor, withOtherPlace } from '../joining/index.js';
import type { ResolvedOptions, ShmOption } from '../options.js';
import type { ChannelName } from '../store/index.js';
import { Gate } from './gate.js';
import { Link } from './link.js';
import { Reconnector } from './reconnect.js';
import { closedError, givenUpError, overtakenError, type SessionEvent, type State } from './state.js';
import { LOOK_MS, UsurperWatch } from './usurper.js';

/**
 * The connection behind an endpoint: follows what the heartbeat worker reports, runs the search for a new master, and
 * knows what may be done in which state. No data passes through it.
 *
 * Belongs to the thread that made it. Everything here happens in {@link attend}, which the event loop calls, and every
 * operation of the endpoint too, so that it works while the event loop is blocked.
 */
export class Session {
  #link: Link;
  /** The place in the other kind of memory, where a master stands too until a slave comes to one of the two. */
  #second: Link | undefined;
  /** Open while operations need not ask here first. */
  readonly gate = new Gate();
  /** Whether a callback of the endpoint is under way that may look at the mapped bytes: they stay as long. */
  readonly callback = { isAlive: false };
  readonly #name: string;
  readonly #sites: Sites;
  readonly #options: ResolvedOptions;
  #state: State = 'connected';
  /** The news attended to last; what came during the start is news too. */
  #heard = 0;
  #generation: number;
  #search: Reconnector | undefined;
  /** Who has taken this endpoint's role, as it was seen first. */
  #heir: string | undefined;
  /** Whether the heir stands in other memory than this endpoint. */
  #isReplaced = false;
  #timer: NodeJS.Timeout | undefined;
  /** A master's looks for another one under its name. */
  #looks: NodeJS.Timeout | undefined;
  readonly #usurpers = new UsurperWatch();
  readonly #waits: ((isNewState: boolean) => void)[] = [];
  /** Called with every event, on the next tick, so that no listener runs in the middle of an operation. */
  onEvent: (event: SessionEvent) => void = () => {};
  /** Called when {@link link} is another one: with the reader and the writer in the other kind of memory. */
  onLink: () => void = () => {};

  /**
   * Enters the place for `options.role`; nothing is left behind when it throws.
   *
   * @param found - the place, where it was found before this; else this thread is blocked until it is found
   */
  constructor(name: ChannelName, options: ResolvedOptions, found: Place | undefined) {
    this.#name = name.name;
    this.#sites = sitesFor(name, options.shm);
    this.#options = options;
    const place = found ?? findPlace(this.#sites, options);
    this.#link = new Link(place, options, this.#onChange);
    this.#generation = this.#link.header.generation;
    if (place.second !== undefined) this.#second = this.#linkOrNone(place.second);
    this.#watchLink();
    this.#setGate();
    if (place.role === 'master') this.#looks = setInterval(() => this.#lookForUsurper(), LOOK_MS).unref();
  }

  /**
   * Calls `wake` on the event loop from now on whenever something may have come that a parked wait is armed for, and
   * with `true` on the tick after an event, before {@link onEvent}.
   */
  subscribe(wake: (isNewState: boolean) => void): void {
    this.#waits.push(wake);
  }

  /** The hold on the segment or file; another one when the endpoint goes to the other kind of memory. */
  get link(): Link {
    return this.#link;
  }

  get #places(): readonly Link[] {
    return this.#second === undefined ? [this.#link] : [this.#link, this.#second];
  }

  /** What tells the segment or file from every other; of both places of a master that stands in two. */
  get placeIds(): readonly number[] {
    return this.#places.map(({ segmentId }) => segmentId);
  }

  /** In which kind of memory the channel is; `'auto'` for a master that stands in both. */
  get shm(): ShmOption {
    return this.#second === undefined ? this.#link.kind : 'auto';
  }

  get state(): State {
    return this.#state;
  }

  /** Whether the other side is flagged and beats. */
  get remoteAlive(): boolean {
    if (this.#state === 'closed' || this.#state === 'disconnected') return false;
    const { link } = this;
    return link.peer === Peer.alive && link.header.flagged(link.peerRole);
  }

  /** Follows the worker's reports and drives the search, as far as they have come. Never waits. */
  attend(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'disconnected') {
      // Nobody watches for this one now, and what it reads would count as read by its heir.
      this.#heir ??= this.link.heir;
      // The count is the segment's, not this one's: it must never run backwards.
      this.link.reader.recount();
      return;
    }
    // Under a callback nothing is unmapped.
    if (this.#second !== undefined && !this.callback.isAlive) this.#decide(this.#second);
    const news = this.gate.news;
    if (news !== this.#heard) {
      this.#heard = news;
      this.link.inlet.pull();
      this.link.reader.recount();
      this.link.inlet.noteRestarts();
      this.#heir = this.link.heir;
      if (this.#heir === undefined) this.link.resyncIfAlone();
      if (this.#heir !== undefined) this.#disconnect();
      else if (this.link.peer === Peer.stale) this.#onStale();
      else if (this.link.peer === Peer.alive) this.#onAlive();
    }
    if (this.#search !== undefined) this.#drive(this.#search);
    this.#setGate();
  }

  /** Whether another has taken this endpoint's role; it may touch the channel no more. */
  get isOvertaken(): boolean {
    return this.#heir !== undefined;
  }

  /** The error for an operation that needs the channel when it is not there, or `undefined`. */
  fault(action: string): EshmError | undefined {
    if (this.#state === 'closed') return closedError(action, this.#name);
    if (this.#state !== 'disconnected') return undefined;
    if (this.#heir !== undefined) {
      // As it is by now: a start writes its process id after its generation, and may have been seen in between.
      const heir = this.#isReplaced ? this.#heir : (this.link.heir ?? this.#heir);
      return overtakenError(action, this.#name, this.link.role, heir);
    }
    const error = givenUpError(action, this.#name, this.#options);
    return withOtherPlace(error, this.#sites, this.#options) as EshmError;
  }

  /**
   * Leaves and unmaps the segment; within a {@link callback} it stays mapped until {@link callbackOver}. Does nothing
   * the second time.
   *
   * @throws {EshmError} ESHM_SHM_DELETE when it could not be removed; it is unmapped all the same
   */
  close(): void {
    if (this.#state === 'closed') return;
    this.#endSearch();
    clearInterval(this.#looks);
    this.#state = 'closed';
    this.#setGate();
    this.#tell(['closed']);
    try {
      try {
        // Nobody has come to it.
        this.#second?.drop();
      } finally {
        this.link.close(this.callback.isAlive);
      }
    } catch (error) {
      throw translate(error, 'ESHM_SHM_DELETE', `close '${this.#name}'`);
    }
  }

  /** A {@link callback} is over: unmaps what one that called {@link close} was still looking at. */
  callbackOver(): void {
    if (this.#state === 'closed' && !this.callback.isAlive) this.link.unmap();
  }

  readonly #onChange = (): void => {
    this.attend();
    for (const wake of this.#waits) wake(false);
  };

  #tell(event: SessionEvent): void {
    process.nextTick(() => {
      for (const wake of this.#waits) wake(true);
      this.onEvent(event);
    });
  }

  #onStale(): void {
    if (this.#state !== 'connected') return;
    this.#state = 'stale';
    this.link.inlet.noteDeath();
    this.#tell(['stale']);
    if (this.link.role === 'master') return;
    if (this.#options.disconnectBehavior === 'immediately') {
      this.#disconnect();
      return;
    }
    this.#state = 'reconnecting';
    this.#search = new Reconnector(this.#sites, this.link, this.#options, performance.now());
    this.#tell(['reconnecting']);
  }

  #onAlive(): void {
    const generation = this.link.header.generation;
    const tookMs = this.#search === undefined ? 0 : performance.now() - this.#search.sinceMs;
    const anotherMaster = this.link.role === 'slave' && generation !== this.#generation;
    const wasStale = this.#state !== 'connected';
    this.#generation = generation;
    this.link.inlet.meet();
    this.#endSearch();
    this.#state = 'connected';
    if (anotherMaster) this.#tell(['reconnected', { generation, tookMs }]);
    else if (wasStale) this.#tell(['recovered']);
  }

  #drive(search: Reconnector): void {
    const now = performance.now();
    // Its parent may only now have waited for it.
    this.link.inlet.noteDeath();
    // Another segment must not be mapped under a callback: what it sees would be half of one and half of the other.
    switch (this.callback.isAlive ? 'again' : search.tick(now)) {
      case 'reconnected':
        this.#endSearch();
        if (search.found !== undefined && !this.#goTo(search.found)) return;
        this.#generation = this.link.header.generation;
        this.link.inlet.meet();
        this.#state = 'connected';
        this.#tell(['reconnected', { generation: this.#generation, tookMs: now - search.sinceMs }]);
        return;
      case 'gave-up':
        this.#disconnect();
        return;
      case 'again':
        // At the end of a move another was found to have entered there since.
        this.#heir = this.link.heir;
        if (this.#heir !== undefined) {
          this.#disconnect();
          return;
        }
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.attend();
        }, search.dueInMs(now)).unref();
    }
  }

  /** A master that stands in both places is in the one to which a slave has come; the other is removed. */
  #decide(second: Link): void {
    const hasCome = this.link.hasPeerCome;
    if (!hasCome && !second.hasPeerCome) return;
    this.#second = undefined;
    const left = hasCome ? second : this.#link;
    if (!hasCome) {
      this.#link = second;
      this.#watchLink();
    }
    try {
      left.drop();
    } catch (error) {
      process.emitWarning(error as Error);
    }
    if (!hasCome) this.onLink();
    this.#tell(['joined', this.#link.kind]);
  }

  /** Leaves the second place as a close would: this endpoint is to be in neither. */
  #leaveSecond(): void {
    const second = this.#second;
    this.#second = undefined;
    try {
      second?.close();
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }

  /** Goes on in the other kind of memory; false where another was quicker there, and the search begins anew. */
  #goTo(place: Place): boolean {
    let next: Link;
    try {
      next = new Link(place, this.#options, this.#onChange);
    } catch {
      this.#state = 'stale';
      this.#search = new Reconnector(this.#sites, this.link, this.#options, performance.now());
      this.#state = 'reconnecting';
      return false;
    }
    const old = this.#link;
    this.#link = next;
    this.#watchLink();
    this.#generation = next.header.generation;
    old.close();
    this.onLink();
    this.#tell(['joined', next.kind]);
    return true;
  }

  #linkOrNone(place: Place): Link | undefined {
    try {
      return new Link(place, this.#options, this.#onChange);
    } catch (error) {
      this.#link.close();
      throw error;
    }
  }

  #watchLink(): void {
    this.#link.inlet.meet();
    const { words, at } = this.#link.watch.newsWord;
    this.gate.watch(words, at);
    this.#heard = 0;
  }

  /**
   * Decides which operations go ahead without a second look: a master's always, a slave's while it is connected. None
   * while there is no mapped memory to go ahead in, or another place to look at.
   */
  #setGate(): void {
    const isMapped = this.link.kind === 'system-v' && this.#second === undefined;
    const calm = this.#state === 'connected' || (this.#state === 'stale' && this.link.role === 'master');
    if (calm && isMapped) this.gate.open(this.#heard);
    else this.gate.shut();
  }

  /** A master whose memory has lost its name has lost its role; not while its slave lives, which is with it in there. */
  #lookForUsurper(): void {
    // A slave may have come to the second place.
    this.attend();
    if (this.#state === 'disconnected' || this.remoteAlive) return;
    this.#heir = this.#usurpers.look(this.#places);
    if (this.#heir === undefined) return;
    this.#isReplaced = true;
    this.#disconnect();
    this.#setGate();
  }

  #disconnect(): void {
    this.#endSearch();
    clearInterval(this.#looks);
    this.#leaveSecond();
    this.#state = 'disconnected';
    // Two that write one channel tear each other's messages: this one stops where another has taken its role.
    if (this.#heir !== undefined) this.link.giveWay();
    else this.link.retire();
    this.#tell(['disconnected']);
  }

  #endSearch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#search?.stop();
    this.#search = undefined;
  }
}

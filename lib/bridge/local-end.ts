import { setTimeout as sleep } from 'node:timers/promises';
import { AsyncReader, Sender, type SendOptions, type SentMark } from '../async/index.js';
import { Answer, type Taken } from '../channel/index.js';
import { EshmError, isCorrupt } from '../errors.js';
import { Header, type Role } from '../header/index.js';
import type { Place } from '../joining/index.js';
import type { ResolvedOptions } from '../options.js';
import { closeAtExit, forgetAtExit, Opening, Session } from '../session/index.js';
import type { ChannelName, Store } from '../store/index.js';

/** Pause between two looks whether a message of an earlier stay was read, in ms. */
const READ_LOOK_INTERVAL_MS = 5;

/** A message that was published, and for whom. */
export interface PeerMark extends SentMark {
  /** As {@link LocalEnd.peerIdentity}. */
  readonly peer: number;
}

/**
 * A bridge's end of a local channel, for as long as it is in it. As an endpoint, but for what only a bridge does: it
 * counts a message as read when the other machine says so, and shows its reader what was missed on the whole way.
 *
 * Belongs to the thread that made it.
 */
export class LocalEnd {
  readonly role: Role;
  /** What had been written when it came and counts as read. */
  readonly from: { readonly count: number; readonly sequence: number };
  readonly name: string;
  readonly #session: Session;
  readonly #reader: AsyncReader<Taken>;
  readonly #sender: Sender;
  readonly #countsLate: boolean;
  #isClosed = false;
  /** What the header said last: it may be asked for when the memory is gone. */
  #generation = 0;
  #staleThresholdMs = 0;
  #peerIdentity = 0;

  /**
   * Enters the channel at `place`, which was marked in this turn of the event loop.
   *
   * @param countsLate - whether a message counts as read only by {@link confirmRead}
   * @param onChange - called on the event loop when the other side may have come, gone or been replaced
   * @throws {EshmError} as `Eshm.open`
   */
  constructor(
    channel: ChannelName,
    options: ResolvedOptions,
    place: Place,
    countsLate: boolean,
    onChange: () => void,
  ) {
    const { name } = channel;
    this.name = name;
    this.#countsLate = countsLate;
    this.from = { count: place.readFrom.writes, sequence: place.readFrom.sequence };
    this.#session = new Session(channel, options, place);
    this.role = this.#session.link.role;
    this.#reader = new AsyncReader({
      name,
      session: this.#session,
      take: () => this.#take(),
      whyNothing: () => 'nothing was written',
    });
    this.#sender = new Sender(name, this.#session, options);
    this.#session.subscribe(() => {
      if (!this.#isClosed) onChange();
    });
    closeAtExit(this, new Opening(closeAtExit));
  }

  /** Whether it was closed, or has lost its channel, which then may not be touched. */
  get isLost(): boolean {
    if (this.#isClosed) return true;
    if (!this.#session.gate.isOpen) this.#session.attend();
    return this.#session.state !== 'connected' && this.#session.state !== 'stale';
  }

  /** Whether the peer on this machine lives. */
  get peerAlive(): boolean {
    return !this.#isClosed && this.#session.remoteAlive;
  }

  /** `masterGeneration` here. */
  get generation(): number {
    if (!this.#isClosed) this.#generation = this.#session.link.header.generation;
    return this.#generation;
  }

  /** The segment's stale threshold in ms. */
  get staleThresholdMs(): number {
    if (!this.#isClosed) this.#staleThresholdMs = this.#session.link.header.staleThresholdMs;
    return this.#staleThresholdMs;
  }

  /** What tells one start of the peer here from the next, as u32: the slave's pid, or the master's generation. */
  get peerIdentity(): number {
    const { header, peerRole } = this.#session.link;
    if (!this.#isClosed) this.#peerIdentity = header.identity(peerRole) >>> 0;
    return this.#peerIdentity;
  }

  /** The kernel's id of the segment. */
  get segmentId(): number {
    return this.#session.link.segmentId;
  }

  /** As {@link segmentId}, of both places where it stands in two. */
  get placeIds(): readonly number[] {
    return this.#session.placeIds;
  }

  /**
   * The next message, without a limit of time; passes over what is corrupt.
   *
   * @throws the reason of `signal`; {@link EshmError} once the channel is lost
   */
  next(signal: AbortSignal): Promise<Taken> {
    return this.#reader.next(this, { signal, wake: 'close' }, (taken) => taken);
  }

  /** A message that is newer than that of {@link next}, if there is one. @throws {EshmError} once the channel is lost */
  poll(): Taken | undefined {
    try {
      return this.#take();
    } catch (error) {
      if (isCorrupt(error)) return undefined;
      throw error;
    }
  }

  /**
   * Counts a message of {@link next} as read, where that was left open.
   *
   * @returns false where the channel was lost meanwhile, and its writer can be told nothing
   */
  confirmRead(taken: Taken): boolean {
    if (!this.#countsLate) return true;
    if (this.isLost) return false;
    const { link } = this.#session;
    link.inlet.pull();
    link.reader.late.count(taken);
    link.inlet.pushRead();
    return true;
  }

  /** Gives up a message of {@link next}: its writer is not told that it was read. */
  drop(taken: Taken): void {
    if (this.#countsLate && !this.isLost) this.#session.link.reader.late.drop(taken);
  }

  /** Publishes a message that came after `missed` others; false where there is nobody to write for. */
  write(data: Uint8Array, missed: number): boolean {
    if (this.isLost) return false;
    const { link } = this.#session;
    link.writer.writeAfter(missed, data, data.length);
    link.push();
    return true;
  }

  /** Publishes a message and waits until it was read; as {@link Eshm.send}. */
  send(data: Uint8Array, options: SendOptions): Promise<void> {
    return this.#sender.send(data, options);
  }

  /** Of the message that {@link send} published last; `undefined` before the first. */
  get sentMark(): SentMark | undefined {
    return this.#sender.mark;
  }

  /**
   * Whether the message of `mark`, which may be of an earlier stay, was read; `undefined` where that cannot be known any
   * more: another peer is there, another segment, or another message in its place.
   */
  wasRead(mark: PeerMark): boolean | undefined {
    if (this.isLost || mark.segmentId !== this.segmentId || mark.peer !== this.peerIdentity) return undefined;
    const { link } = this.#session;
    const { writer } = link;
    link.pullReads();
    // As InFlight has it: whatever replaces the message does so after the look at the count.
    if (writer.answerTo(mark) !== Answer.none) return true;
    return writer.currentWrites === mark.written ? false : undefined;
  }

  /** Waits until the message of `mark` was read. @throws where that cannot be known any more, or `signal` is aborted */
  async untilRead(mark: PeerMark, signal: AbortSignal): Promise<void> {
    for (;;) {
      const wasRead = this.wasRead(mark);
      if (wasRead) return;
      if (wasRead === undefined) throw new EshmError('ESHM_TIMEOUT', 'Cannot tell whether it was read');
      await sleep(READ_LOOK_INTERVAL_MS, undefined, { signal });
    }
  }

  /** Leaves the channel. Does nothing the second time. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    forgetAtExit(this);
    this.#session.close();
  }

  #take(): Taken | undefined {
    const session = this.#session;
    if (this.isLost) {
      const fault = session.fault('read');
      if (fault !== undefined) throw fault;
      return undefined;
    }
    const { link } = session;
    const { reader } = link;
    link.inlet.pull();
    if (this.#countsLate) return reader.late.take();
    const data = reader.tryRead();
    link.inlet.pushRead();
    if (data === undefined) return undefined;
    return { data, count: reader.count, missed: reader.missed, sequence: reader.restingSequence ?? 0 };
  }
}

/** Whether nobody has started as the master in `store` since it was left. */
export function isLeft(store: Store): boolean {
  return !new Header(store).flagged('master');
}

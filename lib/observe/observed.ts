import type { EshmError } from '../errors.js';
import type { Role } from '../header/index.js';
import type { ShmKind } from '../store/index.js';

/** Which way a message goes: from master to slave, or from slave to master. */
export type Direction = 'm2s' | 's2m';

/** Both, in the order in which they lie in memory. */
export const DIRECTIONS: readonly Direction[] = ['m2s', 's2m'];

/** Who writes a direction. */
export const WRITER_OF: Readonly<Record<Direction, Role>> = { m2s: 'master', s2m: 'slave' };

/**
 * A message that an observer has seen.
 *
 * @typeParam Data - what {@link data} is
 * @typeParam Way - which ways it may go
 */
export interface ObservedMessage<Data = Buffer, Way extends Direction = Direction> {
  /** The channel's name. */
  readonly name: string;
  /** Which way it goes. */
  readonly direction: Way;
  /** The message: its bytes, or what the options `encoding`, `record` or `codec` make of them. */
  readonly data: Data;
  /** The bytes as they were: the same object as {@link data} where nothing else was asked for. */
  readonly bytes: Buffer;
  /** Its number: the messages its writer had written with it, in this memory. Exact up to 2^53. */
  readonly count: number;
  /** Messages of this direction that were overwritten unseen between the one before and this one. */
  readonly missed: number;
  /** `masterGeneration` as it was read: it changes when a master takes over or is replaced. */
  readonly generation: number;
  /** In which kind of memory it was. */
  readonly shm: ShmKind;
  /** When it was seen: ns since the epoch, by the monotonic clock and one look at the wall clock. */
  readonly at: bigint;
}

/**
 * A message of either way: where `direction` is `'m2s'`, its data is that of what the master writes.
 *
 * @typeParam M2s - the data of what the master writes
 * @typeParam S2m - the data of what the slave writes
 */
export type ObservedEitherWay<M2s = Buffer, S2m = M2s> =
  | ObservedMessage<M2s, 'm2s'>
  | ObservedMessage<S2m, 's2m'>;

/** What an event of an observer is about. */
export interface ObservedEvent {
  /** The channel's name. */
  readonly name: string;
  /** In which kind of memory. */
  readonly shm: ShmKind;
  /** When it was noticed: on the clock of the messages. */
  readonly at: bigint;
}

/** What an event about one end of a channel is about. */
export interface ObservedRole extends ObservedEvent {
  /** Whose heart it is. */
  readonly role: Role;
  /** Whether it has taken its flag down: it left in good order. */
  readonly hasLeft: boolean;
}

/** What an observer tells, on the event loop, after the fact. */
export interface ObserverEvents {
  /** There is a channel under the name; also at the beginning, where one was there already. */
  appeared: [what: ObservedEvent];
  /** It was removed. */
  vanished: [what: ObservedEvent];
  /** Another segment or file has taken its place. */
  replaced: [what: ObservedEvent];
  /** One of its ends has not beaten for the stale threshold. */
  stale: [what: ObservedRole];
  /** That end beats again, or another has come in its place. */
  recovered: [what: ObservedRole];
  /**
   * What is under the name in one kind of memory is no channel, or may not be read: why. It came later, or the other kind has
   * the channel. It is looked at again until that changes.
   */
  unreadable: [what: ObservedEvent, error: EshmError];
  /** A message that is none: what is wrong, and where there are any its bytes. It is passed over. */
  corrupt: [error: EshmError, message: ObservedMessage | undefined];
}

/** One end of a channel as an observer sees it. */
export interface ObservedSide {
  /** Process id of its last start, 0 for none. */
  readonly pid: number;
  /** The flag, which stays set when a process is killed. */
  readonly alive: boolean;
  /** Whether its heart beats. */
  readonly beating: boolean;
  /** Its heartbeat. */
  readonly heartbeat: bigint;
}

/** One direction of a channel as an observer sees it. */
export interface ObservedChannel {
  /** Even while nobody writes. */
  readonly sequence: number;
  /** Bytes in the newest message. */
  readonly dataSize: number;
  /** Messages written. */
  readonly writeCount: bigint;
  /** Messages read by the other end. */
  readonly readCount: bigint;
  /** The newest message, as it stands. */
  readonly data: Buffer;
}

/** A channel as an observer sees it: what `eshm stat` shows. */
export interface ObservedState {
  /** Its name. */
  readonly name: string;
  /** In which kind of memory it is. */
  readonly shm: ShmKind;
  /** `live` where a heart beats in it, else `stale`. */
  readonly state: 'live' | 'stale';
  /** Bytes of its memory. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Its owner. */
  readonly uid: number;
  /** Attachments over all processes, this observer's among them; `undefined` for a file. */
  readonly attachments: number | undefined;
  /** Bytes in one slot. */
  readonly maxDataSize: number;
  /** `masterGeneration`. */
  readonly generation: number;
  /** A heartbeat that stands still this long is stale, in ms. */
  readonly staleThresholdMs: number;
  /** The master. */
  readonly master: ObservedSide;
  /** The slave. */
  readonly slave: ObservedSide;
  /** What the master writes. */
  readonly m2s: ObservedChannel;
  /** What the slave writes. */
  readonly s2m: ObservedChannel;
}

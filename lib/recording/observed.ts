import type { Role, ShmKind } from '../index.js';
import type { RecordedEvent } from './state.js';
import type { Direction } from './topics.js';

/** A message as an observer has seen it. */
export interface ObservedMessage {
  readonly name: string;
  readonly direction: Direction;
  readonly data: Buffer;
  readonly count: number;
  readonly missed: number;
  readonly generation: number;
  readonly shm: ShmKind;
  readonly at: bigint;
}

/** A channel as an observer sees it. */
export interface ObservedChannel {
  readonly shm: ShmKind;
  readonly generation: number;
  readonly maxDataSize: number;
}

/** What an observer tells beside messages. */
export interface ObservedChange {
  readonly event: RecordedEvent;
  readonly name: string;
  readonly at: bigint;
  readonly role?: Role;
  readonly reason?: string;
}

/** What a recorder needs of an observer. */
export interface Observation extends AsyncIterable<ObservedMessage> {
  /** The channel as it is now; `undefined` where it is not there. */
  channel(name: string): ObservedChannel | undefined;
  /** Has what happens told. */
  onChange(tell: (change: ObservedChange) => void): void;
  /** Now, on the clock of the messages. */
  now(): bigint;
  close(): void;
}

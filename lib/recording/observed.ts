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

/** What a recorder needs of an observer. */
export interface Observation extends AsyncIterable<ObservedMessage> {
  /** The channel as it is now; `undefined` where it is not there. */
  channel(name: string): ObservedChannel | undefined;
  /** Has what happens told. */
  onChange(tell: (event: RecordedEvent, name: string, at: bigint, role?: Role) => void): void;
  /** Now, on the clock of the messages. */
  now(): bigint;
  close(): void;
}

import type { ObservedMessage as Observed, ObservedState, Role } from '../index.js';
import type { RecordedEvent } from './state.js';

/** A message as an observer has seen it: its bytes are its data. */
export type ObservedMessage = Omit<Observed, 'bytes'>;

/** What a recording has of a channel's state. */
export type ObservedChannel = Pick<ObservedState, 'shm' | 'generation' | 'maxDataSize'>;

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

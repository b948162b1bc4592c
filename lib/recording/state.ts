import type { Direction, ShmKind } from '../index.js';

/**
 * What happened: `recording`, the channel as it is where a file begins (`absent` where it is not there), what an observer
 * tells, or `message`: what the next message of a direction is, where that does not follow from the one before.
 */
export type RecordedEvent =
  | 'recording'
  | 'absent'
  | 'appeared'
  | 'vanished'
  | 'replaced'
  | 'stale'
  | 'recovered'
  | 'unreadable'
  | 'corrupt'
  | 'message';

/** A change of a channel's state, as a recording has it. */
export interface RecordedState {
  /** What happened. */
  readonly event: RecordedEvent;
  /** The channel's name. */
  readonly name: string;
  /** When, in ns since the epoch. */
  readonly at: bigint;
  /** In which kind of memory the channel is, where it is there. */
  readonly shm?: ShmKind | undefined;
  /** How often a master has started on it. */
  readonly generation?: number | undefined;
  /** Bytes in one message at most. */
  readonly maxDataSize?: number | undefined;
  /** Whose heart it is, of `stale` and `recovered`. */
  readonly role?: 'master' | 'slave' | undefined;
  /** What is wrong, of `unreadable` and `corrupt`. */
  readonly reason?: string | undefined;
  /** The way of the message, of `message`. */
  readonly direction?: Direction | undefined;
  /** Its count, of `message`. */
  readonly count?: number | undefined;
  /** Messages that were overwritten unseen before it, of `message`. */
  readonly missed?: number | undefined;
}

/** The message of a state topic. */
export function stateJson({ at: _, ...state }: RecordedState): string {
  return JSON.stringify(state);
}

/** What such a message says; `undefined` for one that says nothing. */
export function parseState(data: Uint8Array, at: bigint): RecordedState | undefined {
  try {
    const found: unknown = JSON.parse(Buffer.from(data).toString());
    if (typeof found !== 'object' || found === null) return undefined;
    const { event, name } = found as { event?: unknown; name?: unknown };
    if (typeof event !== 'string' || typeof name !== 'string') return undefined;
    return { ...(found as RecordedState), at };
  } catch {
    return undefined;
  }
}

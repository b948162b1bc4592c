import { channel } from 'node:diagnostics_channel';
import type { EshmError } from '../errors.js';
import type { Role } from '../header/index.js';
import type { Reconnection, State } from '../session/index.js';
import type { ShmKind } from '../store/index.js';

/** The endpoint that a diagnostic message is about: the `Eshm` itself. */
export interface DiagnosedEndpoint {
  /** The name that was opened. */
  readonly name: string;
  /** The System V key of the name. */
  readonly key: number;
  /** What it became. */
  readonly role: Role;
}

/** Published on `eshm:state` when an endpoint was opened and whenever its state changes. */
export interface StateMessage {
  /** The endpoint itself. */
  readonly endpoint: DiagnosedEndpoint;
  /** What happened: `opened`, or the event that the endpoint emits. */
  readonly event:
    | 'opened'
    | 'stale'
    | 'recovered'
    | 'reconnecting'
    | 'reconnected'
    | 'joined'
    | 'disconnected'
    | 'closed';
  /** The state that it led to. */
  readonly state: State;
  /** With `reconnected` only. */
  readonly reconnection?: Reconnection;
  /** With `joined` only: the kind of memory. */
  readonly shm?: ShmKind;
}

/** Published on `eshm:missed` when a read found that messages had been overwritten before it. */
export interface MissedMessage {
  /** The endpoint that read. */
  readonly endpoint: DiagnosedEndpoint;
  /** How many it missed since the read before. */
  readonly messages: number;
}

/** Published on `eshm:corrupt` when a read met a message that cannot be taken. */
export interface CorruptMessage {
  /** The endpoint that read. */
  readonly endpoint: DiagnosedEndpoint;
  /** ESHM_CORRUPT, with what was wrong. */
  readonly error: EshmError;
}

/** Published on `eshm:send` when a `send()`, a `sendSync()` or a chunk of a `writable()` has come to its end. */
export interface SendMessage {
  /** The endpoint that sent. */
  readonly endpoint: DiagnosedEndpoint;
  /** Size of the message. */
  readonly bytes: number;
  /** Milliseconds from the call until the peer had read it, or until it failed. */
  readonly tookMs: number;
  /** Why it failed; not there when the peer has read it. */
  readonly error?: unknown;
}

/** What is published on which channel of `node:diagnostics_channel`. */
export interface EshmDiagnostics {
  /** An endpoint's state. */
  'eshm:state': StateMessage;
  /** Messages that were overwritten unread. */
  'eshm:missed': MissedMessage;
  /** Messages that cannot be taken. */
  'eshm:corrupt': CorruptMessage;
  /** Acknowledged sends, at their end. */
  'eshm:send': SendMessage;
}

// Found once: a channel by its name would be a lookup at every use.
const states = channel('eshm:state');
const misses = channel('eshm:missed');
const corruptions = channel('eshm:corrupt');
const sends = channel('eshm:send');

const STATE_AFTER: Readonly<Record<StateMessage['event'], State>> = {
  opened: 'connected',
  stale: 'stale',
  recovered: 'connected',
  reconnecting: 'reconnecting',
  reconnected: 'connected',
  joined: 'connected',
  disconnected: 'disconnected',
  closed: 'closed',
};

/** To be called on a tick of its own: a subscriber may do anything with the endpoint. */
export function publishState(
  endpoint: DiagnosedEndpoint,
  event: StateMessage['event'],
  detail?: Reconnection | ShmKind,
): void {
  if (!states.hasSubscribers) return;
  const message: StateMessage = {
    endpoint,
    event,
    state: STATE_AFTER[event],
    ...(typeof detail === 'object' && { reconnection: detail }),
    ...(typeof detail === 'string' && { shm: detail }),
  };
  states.publish(message);
}

/** Publishes on the next tick: the read is not over. */
export function publishMissed(endpoint: DiagnosedEndpoint, messages: number): void {
  if (!misses.hasSubscribers) return;
  process.nextTick(() => misses.publish({ endpoint, messages } satisfies MissedMessage));
}

/** As {@link publishMissed}. */
export function publishCorrupt(endpoint: DiagnosedEndpoint, error: EshmError): void {
  if (!corruptions.hasSubscribers) return;
  process.nextTick(() => corruptions.publish({ endpoint, error } satisfies CorruptMessage));
}

/** Whether anybody wants to know of sends. */
export function isSendWatched(): boolean {
  return sends.hasSubscribers;
}

/** As {@link publishMissed}. */
export function publishSend(message: SendMessage): void {
  process.nextTick(() => sends.publish(message));
}

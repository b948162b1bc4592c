import { EshmError } from '../errors.js';
import type { Role } from '../header/index.js';
import type { ResolvedOptions } from '../options.js';
import type { ShmKind } from '../store/index.js';

/** What an endpoint knows of its connection. */
export type State = 'connected' | 'stale' | 'reconnecting' | 'disconnected' | 'closed';

/** How a slave came back to a master. */
export interface Reconnection {
  /** `masterGeneration` of the master that is there now. */
  readonly generation: number;
  /** Milliseconds from the moment the old master was found stale; 0 when the new one came before that. */
  readonly tookMs: number;
}

/** What a session tells its endpoint. */
export type SessionEvent =
  | readonly [event: 'stale' | 'recovered' | 'reconnecting' | 'disconnected' | 'closed']
  | readonly [event: 'reconnected', reconnection: Reconnection]
  | readonly [event: 'joined', kind: ShmKind];

/** The error for `action` on an endpoint that is closed. */
export function closedError(action: string, name: string): EshmError {
  return new EshmError('ESHM_CLOSED', `Cannot ${action}: endpoint '${name}' is closed`);
}

/** Options that end a slave's search for a new master. */
export type SearchLimits = Pick<
  ResolvedOptions,
  'disconnectBehavior' | 'maxReconnectAttempts' | 'reconnectWaitMs'
>;

/** The error for `action` on a slave that has given up its master. */
export function givenUpError(action: string, name: string, limits: SearchLimits): EshmError {
  return new EshmError(
    'ESHM_MASTER_STALE',
    `Cannot ${action}: the master of '${name}' is stale and this slave ${whyGivenUp(limits)}; close it and open or connect again, with reconnect: 'forever' to look for a new master without end`,
  );
}

function whyGivenUp({ disconnectBehavior, maxReconnectAttempts, reconnectWaitMs }: SearchLimits): string {
  if (disconnectBehavior === 'immediately') {
    return "looks for no other (disconnectBehavior: 'immediately')";
  }
  const limits = [
    ...(reconnectWaitMs === 0 ? [] : [`reconnectWaitMs: ${reconnectWaitMs}`]),
    ...(maxReconnectAttempts === 0 ? [] : [`maxReconnectAttempts: ${maxReconnectAttempts}`]),
  ];
  return `has stopped looking for another (${limits.join(', ')})`;
}

/** The error for `action` on an endpoint whose role another has taken: `heir`. */
export function overtakenError(action: string, name: string, role: Role, heir: string): EshmError {
  return new EshmError(
    'ESHM_ROLE_MISMATCH',
    `Cannot ${action}: another ${role} of '${name}' has taken the place of this one (${heir}), expected none; close this one, and open again when the other has left`,
  );
}

import { EshmError } from './errors.js';
import { Gate } from './gate.js';
import { Link } from './link.js';
import type { ResolvedOptions } from './options.js';
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
export type SessionEvent = readonly [event: 'stale' | 'recovered' | 'reconnecting' | 'disconnected' | 'closed'] | readonly [event: 'reconnected', reconnection: Reconnection];
/**
 * The connection behind an endpoint: follows what the heartbeat worker reports, runs the search for a new master, and
 * knows what may be done in which state. No data passes through it.
 *
 * Belongs to the thread that made it. Everything here happens in {@link attend}, which the event loop calls, and every
 * operation of the endpoint too, so that it works while the event loop is blocked.
 */
export declare class Session {
    #private;
    readonly link: Link;
    /** Open while operations need not ask here first. */
    readonly gate: Gate;
    /**
     * Enters the place for `options.role`; nothing is left behind when it throws.
     *
     * @param tell - called in the middle of things: it must do nothing but take note
     * @param wake - called on the event loop when something moved that a parked wait is armed for
     */
    constructor(name: string, key: number, options: ResolvedOptions, tell: (event: SessionEvent) => void, wake: () => void);
    get state(): State;
    /** The mapped bytes, for whoever lies in the same endpoint. */
    get bytes(): Buffer;
    /** Whether the other side is flagged and beats. */
    get remoteAlive(): boolean;
    /** Follows the worker's reports and drives the search, as far as they have come. Never waits. */
    attend(): void;
    /** The error for an operation that needs the channel when it is not there, or `undefined`. */
    fault(action: string): EshmError | undefined;
    /**
     * Leaves and unmaps the segment. Does nothing the second time.
     *
     * @throws {EshmError} ESHM_SHM_DELETE when it could not be removed; it is unmapped all the same
     */
    close(): void;
}

import { EshmError } from '../errors.js';
import type { Session } from '../session.js';
import type { Condition } from './wait.js';
/**
 * One message on its way: publishes it, sees whether the peer's `readCount` moved, and publishes it again where that
 * was asked for. Used again for the next message once this one is settled.
 *
 * The acknowledgement is a count and names no message, so it is only worth something while nothing else can be read:
 * the message before must be read, or the slot closed to its readers for a moment.
 *
 * Belongs to the endpoint's thread.
 */
export declare class Delivery implements Condition<true> {
    #private;
    constructor(name: string, session: Session);
    /** Takes on a message; the first look publishes it. `bytes` must stay as they are until it is settled. */
    begin(bytes: Uint8Array, timeoutMs: number, resendMs: number | undefined): void;
    /** Whether the bytes are still needed after the message was published. */
    get keepsBytes(): boolean;
    /** Puts a copy in the place of the caller's bytes. */
    keepCopy(): void;
    /**
     * See {@link Condition}.
     *
     * @throws {EshmError} ESHM_CLOSED, ESHM_MASTER_STALE, ESHM_BUFFER_FULL
     */
    look(): true | undefined;
    /** See {@link Condition}. */
    arm(): boolean;
    /** See {@link Condition}. */
    disarm(): void;
    /** See {@link Condition}. */
    dueInMs(): number;
    /** See {@link Condition}. Says whether the peer was alive. */
    timeoutError(): EshmError;
    /** ESHM_TIMEOUT for a message of which `what` holds; says whether the peer was alive. */
    failure(what: string, timeoutMs: number): EshmError;
}

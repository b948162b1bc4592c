import { type ResolvedOptions } from '../options.js';
import type { Session } from '../session.js';
/** Options of {@link Eshm.sendSync}. */
export interface SendSyncOptions {
    /** How long to wait for the peer to read the message, in ms; `Infinity` waits without a limit. 1000 by default. */
    readonly timeoutMs?: number;
    /**
     * Publish the message again every so many ms until the peer has read it, for peers that forget what is written
     * between their reads. The peer may then read it more than once. Not set by default: exactly once.
     */
    readonly resendMs?: number;
}
/** Options of {@link Eshm.send}. */
export interface SendOptions extends SendSyncOptions {
    /** Ends the wait; the promise rejects with its reason. The message stays in the slot if it was there already. */
    readonly signal?: AbortSignal;
}
/**
 * The acknowledged sends of an endpoint: one message on its way, the others queue in the order of the calls.
 *
 * Belongs to the endpoint's thread.
 */
export declare class Sender {
    #private;
    constructor(name: string, session: Session, options: ResolvedOptions);
    /** Has a parked send look again. */
    wake(): void;
    /** Sends `bytes`, which were checked to fit. */
    send(bytes: Uint8Array, options?: SendOptions): Promise<void>;
    /** As {@link send}, but blocks this thread. */
    sendSync(bytes: Uint8Array, options?: SendSyncOptions): void;
}

import { type Eshm } from '../index.js';
/** Limits of an awaited delivery. */
export interface DeliveryOptions {
    /** Give up after this many ms; `Infinity` for no limit. */
    readonly timeoutMs: number;
    /** Write again when it was not read within this many ms, for readers that forget what came between two reads. */
    readonly resendMs?: number | undefined;
}
/**
 * Writes `data` and waits until the other side has read it. A reader that starts anew meanwhile is given it again.
 * Does not block the event loop.
 *
 * @throws {EshmError} ESHM_TIMEOUT, and what `write` throws
 */
export declare function deliver(endpoint: Eshm, data: Uint8Array, { timeoutMs, resendMs }: DeliveryOptions): Promise<void>;
/** Waits until what was written last has been read, or nobody is there to read it, or the time is up. */
export declare function linger(endpoint: Eshm, timeoutMs: number): Promise<void>;

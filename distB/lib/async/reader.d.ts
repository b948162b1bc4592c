import type { Session } from '../session.js';
import { type Condition } from './wait.js';
/** Options of an asynchronous read. */
export interface AsyncReadOptions {
    /** How long to wait, in ms: 0 looks once, `Infinity` waits without a limit. 1000 by default. */
    readonly timeoutMs?: number;
    /** Ends the wait; the promise rejects with its reason. */
    readonly signal?: AbortSignal;
}
/** What an asynchronous reader needs of its endpoint. */
export interface ReadSource<Data> {
    readonly name: string;
    readonly session: Session;
    /** One look: the newest message that was not read yet, or `undefined`. Throws what ends a read. */
    readonly take: () => Data | undefined;
    /** Why there was nothing, for people. */
    readonly whyNothing: () => string;
}
/**
 * The asynchronous reading half of an endpoint. One reader at a time: a read while it waits, an iterator from its
 * first message until it ends.
 *
 * Belongs to the endpoint's thread.
 */
export declare class AsyncReader<Data> implements Condition<unknown> {
    #private;
    constructor(source: ReadSource<Data>);
    /** One read, for {@link Eshm.read}. */
    read(options?: AsyncReadOptions): Promise<Data>;
    /**
     * The next message for `holder`, which keeps all others from reading until {@link release}.
     *
     * @param wrap - makes what the promise gives, while the reader's counters are those of the message
     */
    next<T>(holder: object, options: AsyncReadOptions, wrap: (data: Data) => T): Promise<T>;
    /** Lets others read again, and ends the wait of `holder` with `reason` if it is waiting. */
    release(holder: object, reason?: unknown): void;
    /** Has a parked read look again: the worker reported something, or the endpoint's state changed. */
    wake(): void;
    /** As {@link wake}, after the connection changed. */
    stateChanged(): void;
    /** See {@link Condition}. */
    look(): unknown;
    /**
     * See {@link Condition}. A slot that stands at an unfinished write is looked at with every pass of the worker, for
     * as long as its writer's state can take to become clear.
     */
    arm(): boolean;
    /** See {@link Condition}. */
    disarm(): void;
    /** See {@link Condition}. */
    dueInMs(): number;
    /** See {@link Condition}. */
    timeoutError(): Error;
}

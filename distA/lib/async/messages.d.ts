import type { AsyncReader } from './reader.js';
/** A message with what is known about it. */
export interface Message<Data> {
    /** The message: a copy of its bytes, or its text where the endpoint has an encoding. */
    readonly data: Data;
    /** Its number: the messages its writer had written with it, in this segment. Exact up to 2^53. */
    readonly count: number;
    /** Messages that were overwritten unread between the one before and this one. */
    readonly missed: number;
    /** `masterGeneration` of the segment as it was read: it changes when a master takes over or is replaced. */
    readonly generation: number;
}
/** Options of {@link Eshm.messages} and {@link Eshm.readable}. */
export interface MessagesOptions {
    /** Ends the iteration: the loop throws its reason. */
    readonly signal?: AbortSignal;
}
/**
 * The messages of an endpoint, one after the other, without a limit of time. Lives through a reconnect; ends with the
 * error that closed the endpoint or made it give up. Holds the endpoint's claim to read from the first `next()` on.
 *
 * Belongs to the endpoint's thread.
 */
export declare class MessageIterator<Data, Item> implements AsyncIterableIterator<Item, undefined> {
    #private;
    /** @param wrap - what to yield for a message; called while the reader's counters are those of this message */
    constructor(reader: AsyncReader<Data>, options: MessagesOptions, wrap: (data: Data) => Item);
    /** The next message; calls that overlap queue in order. Rejects as a read does; after that another reader may come. */
    next(): Promise<IteratorResult<Item, undefined>>;
    /** Ends the iteration, also a `next()` that is waiting. */
    return(): Promise<IteratorResult<Item, undefined>>;
    [Symbol.asyncIterator](): this;
}

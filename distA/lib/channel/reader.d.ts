import { type ChannelViews } from './views.js';
/** What {@link MailboxReader.tryReadInto} returns when there is nothing new. */
export declare const NO_DATA = -1;
/** Where a reader learns who writes its channel: offsets in bytes. */
export interface WriterSigns {
    /** A word that changes when another writer takes over: `masterGeneration` or `slavePid`. */
    readonly identity: number;
    /** The writer's heartbeat. */
    readonly heartbeat: number;
}
/**
 * Hot path: the reading half of a mailbox.
 *
 * One reader per channel over all processes. It belongs to one thread, remembers which message it counted last (its
 * cursor) and keeps a shadow of `readCount`, which nobody else changes. A look that finds nothing loads one word.
 */
export declare class MailboxReader {
    #private;
    /** Number of the message read last: the writer's `writeCount` with it. Exact up to 2^53. */
    count: number;
    /** Messages that were overwritten between the last two reads. */
    missed: number;
    /** All messages that were overwritten unread since this reader began. */
    totalMissed: number;
    /** Copies thrown away because the writer was at work meanwhile. */
    retries: number;
    /**
     * @param channel - the channel to read
     * @param segment - the mapped bytes of the whole segment
     * @param writer - where the header tells of the channel's writer
     * @param nowMs - the clock, for tests
     */
    constructor(channel: ChannelViews, segment: Buffer, writer: WriterSigns, nowMs?: () => number);
    /**
     * Copies the newest message into `target` and counts it as read. Allocates nothing.
     *
     * @param room - bytes in `target`
     * @returns its size in bytes, or {@link NO_DATA}: nothing new, or a write under way
     * @throws {EshmError} ESHM_BUFFER_TOO_SMALL (the message stays unread), ESHM_CORRUPT (it is skipped)
     */
    tryReadInto(target: Uint8Array, room: number): number;
    /**
     * As {@link tryReadInto}, into a new Buffer; `undefined` where that returns {@link NO_DATA}.
     *
     * @throws {EshmError} ESHM_CORRUPT
     */
    tryRead(): Buffer | undefined;
    /**
     * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, a write
     * is under way, or what is there is left of a writer that died.
     *
     * @throws {EshmError} ESHM_CORRUPT
     */
    peek(): Buffer | undefined;
    /**
     * The value of `sequence` at which there is nothing to read for certain, `undefined` while that is not known and only
     * another look can tell. For waits that watch the word instead of looking.
     */
    get restingSequence(): number | undefined;
    /** `sequence` as it stands. */
    get currentSequence(): number;
    /** Takes the careful path at the next look: the other side may have been restarted. */
    suspect(): void;
    /**
     * Takes note of the death of this channel's writer: what it left is where the next one begins, and an original one
     * goes on from there as it is. Without this a reader has to watch that next one for a while; see phase.ts.
     *
     * Must be called only when the writer is dead for certain, and can be again and again.
     *
     * @param isStillLast - whether nobody has started as the writer since; asked when everything was looked at
     */
    bury(isStillLast: () => boolean): void;
    /**
     * Reads the shadows anew: at the start, and after another segment was mapped in place.
     *
     * @param skip - whether what is in the slot counts as read; not so in a segment that is newer than the last look
     */
    resync(skip: boolean): void;
}

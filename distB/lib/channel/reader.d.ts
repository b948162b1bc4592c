import { type WriterSigns } from './cursor.js';
import { type ChannelViews } from './views.js';
/**
 * Hot path: the reading half of a mailbox.
 *
 * One reader per channel over all processes. It belongs to one thread, remembers which message it counted last (its
 * {@link Cursor}) and keeps a shadow of `readCount`, which nobody else changes. A look that finds nothing loads two words of
 * the channel.
 */
export declare class MailboxReader {
    #private;
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
    /** Number of the message read last: the writer's `writeCount` with it. Exact up to 2^53. */
    get count(): number;
    /**
     * Copies the newest message into `target` and counts it as read. Allocates nothing.
     *
     * @param room - bytes in `target`
     * @returns its size in bytes, or -1: nothing new, or a write under way
     * @throws {EshmError} ESHM_BUFFER_TOO_SMALL (the message stays unread), ESHM_CORRUPT (it is skipped)
     */
    tryReadInto(target: Uint8Array, room: number): number;
    /**
     * As {@link tryReadInto}, into a new Buffer; `undefined` where that returns -1.
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
    /** As {@link Cursor.bury}: the writer is dead for certain. */
    bury(isStillLast: () => boolean): void;
    /** As {@link Cursor.resync}: at another segment, mapped in place. */
    resync(skip: boolean): void;
}

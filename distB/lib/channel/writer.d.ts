import { type ChannelViews } from './views.js';
/**
 * Hot path: the writing half of a mailbox.
 *
 * One writer per channel over all processes. It belongs to one thread and keeps a shadow of the words that only a
 * writer changes (`sequence`, `writeCount`), so a write reads nothing from the segment.
 */
export declare class MailboxWriter {
    #private;
    /** @param plain - publish with a plain store */
    constructor(channel: ChannelViews, plain: boolean);
    /**
     * Publishes `data`, all `size` bytes of it, in place of what was there. Allocates nothing.
     * The caller has checked that it fits.
     */
    write(data: Uint8Array, size: number): void;
    /**
     * Closes the slot to readers until the next {@link write}, which must follow within microseconds. A reader that found
     * its copy good before this counts it meanwhile, so `readCount` afterwards tells of the next message only.
     */
    hold(): void;
    /**
     * Reads the shadows anew, after another segment was mapped in place, and repairs what a writer that died left.
     *
     * Its last message is lost: it may be half-written, and even where it looks published, an earlier death may have
     * turned the parity round. It becomes an empty one, so that a peer which has been waiting for an even `sequence` meets
     * no torn bytes, and `sequence` moves forward to the next value that is {@link REPAIR_STEP}-aligned to the count,
     * which no reader can mistake for any state of a live writer.
     */
    resync(): void;
}

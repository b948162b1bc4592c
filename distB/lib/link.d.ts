import { MailboxReader, MailboxWriter } from './channel/index.js';
import { Header, type Role } from './header.js';
import { type Wake } from './heartbeat/index.js';
import type { ResolvedOptions } from './options.js';
import { type Place } from './start.js';
/**
 * An endpoint's hold on its segment: the mapping, both mailboxes, the mark in the header and the heartbeat. It knows
 * how to enter, to move to another segment in place, and to leave; when to do so is others' business.
 *
 * Belongs to the thread that made it.
 */
export declare class Link {
    #private;
    readonly role: Role;
    readonly header: Header;
    readonly reader: MailboxReader;
    readonly writer: MailboxWriter;
    /** Byte offsets of what others wait for; they stay when another segment is mapped in place. */
    readonly offsets: {
        readonly sequence: number;
        readonly readCount: number;
        readonly writeCount: number;
    };
    /**
     * Enters the segment of `place`. When this throws, nothing is left attached, created or beating.
     *
     * @param onChange - called on this thread's event loop when the other side went stale, recovered or was replaced
     */
    constructor(place: Place, options: ResolvedOptions, onChange: () => void);
    /** The kernel's id of the segment that is mapped now. */
    get segmentId(): number;
    /** One of `Peer`: what the heartbeat worker knows of the other side. Without it, what the flag says. */
    get peer(): number;
    /** Remembers the process on the other side, so that its end can be told later. */
    meetPeer(): void;
    /**
     * Tells the reader when the other side, which has gone stale, is dead for certain: its process was seen before, is
     * seen no more, and nobody has come in its place.
     */
    noteDeath(): void;
    /** Whether the heartbeat worker watches the other side. */
    get watched(): boolean;
    /**
     * The word that changes whenever the heartbeat worker has news: which array, and where in it. Without a worker, a
     * word that never changes.
     */
    get newsWord(): {
        readonly words: Int32Array;
        readonly at: number;
    };
    /**
     * Has the heartbeat worker call `onChange` once the word of `wake` is no longer `value`.
     *
     * @returns false without a worker: the caller must look by itself
     */
    arm(wake: Wake, value: number): boolean;
    /** Takes back {@link arm}. */
    disarm(wake: Wake): void;
    /**
     * Moves this slave to segment `id`, which has the same size and was found good: in one step of the kernel, so there
     * is no moment at which a read or a heartbeat could meet an unmapped address.
     *
     * @throws {SyscallError} when it is gone; the old segment is still mapped then
     */
    moveTo(id: number): void;
    /** Stops beating and clears the mark, but stays mapped: an endpoint that has given up is still safe to use. */
    retire(): void;
    /**
     * Leaves the segment and unmaps it; a master removes it where that is its task. Neither reader, writer nor header
     * may be touched afterwards.
     *
     * @throws {SyscallError} when it could not be removed; it is unmapped all the same
     */
    close(): void;
}

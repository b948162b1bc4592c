import { Wake } from './table.js';
/** What the worker must know about an endpoint: addresses and byte offsets in its segment. */
export interface Registration {
    /** Where the segment is mapped. It stays mapped there until {@link Heartbeat.leave} has returned. */
    readonly address: number;
    /** Bytes mapped there. */
    readonly size: number;
    readonly ownHeartbeat: number;
    readonly peerHeartbeat: number;
    readonly staleThreshold: number;
    readonly peerIdentity: number;
    /** One of `Peer`: what to believe about the other side until it is seen. */
    readonly peer: number;
    /** Whether a peer that was never seen is no loss. */
    readonly mayBeAbsent: boolean;
    /** Where `sequence` of the channel lies that this endpoint reads. */
    readonly sequence: number;
    /** Where `readCount` of the channel lies that this endpoint writes. */
    readonly readCount: number;
    /**
     * Called on the owner's event loop when the other side went stale, recovered or was started anew, and when a word
     * moved that {@link Heartbeat.arm} was asked to watch.
     */
    readonly onChange: () => void;
}
/**
 * The heartbeat worker of this thread, as its owner sees it. It starts with the first endpoint and never keeps the
 * process alive. A program with endpoints in one thread has one; a worker thread with endpoints has its own, which
 * ends with it.
 */
declare class Heartbeat {
    #private;
    readonly table: Int32Array<ArrayBufferLike>;
    /**
     * Starts the worker if it does not run; blocks for 35 ms then. To be called before a role is marked alive: from its
     * mark on, an endpoint that does not beat uses up the peer's stale threshold.
     */
    prepare(): void;
    /** Beats for an endpoint from now on; returns its slot. */
    join(registration: Registration): number;
    /**
     * Stops beating for the endpoint in `slot`.
     *
     * @returns whether the worker is certain not to touch the address again; `false` when it did not finish a pass in
     * {@link LEAVE_TIMEOUT_MS}, as under a debugger
     */
    leave(slot: number): boolean;
    /**
     * Asks for a call of `onChange` once the word of `wake` is no longer `value`. The caller looks once more after this,
     * and parks only if there is still nothing.
     */
    arm(slot: number, wake: Wake, value: number): void;
    /** Takes back {@link arm}; a report may still come. */
    disarm(slot: number, wake: Wake): void;
    /** Keeps the event loop alive until {@link release}: somebody is parked. Calls are counted. */
    hold(): void;
    /** Takes back one {@link hold}. */
    release(): void;
    /** Lets the worker make a pass at once instead of within a millisecond. */
    wake(): void;
}
/** This thread's heartbeat. */
export declare const heartbeat: Heartbeat;
export {};

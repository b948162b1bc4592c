/**
 * What the heartbeat worker and the thread that owns the endpoints tell each other: one SharedArrayBuffer of 32-bit
 * words. Both sides import the indices from here.
 */
/** Endpoints one worker can beat for; SHMMNI, the kernel's own limit for segments, is 4096 by default. */
export declare const MAX_SLOTS = 4096;
/** Words at the start of the table. */
export declare const Global: {
    /** Counts the starts and ends of the worker's passes: odd while a pass is under way. */
    readonly passes: 0;
    /** Slots in use or once used: the worker looks at no others. */
    readonly slots: 1;
    /** The owner changes and notifies it to wake the worker before its time. */
    readonly wake: 2;
};
/** Words of one slot, one endpoint each. */
export declare const Slot: {
    /** 0 = free, else a number that is new at every registration. */
    readonly registration: 0;
    /** Where the segment is mapped: low and high half. */
    readonly addressLow: 1;
    readonly addressHigh: 2;
    /** Bytes mapped there. */
    readonly size: 3;
    /** Byte offset of the heartbeat that the worker advances. */
    readonly ownHeartbeat: 4;
    /** Byte offset of the heartbeat that the worker watches. */
    readonly peerHeartbeat: 5;
    /** Byte offset of the word in which the segment has its stale threshold. */
    readonly staleThreshold: 6;
    /** Byte offset of the word that changes when the peer is started anew: its generation or pid. */
    readonly peerIdentity: 7;
    /** One of {@link Peer}; the worker writes it, the owner writes its first value. */
    readonly peer: 8;
    /** Times the peer was seen to be another one: its identity changed, or its heartbeat ran backwards. */
    readonly restarts: 9;
    /** 1 where a peer that was never there is no loss: a master waits for its slave, a slave has lost its master. */
    readonly mayBeAbsent: 10;
    /** Changes whenever the worker has something to report, so that one load tells whether there is anything new;
     * never negative. */
    readonly news: 11;
    /** Which waits are armed: bits of {@link Wake}. The owner sets them, the worker clears what it has reported. */
    readonly armed: 12;
    /** Byte offset of the word that {@link Wake.message} watches: `sequence` of the channel that is read. */
    readonly sequence: 13;
    /** The value that word moves away from. */
    readonly sequenceSeen: 14;
    /** Byte offset of the word that {@link Wake.read} watches: the low half of `readCount` of the channel written. */
    readonly readCount: 15;
    /** The value that word moves away from. */
    readonly readCountSeen: 16;
};
/** What a parked wait is for. */
export declare const Wake: {
    /** A message: `sequence` of the channel that is read moves. */
    readonly message: 1;
    /** An acknowledgement: `readCount` of the channel that is written moves. */
    readonly read: 2;
};
/** One of {@link Wake}. */
export type Wake = (typeof Wake)[keyof typeof Wake];
/** What the worker knows about the other side. */
export declare const Peer: {
    /** Never seen beating. */
    readonly absent: 0;
    /** Beats, or is flagged alive and still has time to show it. */
    readonly alive: 1;
    /** Has not beaten for the stale threshold. */
    readonly stale: 2;
};
/** A table for `slots` endpoints, all free. */
export declare function createTable(slots?: number): Int32Array;
/** Index of the first word of slot `slot`. */
export declare function slotAt(slot: number): number;
/** Stores an address, which has up to 47 bits, as two words. */
export declare function storeAddress(table: Int32Array, at: number, address: number): void;
/** The address that {@link storeAddress} stored. */
export declare function loadAddress(table: Int32Array, at: number): number;

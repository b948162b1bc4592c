/**
 * One endpoint as the worker sees it: advances its heartbeat and judges the other's.
 *
 * Lives in the worker; gets the mapped bytes from whoever makes it, and the time with every call.
 */
export declare class Pulse {
    #private;
    readonly registration: number;
    constructor(table: Int32Array, at: number, nowMs: number, map: (address: number, size: number) => Buffer);
    /** Adds 1 to the own heartbeat. */
    beat(): void;
    /**
     * Looks at the peer. Time in which this process itself did not run is not held against it: one look counts two
     * intervals at most.
     *
     * @returns whether anything changed that the owner must hear of
     */
    look(nowMs: number): boolean;
    /**
     * Whether a parked wait of this endpoint must be woken; disarms it then. One load while nothing is armed.
     */
    wakes(): boolean;
}

import type { Channel } from './inspect.js';
/** Events per second in a segment between two looks. */
export interface Rates {
    readonly masterBeats: number;
    readonly slaveBeats: number;
    readonly m2sWrites: number;
    readonly m2sReads: number;
    readonly s2mWrites: number;
    readonly s2mReads: number;
}
/**
 * Turns looks at one segment into rates. A counter that runs backwards was started anew: it counts from 0 then.
 */
export declare class Traffic {
    #private;
    /** Takes a look; `undefined` at the first one. */
    take(channel: Channel, atMs?: number): Rates | undefined;
}
/** Messages written and not read, over both channels: overwritten ones, and at most one each that still waits. */
export declare function notRead({ content: { masterToSlave, slaveToMaster } }: Channel): bigint;

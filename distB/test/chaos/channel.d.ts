import type { Peers } from '../peers/build.js';
import type { Random } from './random.js';
import { type Language, type Role, type Settings, Side } from './side.js';
/** Longest wait for anything to get going again, in ms. Far beyond any bound: what takes this long hangs. */
export declare const WATCHDOG_MS = 10000;
/** A direction of delivery. */
export interface Way {
    readonly from: Role;
    readonly to: Role;
}
/** A master and a slave in traffic with each other, each replaced when it is killed. */
export declare class Channel {
    #private;
    readonly name: string;
    readonly key: number;
    readonly languages: Readonly<Record<Role, Language>>;
    readonly settings: Settings;
    /** Directions that count: those with a TypeScript end. */
    readonly ways: readonly Way[];
    /** C++ and Python readers restarted because they waited for good, as the original does. */
    foreignRestarts: number;
    /** Every life so far. */
    readonly sides: Side[];
    constructor(name: string, languages: Record<Role, Language>, peers: Peers, settings: Settings, random: Random);
    /** Whether a TypeScript end takes part. */
    get judged(): boolean;
    get pairing(): string;
    side(role: Role): Side;
    /** Starts a process for `role` and waits until it is open. */
    start(role: Role): Promise<Side>;
    /**
     * Waits until a good message went each way at or after `sinceNs`.
     *
     * @returns when the last of the two came, or `undefined` when the watchdog ran out
     */
    flows(sinceNs: bigint): Promise<bigint | undefined>;
    /** Removes the segment under the key, whoever uses it. */
    removeSegment(): void;
    /** Whether a segment is there under the key. */
    get hasSegment(): boolean;
    /** Waits until `side` says that its event loop runs again. */
    unblocked(side: Side): Promise<bigint>;
}

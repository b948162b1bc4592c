import type { Peers } from '../peers/build.js';
import { type Incident } from './faults.js';
import { type Language, type Settings } from './side.js';
/** What a run is asked for. */
export interface ChaosOptions {
    readonly seconds: number;
    readonly seed: number;
    readonly pairings?: readonly (readonly [master: Language, slave: Language])[];
    readonly settings?: Partial<Settings>;
    /** Told what goes on, line by line. */
    readonly tell?: (line: string) => void;
}
/** What a run found out. */
export interface ChaosReport {
    readonly seed: number;
    readonly seconds: number;
    readonly incidents: Incident[];
    /** Incidents in channels without a TypeScript end, which tell about the original's protocol only. */
    readonly unjudged: Incident[];
    readonly torn: string[];
    readonly hung: string[];
    readonly crashed: string[];
    /** Segments that TypeScript masters left behind. */
    readonly left: string[];
    /** Segments that C++ and Python masters left: who takes over does not remove, in the original. */
    readonly leftByOthers: number;
    /** Empty messages that C++ and Python readers got in the place of a half-written one. */
    readonly empties: number;
    /** C++ and Python readers that waited for good and were restarted. */
    readonly foreignRestarts: number;
}
/** Runs channels of all pairings side by side and inflicts faults on them until the time is over. */
export declare function runChaos(peers: Peers, options: ChaosOptions): Promise<ChaosReport>;

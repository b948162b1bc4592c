import type { Channel } from './channel.js';
import type { Random } from './random.js';
import { type Role } from './side.js';
/** What can happen to a channel. */
export declare const FAULTS: readonly ['kill master', 'kill slave', 'stop master', 'stop slave', 'death at step 1', 'death at step 2', 'death at step 3', 'death at step 4', 'death at step 5', 'death at step 6', 'remove segment', 'block event loop'];
export type FaultKind = (typeof FAULTS)[number];
/** One fault, and what came of it. */
export interface Incident {
    readonly kind: FaultKind;
    readonly pairing: string;
    readonly role: Role;
    /** From the restart (or from the end of the fault, where nothing was restarted) to the first good message, ms. */
    readonly recoveryMs: number | undefined;
    /** How long the new process took to open, in ms; 0 where none was started. */
    readonly startMs: number;
    /** Stale threshold + two retry intervals + start. */
    readonly boundMs: number;
    /** How long the machine had no core for the runner meanwhile, in ms. */
    readonly lagMs: number;
    /** The other side took a blocked event loop for a dead process. */
    readonly noticed: boolean;
}
/** Does `kind` to `channel` and waits until messages go both ways again. */
export declare function inflict(kind: FaultKind, channel: Channel, random: Random): Promise<Incident>;

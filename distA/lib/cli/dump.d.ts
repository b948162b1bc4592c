import type { Channel } from './inspect.js';
import type { Rates } from './traffic.js';
/** How much of a message is shown. */
export interface DumpLimits {
    /** Columns of the terminal. */
    readonly width: number;
    /** Rows of a message's text or hex dump. */
    readonly rows: number;
}
/**
 * A whole segment as lines: header, both channels side by side, the newest messages.
 *
 * @param title - what the user called it
 * @param rates - events per second; `undefined` when only one look was taken
 */
export declare function dumpChannel(title: string, channel: Channel, rates: Rates | undefined, limits: DumpLimits): string[];

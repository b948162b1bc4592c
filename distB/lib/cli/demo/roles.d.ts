import { type Eshm } from '../../index.js';
/** How a demo goes on. */
export interface DemoOptions {
    /** Time between two messages of a master, in ms. */
    readonly intervalMs: number;
    /** Messages to send, or to answer; 0 goes on until `stop`. */
    readonly count: number;
    /** Ends the demo. */
    readonly stop: AbortSignal;
    /** Prints one line. */
    readonly say: (line: string) => void;
}
/** Greets the slave every interval and prints what it answers. */
export declare function runMaster(master: Eshm, { intervalMs, count, stop, say }: DemoOptions): Promise<void>;
/** Prints what the master sends and acknowledges it; follows the master through a restart. */
export declare function runSlave(slave: Eshm, { count, stop, say }: DemoOptions): Promise<void>;

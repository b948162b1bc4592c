import { type Peers } from '../test/peers/build.js';
import { type Amount } from './amounts.js';
import { Driver } from './driver.js';
/**
 * What a run gives its scenarios: drivers, cores, names, amounts of work; and it takes away what they leave.
 *
 * `end()` may be called at any time, from a signal's handler too.
 */
export declare class Bench {
    #private;
    readonly peers: Peers;
    readonly amounts: Amount;
    /** The two cores of processes that spin against each other; `undefined` where none can be pinned. */
    readonly cores: readonly [number, number] | undefined;
    private constructor();
    /** Builds what is native; the library is that of ESHM_LIB, else the one of test/peers. */
    static prepare(quick: boolean): Promise<Bench>;
    /** A channel name of this run's own. */
    name(): string;
    /** A path for a socket, in a folder that goes with the run. */
    socketPath(): string;
    /** The TypeScript driver, or another script of bench/node; on `core` if one is given. */
    node(core?: number, script?: string, args?: readonly string[]): Driver;
    /** The C++ driver on the library under test. */
    native(core?: number): Driver;
    /** The Python peer of the tests on the library under test. */
    python(core?: number): Driver;
    /** Kills every process of the run and removes its segments and files. */
    end(): Promise<void>;
}

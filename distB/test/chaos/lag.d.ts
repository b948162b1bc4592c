/**
 * Adds up for how long this process was ready to run and did not get a core. Where everything shares two noisy cores,
 * no promise in milliseconds can be judged without it.
 */
export declare class LagMeter {
    #private;
    /** Time stolen since the start, in ms. */
    totalMs: number;
    constructor();
    stop(): void;
}

import type { Bench } from './bench.js';
/**
 * The host of a virtual machine may move its cores about: two of them may share a physical core or a cache in one
 * second and lie far apart in the next. Seen on AMD EPYC under Firecracker, 2026-11: a bare cache line goes there and
 * back in 58 or in 315 ns, for seconds at a time, and every round trip with it (native 0.14 or 1.0 µs). Medians over
 * such a mixture say nothing, so spinning rounds are taken while the cores are apart, as they were for the figures of
 * PROTOCOL.md section 10 (290 ns), and taken again when they were not.
 */
export declare class CoreDistance {
    #private;
    /** Rounds that count, by how far the cores were apart. */
    readonly rounds: {
        apart: number;
        close: number;
    };
    private constructor();
    /** Starts the two processes of the probe, on the cores of the round trips. */
    static start(bench: Bench): Promise<CoreDistance>;
    /**
     * Runs `round` until the cores were apart before and after it; from `deadlineMs` on, once and however they are.
     *
     * @returns what `round` gave, and whether the cores were apart
     */
    whileApart<T>(round: () => Promise<T>, deadlineMs: number): Promise<{
        result: T;
        apart: boolean;
    }>;
    stop(): Promise<void>;
}

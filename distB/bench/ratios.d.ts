import type { Row } from './results.js';
import { type Target } from './targets.js';
/** One ratio beside its target. */
export interface Ratio {
    /** `NUMERATOR / DENOMINATOR`. */
    readonly id: string;
    readonly value: number;
    /** `<= 1.4`. */
    readonly target: string;
    readonly holds: boolean;
    /** How far the ratio may be off by this machine's noise, relative: the spreads of both rows over their rounds. */
    readonly noise: number;
}
/** The most noise that may excuse a broken target: a machine that is noisier cannot judge it. */
export declare const MAX_NOISE = 0.25;
/** The ratios of those targets whose two rows are there. */
export declare function ratiosOf(rows: readonly Row[], targets?: readonly Target[]): Ratio[];
/** Whether `value` is on the right side of a target's limit, once `slack` (relative) is granted. */
export declare function holds({ comparison, limit }: Target, value: number, slack?: number): boolean;
/** Whether a ratio breaks its target by more than its noise, of which {@link MAX_NOISE} counts at most. */
export declare function breaksBeyondNoise(target: Target, { value, noise }: Ratio): boolean;

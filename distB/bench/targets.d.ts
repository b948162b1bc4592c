/** One ratio of two rows of the same run, and what it must be. */
export interface Target {
    readonly numerator: string;
    readonly denominator: string;
    readonly comparison: '<=' | '>=';
    readonly limit: number;
}
/** The targets of the project. A target that cannot be reached stays here with its figure in the report. */
export declare const TARGETS: readonly Target[];

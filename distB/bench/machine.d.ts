/** What the figures depend on. */
export interface Machine {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly kernel: string;
    readonly compiler: string;
    /** The cores on which the two processes of every round trip ran, or `null` when none were pinned. */
    readonly pinnedTo: readonly [number, number] | null;
}
export declare function describeMachine(pinnedTo: readonly [number, number] | undefined): Machine;

/** What this process holds now. */
export interface Holdings {
    /** System V mappings. */
    readonly attachments: number;
    /** Segments it created that still exist. */
    readonly segments: number;
    readonly threads: number;
    readonly descriptors: number;
    readonly rssMb: number;
}
/** What the child prints. */
export interface SoakReport {
    readonly before: Holdings;
    readonly after: Holdings;
    readonly openings: number;
    readonly reconnects: number;
    readonly openSeconds: number;
    readonly reconnectSeconds: number;
}

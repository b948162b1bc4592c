/** Which end of the channel an endpoint is. */
export type Role = 'master' | 'slave';
/** Byte offsets of the fields that each role has of its own. */
export declare const FIELDS_OF: {
    readonly master: {
        readonly heartbeat: number;
        readonly pid: number;
        readonly alive: number;
        readonly identity: number;
    };
    readonly slave: {
        readonly heartbeat: number;
        readonly pid: number;
        readonly alive: number;
        readonly identity: number;
    };
};
/** Byte offset of the segment's stale threshold. */
export declare const STALE_THRESHOLD_AT: number;
/** The other end. */
export declare function otherRole(role: Role): Role;
/**
 * The header of a mapped segment, live. Not for the hot path; belongs to the thread that maps the segment.
 * Shows whatever segment is mapped there, also after another was put in its place.
 */
export declare class Header {
    #private;
    /** @param segment - the mapped bytes, at least the 128 of the header */
    constructor(segment: Buffer);
    /** What is wrong with magic or version, or `undefined`. */
    fault(): string | undefined;
    /** Whether nothing was ever written here: a segment whose creator has not come to setting it up. */
    get blank(): boolean;
    /** Beats of a role, as u64. */
    heartbeat(role: Role): bigint;
    /** Process id of the last start of a role. */
    pid(role: Role): number;
    /** Whether a role's `alive` flag is set; says nothing about life. */
    flagged(role: Role): boolean;
    get staleThresholdMs(): number;
    get generation(): number;
    /** Fills in the header of a new segment, all zero, and starts its first master. */
    create(staleThresholdMs: number): void;
    /** Marks this process as `role`. The role's channel must be in order before: readers go by these marks. */
    enter(role: Role): void;
    /** Tells one start of a role from the next: the word at `FIELDS_OF[role].identity`. */
    identity(role: Role): number;
    /**
     * As {@link enter}, unless the role was started anew since its {@link identity} was `seen`: of several that start at
     * one moment, one enters.
     *
     * @returns whether this process is the role now
     */
    claim(role: Role, seen: number): boolean;
    /** Clears the `alive` flag of `role`. */
    leave(role: Role): void;
}

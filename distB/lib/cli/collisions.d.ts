/** A name and its key. */
export interface NamedKey {
    readonly name: string;
    readonly key: number;
}
/** Different names that share a key, and so a segment. */
export interface Collision {
    readonly key: number;
    readonly names: readonly string[];
}
/** The collisions among names; the same name twice is none. */
export declare function collisionsOf(keys: readonly NamedKey[]): Collision[];

import type { Command } from 'commander';
import { type SegmentStat } from '../../syscalls/index.js';
import { EshmError } from '../errors.js';
/** How the user named a segment. */
export interface TargetOptions {
    readonly key?: number;
    readonly id?: number;
}
/** Adds `--key` and `--id`. */
export declare function addTargetOptions(command: Command): Command;
/** The one segment that was asked for. */
export declare class Target {
    readonly name: string | undefined;
    readonly key: number | undefined;
    readonly id: number | undefined;
    /** @throws {RangeError} unless exactly one of name, key and id is given */
    constructor(action: string, name: string | undefined, { key, id }: TargetOptions);
    /** For messages: `'robot' (key 0x0764801e)`, `key 0x0764801e`, `segment 12`. */
    toString(): string;
    /** Looks it up now; `undefined` when there is none. */
    find(): SegmentStat | undefined;
    /** The error for a segment that is not there, with how to make one. */
    missing(action: string): EshmError;
}
/** A command line that starts a master. */
export declare function startMaster(name?: string): string;
/** A word as the shell needs it. */
export declare function shellWord(word: string): string;

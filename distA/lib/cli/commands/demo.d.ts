import { type Command } from 'commander';
/** Adds `eshm demo`: the original's demo programs, and a pair of them in one terminal. */
export declare function demo(program: Command): void;

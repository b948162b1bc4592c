import { type Command } from 'commander';
/** `eshm completion`: a script for the shell, made from the commands as they are. */
export declare function completion(program: Command): void;

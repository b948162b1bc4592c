import type { Command } from 'commander';
/** `eshm recv`: from a channel to the shell. */
export declare function recv(program: Command): void;

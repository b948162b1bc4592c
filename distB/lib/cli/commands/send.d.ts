import type { Command } from 'commander';
/** `eshm send`: from the shell into a channel. */
export declare function send(program: Command): void;

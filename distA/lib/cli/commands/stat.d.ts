import type { Command } from 'commander';
/** `eshm stat`: everything about one channel. */
export declare function stat(program: Command): void;

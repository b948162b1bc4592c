import type { Command } from 'commander';
/** `eshm key`: names to keys. */
export declare function key(program: Command): void;

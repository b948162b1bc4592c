import type { Command } from 'commander';
/** `eshm rm`: removes segments that were left behind. */
export declare function rm(program: Command): void;

import type { Command } from 'commander';
/** `eshm bench`: starts the benchmark of a checkout. */
export declare function bench(program: Command): void;

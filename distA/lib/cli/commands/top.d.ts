import { type Command } from 'commander';
/** `eshm top`: all channels, live. */
export declare function top(program: Command): void;

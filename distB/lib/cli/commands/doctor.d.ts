import type { Command } from 'commander';
/** `eshm doctor`: whether shared memory works here, and what is in the way. */
export declare function doctor(program: Command): void;

import type { Command } from 'commander';
import { type Finding } from '../inspect.js';
/** The findings as the lines of a table, as wide as the terminal allows. */
export declare function segmentTable(findings: readonly Finding[]): string[];
/** Why segments are not shown as channels, a line each. */
export declare function reasonLines(findings: readonly Finding[]): string[];
/** `eshm ls`: what is there. */
export declare function ls(program: Command): void;

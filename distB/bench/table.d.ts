import type { Results, Row } from './results.js';
/** What a run ran on, a line each. */
export declare function formatHead({ machine, node, lib }: Pick<Results, 'machine' | 'node' | 'lib'>): string;
/** The rows, then the ratios beside their targets, then what was left out. */
export declare function formatTables({ rows, ratios, leftOut, coreDistance }: Results): string;
/** A row's figure with its unit; nanoseconds in the unit that suits them. */
export declare function formatValue(value: number, unit: Row['unit']): string;
/** Nanoseconds as ns, µs or ms. */
export declare function formatNs(ns: number): string;
/** Three digits, or all of a large number's whole ones. */
export declare function formatNumber(value: number): string;

import { type Channel, type Finding } from '../inspect.js';
import type { Rates } from '../traffic.js';
import { type CheckResult } from './check.js';
/** What kinds of segments there are, and which need care. */
export declare function checkSegments(findings: readonly Finding[]): CheckResult[];
/** Modes that keep this user's peers apart. */
export declare function checkModes(channels: readonly Channel[]): CheckResult[];
/** Names that share a key, or whose key something else has. */
export declare function checkNames(names: readonly string[], findings: readonly Finding[]): CheckResult[];
/** How fast the hearts beat that do. */
export declare function checkClocks(measured: readonly {
    channel: Channel;
    rates: Rates;
}[]): CheckResult[];

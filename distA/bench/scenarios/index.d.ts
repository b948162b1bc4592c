import type { Scenario } from '../scenario.js';
/** All rows, in the order of the table. A new one is one file here and one line below. */
export declare const SCENARIOS: readonly Scenario[];

import type { Scenario } from '../scenario.js';
export declare const rttNative: Scenario;

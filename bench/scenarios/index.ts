import type { Scenario } from '../scenario.js';
import { rttFloor } from './rtt-floor.js';
import { rttNative } from './rtt-native.js';
import { rttTs } from './rtt-ts.js';
import { writeC } from './write-c.js';
import { writeTs } from './write-ts.js';

/** All rows, in the order of the table. A new one is one file here and one line below. */
export const SCENARIOS: readonly Scenario[] = [...writeTs, ...writeC, ...rttTs, rttNative, rttFloor];

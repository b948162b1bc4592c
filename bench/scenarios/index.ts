import type { Scenario } from '../scenario.js';
import { bridge } from './bridge.js';
import { idleCpu } from './idle-cpu.js';
import { itemRows } from './items.js';
import { jittery } from './jittery.js';
import { missTs } from './miss-ts.js';
import { rttCObserved } from './observed.js';
import { oneWay } from './one-way.js';
import { open } from './open.js';
import { parked } from './parked.js';
import { otherTransports } from './piping.js';
import { inFiles } from './posix.js';
import { rateTs } from './rate-ts.js';
import { update, view } from './records.js';
import { roundTrips } from './round-trips.js';
import { starts } from './starting.js';
import { streams } from './streams.js';
import { writeC } from './write-c.js';
import { writeTs } from './write-ts.js';

/** All rows, in the order of the table. A new one is a file here, or a row of a file that has a table, and a line below. */
export const SCENARIOS: readonly Scenario[] = [
  ...writeTs,
  ...writeC,
  ...missTs,
  ...update,
  ...view,
  ...itemRows,
  ...roundTrips(rttCObserved),
  ...otherTransports,
  ...oneWay,
  rateTs,
  ...streams,
  ...inFiles,
  ...idleCpu,
  ...open,
  ...starts,
  ...jittery,
  ...parked,
  ...bridge,
];

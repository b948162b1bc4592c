import type { Scenario } from '../scenario.js';
import { bridge } from './bridge.js';
import { idleCpu } from './idle-cpu.js';
import { itemRows } from './items.js';
import { missTs } from './miss-ts.js';
import { rttCObserved } from './observed.js';
import { oneWay } from './one-way.js';
import { open } from './open.js';
import { parked } from './parked.js';
import { inFiles } from './posix.js';
import { rateTs } from './rate-ts.js';
import { update, view } from './records.js';
import { rttC } from './rtt-c.js';
import { rttFloor } from './rtt-floor.js';
import { rttNative } from './rtt-native.js';
import { rttProcessSend } from './rtt-process-send.js';
import { rttTs } from './rtt-ts.js';
import { rttTsAsync } from './rtt-ts-async.js';
import { rttTsC } from './rtt-ts-c.js';
import { rttTsPy } from './rtt-ts-py.js';
import { rttUds } from './rtt-uds.js';
import { rttZeromq } from './rtt-zeromq.js';
import { starts } from './starting.js';
import { streams } from './streams.js';
import { writeC } from './write-c.js';
import { writeTs } from './write-ts.js';

/** All rows, in the order of the table. A new one is one file here and one line below. */
export const SCENARIOS: readonly Scenario[] = [
  ...writeTs,
  ...writeC,
  ...missTs,
  ...update,
  ...view,
  ...itemRows,
  ...rttTs,
  rttNative,
  rttFloor,
  rttC('system-v'),
  rttCObserved,
  rttTsC('system-v'),
  rttTsPy,
  rttTsAsync,
  rttUds,
  rttProcessSend,
  rttZeromq,
  ...oneWay,
  rateTs,
  ...streams,
  ...inFiles,
  ...idleCpu,
  ...open,
  ...starts,
  ...parked,
  ...bridge,
];

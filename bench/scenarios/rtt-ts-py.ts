/*
 * rtt-64-ts-py: a Node process drives, spinning; a Python process echoes through the wrapper over the same library.
 * Python takes some microseconds from its write to its next read, and the original's read counts from its own start:
 * an answer that comes at once would be missed each time. So the driver waits 0.5 to 1 ms before each trip, which is
 * not part of it. Each trip is timed on its own. Pinned as rtt-64-ts.
 */
import type { Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { connected, running } from './pairs.js';

const PYTHON_PAUSE_US = 500;

/** Longer than any pause of the driver, for the read that ends the echo. */
const ECHO_TIMEOUT_MS = 300;

export const rttTsPy: Scenario = {
  id: 'rtt-64-ts-py',
  group: 'rtt-64',
  unit: 'ns',
  missing: (bench) => bench.lacks(['python']),
  start: async (bench) => {
    const [ping, echo] = [bench.node(bench.cores?.[0]), bench.python(bench.cores?.[1])];
    return running([ping, echo], () =>
      connected(bench, ping, echo, '', async () => {
        const { slowTrips } = bench.amounts;
        // It ends with a timeout: a message that was sent twice may be answered twice.
        const echoing = echo.command(`echo ${slowTrips * 100} ${ECHO_TIMEOUT_MS}`).catch(() => {});
        const samplesNs = await ping.figures(`careful-ping 64 ${slowTrips} ${PYTHON_PAUSE_US}`);
        await echoing;
        return { value: median(samplesNs), samplesNs };
      }),
    );
  },
};

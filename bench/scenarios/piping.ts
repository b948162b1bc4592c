/*
 * rtt-64-uds, rtt-64-process-send, rtt-64-zeromq: what a Node user picks without shared memory. Two Node processes, 64
 * bytes there and back, one trip at a time, each timed on its own; pinned as rtt-64-ts. Over a Unix domain socket
 * (node:net); over `process.send` with `serialization: 'advanced'` (structured clone of a Buffer) to a process that was
 * forked; over a PAIR socket each at ipc://. zeromq is not among the dependencies (41 MB): its row is left out where it is
 * not installed.
 */
import type { Bench } from '../bench.js';
import type { Running, Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/** Round trips of 64 bytes between two Node processes over a transport of bench/node/transports. */
async function piping(bench: Bench, transport: string): Promise<Running> {
  const ping = bench.script('pipes.js', bench.cores?.[0], [transport]);
  // process.send needs a parent: the asking end forks the answering one, on the other core.
  const echo =
    transport === 'process-send' ? undefined : bench.script('pipes.js', bench.cores?.[1], [transport]);
  const path = bench.path('sock');
  await echo?.command(`listen ${path}`);
  await ping.command(`connect ${path}`);
  return running(echo === undefined ? [ping] : [ping, echo], async () => {
    const samplesNs = await ping.figures(`ping 64 ${bench.amounts.slowTrips}`);
    return { value: median(samplesNs), samplesNs };
  });
}

const withoutZeromq = async () => {
  try {
    import.meta.resolve('zeromq');
    return undefined;
  } catch {
    return 'zeromq is not installed; npm i --no-save --ignore-scripts zeromq@6.8.0';
  }
};

/** The rows of other transports, in the order of the table. */
export const otherTransports: readonly Scenario[] = ['uds', 'process-send', 'zeromq'].map((transport) => ({
  id: `rtt-64-${transport}`,
  group: 'rtt-64',
  unit: 'ns',
  ...(transport === 'zeromq' && { missing: withoutZeromq }),
  start: (bench) => piping(bench, transport),
}));

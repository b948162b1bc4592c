import type { Bench } from '../bench.js';
import type { Running } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/** Round trips of 64 bytes between two Node processes over a transport of bench/node/transports. */
export async function piping(bench: Bench, transport: string): Promise<Running> {
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
